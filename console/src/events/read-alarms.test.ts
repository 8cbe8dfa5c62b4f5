import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readAlarms } from './read-alarms.ts'
import type { readEvents } from './search-events.ts'
import type { EventView } from './trail-record.ts'

const alarm = (instanceId: string, time: number) =>
  ({ eventId: `${instanceId} ${time}`, instanceId, time }) as EventView

/** A trail with these, searched as the server does. */
function given(alarms: readonly EventView[]) {
  const asked: (readonly string[])[] = []
  const read: typeof readEvents = async ({ Filters = [] }, { wanted }) => {
    const [outcome, others = { Values: [] }] = Filters
    assert.deepEqual(outcome, { Name: 'outcome', Values: ['alarm'] })
    asked.push(others.Values)
    const events = alarms
      .toSorted((one, other) => other.time - one.time)
      .filter(({ instanceId = '' }) => !others.Values.includes(instanceId))
    const isMore = events.length > wanted
    return { events: events.slice(0, wanted), next: isMore ? 'more' : undefined }
  }
  return { asked, found: () => readAlarms(0, new AbortController().signal, read) }
}

const many = (instanceId: string, from: number) =>
  Array.from({ length: 500 }, (_, at) => alarm(instanceId, from + at))

describe('alarms', () => {
  it('of one host hide those of no other, however many there are (root on a host can make as many as it likes)', async () => {
    const { asked, found } = given([alarm('i-quiet', 1), ...many('i-a', 2), ...many('i-b', 9000)])
    const { hosts, hasMore } = await found()
    assert.deepEqual(
      hosts.map(({ instanceId, events, hasMore }) => [instanceId, events.length, hasMore]),
      [
        ['i-b', 50, true],
        ['i-a', 50, true],
        ['i-quiet', 1, false],
      ],
    )
    assert.deepEqual(asked, [[], ['i-b'], ['i-b', 'i-a']])
    assert.equal(hasMore, false)
  })

  it('are all found by one search where they are few', async () => {
    const { asked, found } = given([alarm('i-a', 1), alarm('i-b', 2), alarm('i-a', 3)])
    const { hosts } = await found()
    assert.deepEqual(
      hosts.map(({ events }) => events.map(({ eventId }) => eventId)),
      [['i-a 3', 'i-a 1'], ['i-b 2']],
    )
    assert.equal(asked.length, 1)
  })

  it('are said to be more where they are looked for no longer', async () => {
    const { asked, found } = given(
      Array.from({ length: 9 }, (_, at) => many(`i-${at}`, at * 1000)).flat(),
    )
    const { hosts, hasMore } = await found()
    assert.equal(asked.length, 8)
    assert.ok(hosts.length >= 8)
    assert.equal(hasMore, true)
  })
})
