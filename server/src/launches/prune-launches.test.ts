import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import type { PendingInstanceRow } from '../store/pending-instance-store.ts'
import { startPruningLaunches } from './prune-launches.ts'

const row = (instanceId: string): PendingInstanceRow => ({
  instanceId,
  tags: {},
  launch: { imageId: 'vm', instanceType: 'host', reservationId: 'r-0', index: 0 },
  launchedAt: 0,
  expiresAt: 1,
  createdBy: 'root',
})

describe('pruning of expired launches', () => {
  it('is done every ten minutes, ends their machines, and goes on after a failure', async () => {
    mock.timers.enable({ apis: ['setInterval'] })
    try {
      const pruned: number[] = []
      const ended: string[] = []
      const warned: object[] = []
      const pruning = startPruningLaunches({
        pendingInstances: {
          prune(now) {
            pruned.push(now)
            return Promise.resolve(pruned.length === 1 ? [row('i-1'), row('i-2')] : [])
          },
        },
        launches: {
          end({ instanceId }) {
            ended.push(instanceId)
            return instanceId === 'i-1' ? Promise.reject(new Error('no')) : Promise.resolve()
          },
        },
        now: () => 7,
        log: { warn: (facts) => void warned.push(facts) },
      })
      mock.timers.tick(9 * 60_000)
      assert.deepEqual(pruned, [])
      mock.timers.tick(60_000)
      await pruning.stop()
      assert.deepEqual([pruned, ended], [[7], ['i-1', 'i-2']])
      assert.deepEqual(warned, [])
      mock.timers.tick(60 * 60_000)
      assert.equal(pruned.length, 1)
    } finally {
      mock.timers.reset()
    }
  })
})
