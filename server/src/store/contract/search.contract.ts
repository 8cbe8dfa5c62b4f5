import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { before, describe, it } from 'node:test'
import { parseCidr } from '@fleetkey/domain/cidr'
import {
  matchesSearch,
  type TrailAttribute,
  type TrailCondition,
} from '@fleetkey/domain/trail-search'
import type { StoredTrailEntry, TrailEntry, TrailSearch } from '../store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { entry, fresh } from './given.ts'

/** Enough that blocks of several levels lie in the index, and a tail that is in none. */
const COUNT = 9000
const MINUTE = 60_000
/** So far is a clock ahead or behind that is neither right nor back by a little. */
const FAR = 2 * 86_400_000
const LOOKS = 24
/** Far from the times of other cases. */
const START = 2_000_000_000_000

export function describeSearch(now: () => StoreUnderTest): void {
  describe('search', () => {
    const stored: StoredTrailEntry[] = []
    const mine = fresh('search-')

    /** What a search must find, told without a database. */
    const wanted = ({ conditions, from = 0, to = Infinity, order, ...search }: TrailSearch) => {
      const found = stored.filter(
        (one) =>
          one.time >= from &&
          one.time <= to &&
          (search.withoutIntents !== true || one.phase !== 'intent') &&
          matchesSearch(one, conditions),
      )
      return (order === 'newest' ? found.toReversed() : found).map(({ seq }) => seq)
    }

    async function everything(search: TrailSearch): Promise<readonly number[]> {
      const found: number[] = []
      let { after } = search
      for (;;) {
        const page = await now().store.trail.search({
          ...search,
          ...(after !== undefined && { after }),
        })
        assert.ok(page.entries.length <= search.limit)
        found.push(...page.entries.map(({ seq }) => seq))
        if (page.isEnd) return found
        after = page.lookedTo
      }
    }

    before(async () => {
      const entries = Array.from({ length: COUNT }, (_, n) => recordOf(mine, n))
      const links = await Promise.all(entries.map((one) => now().store.trail.append(one)))
      for (const [index, given] of entries.entries()) {
        const link = links[index]
        if (link !== undefined) stored.push({ ...given, ...link })
      }
    })

    const is = (attribute: TrailAttribute, ...values: string[]): TrailCondition => ({
      kind: 'is',
      attribute,
      values,
    })
    const from = (...texts: string[]): TrailCondition => ({
      kind: 'from',
      ranges: texts.flatMap((text) => parseCidr(text) ?? []),
    })
    const conditions: readonly TrailCondition[] = [
      is('userName', `${mine}user-3`),
      is('principal', `${mine}role/${mine}user-4`),
      is('instance', `${mine}web-5`),
      is('tag', `${mine}Env=prod`),
      is('outcome', 'denied'),
      is('outcome', `${mine}Broken`),
      is('outcome', 'alarm'),
      { kind: 'is not', attribute: 'eventName', values: [`${mine}event-1`, 'LogTampered'] },
      { kind: 'is not', attribute: 'outcome', values: ['ok', 'begun'] },
      is('readOnly', 'true'),
      is('routine', 'no'),
      is('eventName', `${mine}event-1`, `${mine}event-2`),
      is('fingerprint', `${mine}SHA256:77`),
      is('sourceAddress', '10.9.1.7'),
      from('10.9.0.0/16'),
      from('10.9.1.0/28'),
      from('2001:db8:10::/48'),
      from('0.0.0.0/0'),
      from('10.9.1.7', '2001:db8:10::7'),
      from('10.9.1.0/24', '10.8.0.0/13'),
      { kind: 'says', words: [`${mine}WORD-3`, 'Größe'] },
    ]
    /** So that no entry of another case is among the found. */
    const since = { from: START - FAR }

    for (const condition of conditions) {
      it(`finds by ${JSON.stringify(condition).replaceAll(mine, '')}, either way, by pages`, async () => {
        for (const order of ['newest', 'oldest'] as const) {
          const search = { conditions: [condition], order, limit: 97, ...since }
          const found = await everything(search)
          assert.deepEqual(found, wanted(search))
          assert.ok(found.length > 0 && found.length < COUNT)
        }
      })
    }

    it('finds by any two conditions, within a time, without intents, from any place on', async () => {
      for (const [index, first] of conditions.entries()) {
        for (const second of conditions.slice(index + 1)) {
          const order = index % 2 === 0 ? ('newest' as const) : ('oldest' as const)
          const search = {
            conditions: [second, first],
            order,
            limit: 1000,
            from: START + index * 9 * MINUTE,
            to: START + (100 + index) * MINUTE,
            withoutIntents: true,
          }
          const all = wanted(search)
          assert.deepEqual(await everything(search), all)
          const after = all[all.length >> 1]
          if (after === undefined) continue
          assert.deepEqual(await everything({ ...search, after }), all.slice((all.length >> 1) + 1))
        }
      }
    })

    it('finds all of any times, once and in order, whoever was ahead or behind and whatever comes meanwhile', async () => {
      for (let look = 0; look < LOOKS; look++) {
        const from = START + drawn(look, 1, 2 * FAR) - FAR
        const condition = look % 5 === 0 ? undefined : conditions[look % conditions.length]
        const search = {
          conditions: condition === undefined ? [] : [condition],
          order: look % 2 === 0 ? ('newest' as const) : ('oldest' as const),
          // From a minute to all.
          ...(look % 3 === 0 ? since : { from, to: from + MINUTE * 4 ** (look % 7) }),
          limit: 20 + drawn(look, 2, 980),
        }
        const known = stored.length
        const more = Array.from({ length: 100 }, (_, n) => recordOf(mine, known + n))
        const [found, links] = await Promise.all([
          everything(search),
          Promise.all(more.map((one) => now().store.trail.append(one))),
        ])
        const last = stored.at(-1)?.seq ?? 0
        for (const [n, given] of more.entries()) {
          const link = links[n]
          if (link !== undefined) stored.push({ ...given, ...link })
        }
        const all = wanted(search)
        const isThere = new Set(found)
        assert.deepEqual(
          found,
          all.filter((seq) => seq <= last || isThere.has(seq)),
        )
      }
    })

    it('finds every entry once when nothing is asked for, either way', async () => {
      for (const order of ['newest', 'oldest'] as const) {
        const search = { conditions: [], order, limit: 1000, ...since }
        assert.deepEqual(await everything(search), wanted(search))
      }
    })

    it('says how far it looked where nothing leads it, and finds nothing that is not there', async () => {
      const search = {
        conditions: [{ kind: 'says' as const, words: [fresh('nowhere')] }],
        order: 'newest' as const,
        limit: 10,
      }
      const first = await now().store.trail.search(search)
      assert.deepEqual([first.entries, first.isEnd], [[], false])
      assert.ok(first.lookedTo > 0 && first.lookedTo < (await now().store.trail.head()).seq)
      assert.deepEqual(await everything(search), [])
    })

    it('goes on where it ended when new entries have come', async () => {
      const { trail } = now().store
      const userName = fresh('later-')
      const search = {
        conditions: [is('userName', userName)],
        order: 'oldest' as const,
        limit: 10,
      }
      const before = await trail.search({ ...search, ...since })
      assert.deepEqual([before.entries, before.isEnd], [[], true])
      const { seq } = await trail.append(entry({ userName }))
      const page = await trail.search({ ...search, after: before.lookedTo })
      assert.deepEqual(
        page.entries.map((one) => one.seq),
        [seq],
      )
    })

    it('still finds everything after it was opened again', async () => {
      await now().reopen()
      const search = {
        conditions: [is('tag', `${mine}Env=prod`)],
        order: 'oldest' as const,
        limit: 500,
      }
      assert.deepEqual(await everything(search), wanted(search))
    })
  })
}

/** A clock that goes on a second each and now and then back by ten minutes; one record in 300 has that of somebody else. */
function timeOf(n: number): number {
  if (drawn(n, 0, 300) === 0) return START + drawn(n, 3, 2 * FAR) - FAR
  return START + n * 1000 - (n % 500 < 20 ? 10 * MINUTE : 0)
}

/** A number below `count` that looks random and is the same each time. */
function drawn(n: number, salt: number, count: number): number {
  const bits = hash('sha256', `${n} ${salt}`, 'buffer').readUInt32LE()
  return Math.floor((bits / 2 ** 32) * count)
}

function recordOf(mine: string, n: number): TrailEntry {
  const userName = `${mine}user-${n % 7}`
  const errorCode = n % 11 === 0 ? 'AccessDenied' : n % 101 === 0 ? `${mine}Broken` : ''
  const address = n % 5 === 0 ? `2001:db8:${n % 90}::7` : `10.${n % 13}.${n % 3}.${n % 29}`
  return entry({
    time: timeOf(n),
    phase: n % 4 === 0 ? 'intent' : 'outcome',
    eventName: n % 113 === 0 ? 'LogTampered' : `${mine}event-${n % 3}`,
    readOnly: n % 6 === 0,
    userName,
    resource: n % 2 === 0 ? `${mine}i-${n % 31}` : '',
    errorCode,
    record: JSON.stringify({
      userIdentity: { arn: `arn:aws:sts::1:assumed-role/${mine}role/${userName}` },
      eventType: 'AwsApiCall',
      sourceIPAddress: address,
      additionalEventData: {
        instanceName: `${mine}web-${n % 31}`,
        instanceTags: { [`${mine}Env`]: n % 17 === 0 ? 'prod' : 'dev' },
        fingerprint: `${mine}SHA256:${n}`,
        note: [`a größe of ${mine}word-${n % 300}`],
      },
    }),
  })
}
