import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { StoreUnavailable } from '../store/store.ts'
import { createWaitingReports, type Report } from './waiting-reports.ts'

const report = (receiptId: string): Report => ({
  kind: 'ingress-observed',
  receiptId,
  observations: [],
})
const FULL = new StoreUnavailable('the disk is full', { inDoubt: false })

function given({ mock }: TestContext) {
  mock.timers.enable({ apis: ['setTimeout'] })
  const recorded: string[] = []
  const failures: unknown[] = []
  const trail: { refuses: Error | undefined } = { refuses: FULL }
  let waits = 0
  const reports = createWaitingReports({
    async record(one) {
      if (trail.refuses !== undefined) throw trail.refuses
      if (one.kind === 'ingress-observed') recorded.push(one.receiptId)
    },
    fail: (error) => failures.push(error),
    onWait: () => waits++,
    everyMs: 10,
  })
  const later = async () => {
    mock.timers.tick(10)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { reports, recorded, failures, trail, later, waits: () => waits }
}

describe('what a host reports while the trail takes no record', () => {
  it('is recorded once, in its order, when there is room', async (test) => {
    const { reports, recorded, trail, later, waits } = given(test)
    await reports.take(report('a'))
    // Some agents say it again and again until it is acknowledged.
    await reports.take(report('a'))
    await later()
    trail.refuses = undefined
    // What would fit by now does not overtake what waits: an end is nothing before its start.
    await reports.take(report('b'))
    assert.deepEqual(recorded, [])
    await later()
    assert.deepEqual([recorded, waits()], [['a', 'b'], 1])
    await reports.take(report('c'))
    assert.deepEqual(recorded, ['a', 'b', 'c'])
  })

  it('is no more than a megabyte of one host (would fill the memory of the server)', async (test) => {
    const { reports, recorded, trail, later } = given(test)
    const big = (name: string) => report(name + 'x'.repeat(400_000))
    await reports.take(big('a'))
    await reports.take(big('b'))
    await assert.rejects(reports.take(big('c')), /more waits than is kept of one host/)
    trail.refuses = undefined
    await later()
    await reports.take(big('c'))
    assert.equal(recorded.length, 3)
  })

  it('fails where it cannot be recorded for another reason, then or later', async (test) => {
    const { reports, failures, trail, later } = given(test)
    const mistake = new Error('a mistake')
    trail.refuses = mistake
    await assert.rejects(reports.take(report('a')), mistake)
    trail.refuses = FULL
    await reports.take(report('b'))
    trail.refuses = mistake
    await later()
    assert.deepEqual(failures, [mistake])
  })

  it('is forgotten with its link: the agent tells it again on the next', async (test) => {
    const { reports, recorded, trail, later } = given(test)
    await reports.take(report('a'))
    reports.close()
    trail.refuses = undefined
    await later()
    assert.deepEqual(recorded, [])
  })
})
