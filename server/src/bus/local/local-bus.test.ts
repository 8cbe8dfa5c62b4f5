import assert from 'node:assert/strict'
import { it } from 'node:test'
import { describeBus } from '../bus.contract.ts'
import { RequestTimeout } from '../bus.ts'
import { createLocalBus } from './local-bus.ts'

describeBus('local bus', () => {
  const bus = createLocalBus()
  return Promise.resolve({ asking: bus, serving: bus })
})

it('keeps no timer of a request that its close ended (would hold the process)', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const bus = createLocalBus()
  bus.serve('silent', () => new Promise(() => {}))
  const before = timers()
  const request = bus.request('silent', '', 60_000)
  assert.equal(timers(), before + 1)
  await bus.close()
  await assert.rejects(request, RequestTimeout)
  assert.equal(timers(), before)
})
