import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleEvent } from '../events/testing/sample-event.ts'
import { readEvent } from '../events/trail-record.ts'
import { countQuestion, readPlots, shifted, withEvents, type Plots } from './plots.ts'

const NOW = Date.UTC(2026, 10, 26, 12) / 1000 + 17
const at = (seconds: number) => new Date((NOW + seconds) * 1000).toISOString().slice(0, 19) + 'Z'

function plots(): Plots {
  const question = countQuestion('hour', NOW)
  const Counts = Array<number>(60).fill(1)
  return readPlots(
    {
      Series: ['pushed', 'logins', 'push-refused', 'login-refused'].map((Name) => ({
        Name,
        Counts,
        ...(Name.endsWith('refused') && { Reasons: [{ Reason: `r-${Name}`, Count: 2 }] }),
      })),
      LastSeq: 100,
    },
    question,
  )
}

let seq = 100
const event = (
  change: Parameters<typeof sampleEvent>[0],
  facts?: Parameters<typeof sampleEvent>[1],
  place = ++seq,
) => readEvent(sampleEvent(change, facts, place))
const last = (all: readonly number[]) => all.at(-1)

describe('the plots of the overview', () => {
  it('end now, with whole intervals before', () => {
    for (const span of ['hour', 'day', 'week'] as const) {
      const { StartTime, EndTime, Interval } = countQuestion(span, NOW)
      assert.equal(StartTime % Interval, 0)
      assert.ok(EndTime > NOW && EndTime - NOW <= Interval)
      assert.ok((EndTime - StartTime) / Interval <= 200)
    }
  })
  it('count what the live feed tells where the server would have', () => {
    const told = withEvents(plots(), [
      event({ eventTime: at(0) }),
      event({ eventTime: at(0), errorCode: 'AccessDenied' }),
      event({ eventTime: at(0), errorCode: 'AccessDenied' }),
      event({ eventTime: at(0), eventName: 'KeyRefused' }, { cause: 'other-user' }),
      event({ eventTime: at(0), eventName: 'SessionStarted' }),
      event({ eventTime: at(0), eventName: 'DescribeInstances' }),
      event({ eventTime: at(0) }, { phase: 'intent' }),
    ])
    assert.deepEqual(Object.values(told.counts).map(last), [2, 2, 3, 2])
    assert.deepEqual(
      told.reasons.map(({ reason, of, count }) => [reason, of, count]),
      [
        ['r-login-refused', 'login-refused', 2],
        ['r-push-refused', 'push-refused', 2],
        ['AccessDenied', 'push-refused', 2],
        ['other-user', 'login-refused', 1],
      ],
    )
  })
  it('count nothing twice that is told again', () => {
    const once = withEvents(plots(), [event({ eventTime: at(0) }, {}, 101)])
    const again = withEvents(once, [
      event({ eventTime: at(0) }, {}, 100),
      event({ eventTime: at(0) }, {}, 101),
      event({ eventTime: at(0) }, {}, 102),
    ])
    assert.deepEqual([last(once.counts.pushed), last(again.counts.pushed)], [2, 3])
  })
  it('move on with the time: the oldest interval goes', () => {
    const begun = plots()
    const moved = withEvents(begun, [event({ eventTime: at(120) })])
    assert.equal(moved.start, begun.start + 120)
    assert.equal(moved.counts.pushed.length, 60)
    assert.deepEqual(moved.counts.pushed.slice(-3), [1, 0, 1])
    assert.equal(shifted(begun, NOW), begun)
  })
  it('lose nothing by a clock that is far ahead, nor by what is long ago', () => {
    const begun = plots()
    const odd = withEvents(begun, [
      event({ eventTime: '2036-01-01T00:00:00Z' }),
      event({ eventTime: '2016-01-01T00:00:00Z' }),
    ])
    assert.deepEqual({ ...odd, lastSeq: 100 }, begun)
  })
})
