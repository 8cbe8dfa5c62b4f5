import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import { startPruningSessions } from './prune-sessions.ts'

describe('pruning of expired sessions', () => {
  it('is done every ten minutes until it is stopped, and goes on after a failure', async () => {
    mock.timers.enable({ apis: ['setInterval'] })
    try {
      const pruned: number[] = []
      const warned: string[] = []
      const pruning = startPruningSessions({
        sessions: {
          prune(now) {
            pruned.push(now)
            return pruned.length === 1 ? Promise.reject(new Error('full')) : Promise.resolve()
          },
        },
        now: () => 7,
        log: { warn: (_facts, text) => void warned.push(text) },
      })
      mock.timers.tick(9 * 60_000)
      assert.deepEqual(pruned, [])
      mock.timers.tick(11 * 60_000)
      await pruning.stop()
      assert.deepEqual(pruned, [7, 7])
      assert.deepEqual(warned, ['expired sessions were not removed'])
      mock.timers.tick(60 * 60_000)
      assert.equal(pruned.length, 2)
    } finally {
      mock.timers.reset()
    }
  })
})
