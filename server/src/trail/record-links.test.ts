import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { InstanceStore } from '../store/store.ts'
import { startLinkRecorder } from './record-links.ts'

type Known = Awaited<ReturnType<InstanceStore['get']>>

async function recorded(
  act: (parts: {
    readonly links: ReturnType<typeof startLinkRecorder>
    readonly clock: { now: number }
    readonly until: (count: number) => Promise<void>
    readonly aWhile: () => Promise<void>
  }) => Promise<void>,
) {
  const clock = { now: 1_000_000 }
  const records: [string, string, unknown, string | undefined][] = []
  let asked = 0
  const links = startLinkRecorder({
    trail: {
      async complete(instanceId, { eventName, facts, proxyAddress }) {
        records.push([eventName, instanceId, facts, proxyAddress])
      },
    },
    instances: {
      get(instanceId) {
        asked += 1
        const known = { instanceId, tags: { Name: `name-of-${instanceId}` } } as unknown as Known
        return Promise.resolve(instanceId === 'i-forgotten' ? undefined : known)
      },
    },
    now: () => clock.now,
    log: { error: (facts) => assert.fail(JSON.stringify(facts)) },
    everyMs: 1,
  })
  const until = async (count: number) => {
    for (const end = Date.now() + 20_000; asked < count && Date.now() < end;) await sleep(1)
    assert.equal(asked, count)
  }
  // Of the sweeper, several rounds.
  const aWhile = () => sleep(20)
  await act({ links, clock, until, aWhile })
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
      ['AgentConnected', 'i-1', { secondsAway: 100, peerAddress: '192.0.2.7' }, '10.0.0.2'],
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

  it('of instances that were forgotten are not', async () => {
    const found = await recorded(async ({ links, clock, until }) => {
      links.left('i-forgotten')
      clock.now += 61_000
      await until(1)
    })
    assert.deepEqual(found, [])
  })
})
