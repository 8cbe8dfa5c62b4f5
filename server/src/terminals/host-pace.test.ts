import assert from 'node:assert/strict'
import { it, mock } from 'node:test'
import { HostPace } from './host-pace.ts'

const WINDOW = 512 * 1024

it('waits for a slow disk of the recording also while nobody looks (what comes would fill the memory)', async () => {
  mock.timers.enable({ apis: ['setInterval'] })
  const granted: number[] = []
  const pace = new HostPace({
    now: () => 0,
    grant: (bytes) => granted.push(bytes),
    rendered: () => 0,
  })
  const disk = Promise.withResolvers<void>()
  pace.receive(WINDOW)
  pace.hold(disk.promise)
  pace.goUnattended()
  mock.timers.tick(1000)
  assert.deepEqual(granted, [])
  disk.resolve()
  await disk.promise
  mock.timers.tick(1000)
  assert.deepEqual(granted, [WINDOW])
  pace.end()
  mock.timers.reset()
})
