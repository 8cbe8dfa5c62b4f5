import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseLiveRequest } from './client-message.ts'
import { encodeLiveMessage, parseLiveMessage, type LiveMessage } from './server-message.ts'

describe('parseLiveRequest', () => {
  const request = (value: unknown) => parseLiveRequest(JSON.stringify(value))

  it('takes what pages say', () => {
    const watch = { type: 'watch', csrf: 'abc', topics: ['instances', 'events'] }
    assert.deepEqual(request(watch), watch)
    assert.deepEqual(request({ type: 'topics', topics: [] }), { type: 'topics', topics: [] })
  })
  it('refuses what is no message', () => {
    for (const wrong of [
      null,
      [],
      'watch',
      {},
      { type: 'watch', topics: [] },
      { type: 'watch', csrf: 1, topics: [] },
      { type: 'watch', csrf: 'x'.repeat(257), topics: [] },
      { type: 'watch', csrf: 'abc' },
      { type: 'topics', csrf: 'abc', topics: [] },
      { type: 'topics', topics: ['secrets'] },
      { type: 'topics', topics: ['events', 'events'] },
      { type: 'topics', topics: [], more: 1 },
      { type: 'other', topics: [] },
    ])
      assert.equal(request(wrong), undefined, JSON.stringify(wrong))
    assert.equal(parseLiveRequest('{'), undefined)
  })
  it('refuses a long text before it is read (would cost memory)', () => {
    const text = `{"type":"topics","topics":[]}${' '.repeat(4096)}`
    assert.equal(parseLiveRequest(text), undefined)
  })
})

describe('parseLiveMessage', () => {
  it('takes back every message as it was', () => {
    const messages: readonly LiveMessage[] = [
      {
        type: 'watching',
        topics: ['instances'],
        refused: [{ topic: 'events', message: 'You may not.' }],
      },
      { type: 'instances', changed: [{ InstanceId: 'i-1' }], gone: ['i-2'] },
      { type: 'events', events: [{ Seq: 1, Hash: 'h', Record: {} }] },
      { type: 'sessions', changed: [{ SessionId: 's-1' }] },
      { type: 'terminals', changed: [], gone: ['t-1'] },
      { type: 'missed', topic: 'sessions' },
      { type: 'beat' },
      { type: 'refused', code: 'AccessDeniedException', message: 'No.', explanation: 'Because.' },
      { type: 'ended', cause: 'signed-out', says: 'Sign in again.' },
    ]
    for (const message of messages)
      assert.deepEqual(parseLiveMessage(encodeLiveMessage(message)), message)
  })
  it('passes over what it does not know', () => {
    for (const text of [
      '{',
      '[]',
      '{}',
      '{"type":"later"}',
      '{"type":"missed","topic":"other"}',
      '{"type":"events","events":[1]}',
      '{"type":"instances","changed":[]}',
      '{"type":"ended","cause":"other","says":""}',
      '{"type":"watching","topics":["events"],"refused":[{}]}',
    ])
      assert.equal(parseLiveMessage(text), undefined, text)
  })
})
