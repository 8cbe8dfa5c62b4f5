import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import type { TrailAttribute } from '@fleetkey/domain/trail-search'
import type { TrailCount } from '../store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { entry, fresh } from './given.ts'

/** Enough that most are in the index and some are not. */
const COUNT = 3000
/** After all that other cases have. */
const START = 3_000_000_000_000
const EVERY = 100_000

export function describeCount(now: () => StoreUnderTest): void {
  describe('count', () => {
    const mine = fresh('count-')
    /** One is rare: a search looks at the few there are, counting does not. */
    const nameOf = (n: number) =>
      n % 50 === 1 ? `${mine}rare` : n % 4 === 0 ? `${mine}login` : `${mine}push`
    const given = Array.from({ length: COUNT }, (_, n) => ({
      // A record a second; every third is refused, every fourth is of the other name.
      time: START + n * 1000,
      errorCode: n % 3 === 0 ? (n % 2 === 0 ? 'AccessDenied' : 'Throttled') : '',
      eventName: nameOf(n),
      phase: 'complete' as const,
    }))

    before(async () => {
      await Promise.all(
        given.map((one) => {
          const { errorCode } = one
          const record = JSON.stringify(errorCode === '' ? {} : { errorCode })
          return now().store.trail.append(entry({ ...one, record }))
        }),
      )
    })

    const is = (attribute: TrailAttribute, ...values: string[]) =>
      ({ kind: 'is', attribute, values }) as const
    const question = (change: Partial<TrailCount> = {}): TrailCount => ({
      series: [{ conditions: [is('eventName', `${mine}push`)], byReason: false }],
      from: START,
      everyMs: EVERY,
      intervals: 30,
      ...change,
    })
    const wanted = (fits: (one: (typeof given)[number]) => boolean, intervals = 30) =>
      Array.from({ length: intervals }, (_, interval) => {
        const from = START + interval * EVERY
        return given.filter((one) => one.time >= from && one.time < from + EVERY && fits(one))
          .length
      })

    it('counts what fits, interval by interval, for each series', async () => {
      const { series, lastSeq, countedFrom } = await now().store.trail.count(
        question({
          series: [
            { conditions: [is('eventName', `${mine}push`)], byReason: false },
            {
              conditions: [is('eventName', `${mine}push`, `${mine}login`), is('outcome', 'denied')],
              byReason: false,
            },
            { conditions: [is('eventName', fresh('nothing'))], byReason: false },
          ],
        }),
      )
      assert.deepEqual(
        series.map(({ counts }) => counts),
        [
          wanted(({ eventName }) => eventName === `${mine}push`),
          wanted(({ errorCode }) => errorCode === 'AccessDenied'),
          wanted(() => false),
        ],
      )
      assert.equal(countedFrom, START)
      assert.equal(lastSeq, (await now().store.trail.head()).seq)
      assert.deepEqual(series[0]?.reasons, {})
    })

    it('counts of what is rare only what fits', async () => {
      const conditions = [is('eventName', `${mine}rare`), is('outcome', 'denied', 'failed')]
      const { series } = await now().store.trail.count(
        question({ series: [{ conditions, byReason: false }] }),
      )
      assert.deepEqual(
        series[0]?.counts,
        wanted(({ eventName, errorCode }) => eventName === `${mine}rare` && errorCode !== ''),
      )
    })

    it('counts within its times only', async () => {
      const { series } = await now().store.trail.count(
        question({ from: START + 7 * EVERY, intervals: 5 }),
      )
      const all = wanted(({ eventName }) => eventName === `${mine}push`)
      assert.deepEqual(series[0]?.counts, all.slice(7, 12))
    })

    it('counts reasons where they are asked for', async () => {
      const conditions = [is('eventName', `${mine}push`), is('outcome', 'denied', 'failed')]
      const { series } = await now().store.trail.count(
        question({ series: [{ conditions, byReason: true }] }),
      )
      const ofReason = (errorCode: string) =>
        given.filter((one) => one.errorCode === errorCode && one.eventName === `${mine}push`).length
      assert.deepEqual(series[0]?.reasons, {
        ...(ofReason('AccessDenied') > 0 && { AccessDenied: ofReason('AccessDenied') }),
        Throttled: ofReason('Throttled'),
      })
    })

    it('counts nothing of a time without records', async () => {
      const { series } = await now().store.trail.count(
        question({ from: START + 1e9, intervals: 3 }),
      )
      assert.deepEqual(series[0]?.counts, [0, 0, 0])
    })
  })
}
