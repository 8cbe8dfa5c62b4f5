import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { StoreUnavailable, type InstanceStore } from '../store/store.ts'
import { startLinkRecorder } from './record-links.ts'

type Known = Awaited<ReturnType<InstanceStore['get']>>

async function recorded(
  act: (parts: {
    readonly links: ReturnType<typeof startLinkRecorder>
    readonly clock: { now: number; isFull: boolean }
    readonly until: (count: number) => Promise<void>
    readonly aWhile: () => Promise<void>
    readonly away: (ms: number) => Promise<void>
    readonly untilOnRecord: (count: number) => Promise<void>
  }) => Promise<void>,
) {
  const clock = { now: 1_000_000, isFull: false }
  const records: [string, string, unknown, string | undefined][] = []
  let asked = 0
  let looks = 0
  const links = startLinkRecorder({
    trail: {
      async once(instanceId, _id, { eventName, facts, proxyAddress }) {
        if (clock.isFull) throw new StoreUnavailable('disk full', { inDoubt: false })
        records.push([eventName, instanceId, facts, proxyAddress])
        return 'recorded'
      },
    },
    instances: {
      get(instanceId) {
        asked += 1
        const known = { instanceId, tags: { Name: `name-of-${instanceId}` } } as unknown as Known
        return Promise.resolve(instanceId === 'i-forgotten' ? undefined : known)
      },
    },
    now() {
      looks += 1
      return clock.now
    },
    log: { error: (facts, text) => assert.ok(clock.isFull, `${text} ${JSON.stringify(facts)}`) },
    everyMs: 1,
  })
  const reached = async (what: () => boolean) => {
    for (const end = Date.now() + 20_000; !what() && Date.now() < end;) await sleep(1)
    assert.ok(what())
  }
  // The sweeper looks at the clock for each loss that is not told yet.
  const away = async (ms: number) => {
    clock.now += ms
    const before = looks
    await reached(() => looks > before)
  }
  const untilOnRecord = (count: number) => reached(() => records.length === count)
  const until = async (count: number) => {
    for (const end = Date.now() + 20_000; asked < count && Date.now() < end;) await sleep(1)
    assert.equal(asked, count)
  }
  // Of the sweeper, several rounds.
  const aWhile = () => sleep(20)
  await act({ links, clock, until, aWhile, away, untilOnRecord })
  await links.stop()
  return records
}

describe('agent links', () => {
  it('that stay away for a minute are on record as lost, once, and when they are back', async () => {
    const found = await recorded(async ({ links, clock, until, aWhile }) => {
      links.left('i-1')
      clock.now += 61_000
      await until(1)
      await aWhile()
      clock.now += 39_000
      links.arrived({ instanceId: 'i-1', peerAddress: '192.0.2.7', proxyAddress: '10.0.0.2' })
      await until(2)
    })
    assert.deepEqual(found, [
      ['AgentLost', 'i-1', { since: '1970-01-01T00:16:40.000Z' }, undefined],
      [
        'AgentConnected',
        'i-1',
        { since: '1970-01-01T00:18:20.000Z', secondsAway: 100, peerAddress: '192.0.2.7' },
        '10.0.0.2',
      ],
    ])
  })

  it('that are back within the minute, or come for the first time, are not', async () => {
    const found = await recorded(async ({ links, clock, aWhile }) => {
      links.arrived({ instanceId: 'i-2', peerAddress: '192.0.2.7' })
      links.left('i-2')
      clock.now += 59_000
      await aWhile()
      links.arrived({ instanceId: 'i-2', peerAddress: '192.0.2.7' })
      clock.now += 3_600_000
      await aWhile()
    })
    assert.deepEqual(found, [])
  })

  it('are on record, each with its time, once the trail takes records again', async () => {
    const found = await recorded(async ({ links, clock, away, untilOnRecord }) => {
      clock.isFull = true
      for (let round = 0; round < 2; round++) {
        links.left('i-1')
        await away(61_000)
        clock.now += 39_000
        links.arrived({ instanceId: 'i-1', peerAddress: '192.0.2.7' })
        clock.now += 100_000
      }
      links.left('i-1')
      await away(61_000)
      clock.isFull = false
      await untilOnRecord(5)
    })
    const minutes = (told: unknown) => JSON.stringify(told).match(/00:\d\d:\d\d/)?.[0]
    assert.deepEqual(
      found.map(([eventName, , told]) => [eventName, minutes(told)]),
      [
        ['AgentLost', '00:16:40'],
        ['AgentConnected', '00:18:20'],
        ['AgentLost', '00:20:00'],
        ['AgentConnected', '00:21:40'],
        ['AgentLost', '00:23:20'],
      ],
    )
  })

  it('that come and go for days while nothing can be recorded are counted, and the last is on record (would fill the memory of the server)', async () => {
    const found = await recorded(async ({ links, clock, away, untilOnRecord }) => {
      clock.isFull = true
      for (let round = 0; round < 20; round++) {
        links.left('i-1')
        await away(61_000)
        links.arrived({ instanceId: 'i-1', peerAddress: '192.0.2.7' })
      }
      clock.isFull = false
      await untilOnRecord(16)
    })
    assert.equal(found.length, 16)
    assert.deepEqual(
      found.map(([, , told]) => (told as { leftOutBefore?: number }).leftOutBefore ?? 0),
      [24, ...Array.from({ length: 15 }, () => 0)],
    )
    assert.equal(found.at(-1)?.[0], 'AgentConnected')
    const last = (1_000_000 + 20 * 61_000) / 1000
    assert.match(
      JSON.stringify(found.at(-1)?.[2]),
      new RegExp(`00:${Math.floor(last / 60)}:${last % 60}`),
    )
  })

  it('of instances that were forgotten are not', async () => {
    const found = await recorded(async ({ links, clock, until }) => {
      links.left('i-forgotten')
      clock.now += 61_000
      await until(1)
    })
    assert.deepEqual(found, [])
  })
})
