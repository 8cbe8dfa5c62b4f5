import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseTopics, readWatch } from './client-message.ts'
import { encodeLiveMessage, parseLiveMessage, type LiveMessage } from './server-message.ts'

describe('what a page says', () => {
  const topics = (value: unknown) => parseTopics(JSON.stringify(value))

  it('is topics: first without the proof that the door took, and whenever they change', () => {
    assert.deepEqual(readWatch({ type: 'watch', topics: ['instances', 'events'] }), [
      'instances',
      'events',
    ])
    assert.deepEqual(topics({ type: 'topics', topics: [] }), [])
  })
  it('is refused when it is anything else', () => {
    for (const wrong of [
      null,
      [],
      'topics',
      {},
      { type: 'watch', topics: [] },
      { type: 'topics' },
      { type: 'topics', csrf: 'abc', topics: [] },
      { type: 'topics', topics: ['secrets'] },
      { type: 'topics', topics: ['events', 'events'] },
      { type: 'topics', topics: [], more: 1 },
      { type: 'other', topics: [] },
    ])
      assert.equal(topics(wrong), undefined, JSON.stringify(wrong))
    assert.equal(parseTopics('{'), undefined)
    for (const wrong of [undefined, { type: 'topics', topics: [] }, { type: 'watch', topics: [1] }])
      assert.equal(readWatch(wrong), undefined, JSON.stringify(wrong))
  })
  it('is not read when it is long (would cost memory)', () => {
    assert.equal(parseTopics(`{"type":"topics","topics":[]}${' '.repeat(4096)}`), undefined)
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
