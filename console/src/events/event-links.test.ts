import assert from 'node:assert/strict'
import { it } from 'node:test'
import { linksOf } from './event-links.ts'
import { sampleEvent } from './testing/sample-event.ts'
import { readEvent } from './trail-record.ts'

it('leads where the record says, whatever a host calls its sessions (one could lead to the page of another)', () => {
  const told = readEvent(
    sampleEvent({}, { sessionId: 's-1&state=ended#/../iam', recordingId: 'r/1' }),
  )
  const links = new Map(linksOf(told).map(({ text, to }) => [text, to]))
  assert.equal(
    links.get('SSH session s-1&state=ended#/../iam'),
    '/sessions?session=s-1%26state%3Dended%23%2F..%2Fiam',
  )
  assert.equal(links.get('Recording'), '/recordings/r%2F1')
  assert.equal(links.get('All records of this request'), '/events?request-id=r-1')
})
