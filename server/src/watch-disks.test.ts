import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, it } from 'node:test'
import { watchDisks } from './watch-disks.ts'

describe('watchDisks', () => {
  it('warns once of a disk that is nearly full, and again after there was room', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const warned: object[] = []
    let freeBytes = 50
    const watch = watchDisks({
      disks: async () => [{ holds: ['database'], bytes: 100, freeBytes }],
      log: { warn: (facts) => warned.push(facts) },
      everyMs: 1000,
    })
    await turn()
    for (freeBytes of [9, 8, 50, 7]) {
      t.mock.timers.tick(1000)
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      await turn()
    }
    watch.stop()
    assert.deepEqual(warned, [
      { holds: ['database'], usedPercent: 91, freeBytes: 9 },
      { holds: ['database'], usedPercent: 93, freeBytes: 7 },
    ])
  })
})
