import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readAlarms } from './read-alarms.ts'
import type { readEvents } from './search-events.ts'
import type { EventView } from './trail-record.ts'

const event = (eventId: string, time: number, outcome: EventView['outcome']) =>
  ({ eventId, time, outcome }) as EventView

describe('alarms', () => {
  it('are found beside any number of what was left out of others (who offers keys would push them out of sight)', async () => {
    const asked: string[] = []
    const read: typeof readEvents = async ({ Filters, Text = '' }) => {
      const what = `${Filters?.[0]?.Values.join(' ')} ${Text}`
      asked.push(what.trim())
      const events = what.startsWith('Login')
        ? [event('a', 1, 'alarm'), event('b', 2, 'told')]
        : what.startsWith('Receipts')
          ? [event('c', 3, 'alarm')]
          : []
      return { events, next: undefined }
    }
    const found = await readAlarms(0, new AbortController().signal, read)
    assert.deepEqual(asked, [
      'LoginUnexplained LogTampered',
      'ReceiptsLeftOut LoginUnexplained',
      'ReceiptsLeftOut LogTampered',
    ])
    assert.deepEqual(
      found.map(({ eventId }) => eventId),
      ['c', 'a'],
    )
  })
})
