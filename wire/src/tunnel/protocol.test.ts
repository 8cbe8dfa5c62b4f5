import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { closeReason, encodeNotice, parseNotice, type TunnelNotice } from './protocol.ts'

describe('a notice', () => {
  const notices: readonly TunnelNotice[] = [
    { kind: 'open', route: 'agent', endsInSeconds: 86_400 },
    { kind: 'ending', because: 'idle', inSeconds: 60 },
    { kind: 'ending', because: 'stopping', inSeconds: 0 },
  ]
  for (const notice of notices) {
    it(`comes back as it was: ${encodeNotice(notice)}`, () => {
      assert.deepEqual(parseNotice(encodeNotice(notice)), notice)
    })
  }

  it('that this version does not know is none', () => {
    for (const text of [
      '',
      'null',
      '[]',
      '{',
      '{"kind":"other"}',
      '{"kind":"open","route":"pigeon","endsInSeconds":1}',
      '{"kind":"open","route":"agent","endsInSeconds":-1}',
      '{"kind":"ending","because":"weather","inSeconds":1}',
      '{"kind":"ending","because":"idle","inSeconds":"1"}',
      `{"kind":"ending","because":"idle","inSeconds":1,"x":"${'x'.repeat(1024)}"}`,
    ]) {
      assert.equal(parseNotice(text), undefined, text)
    }
  })
})

describe('the reason of a close frame', () => {
  it('has 123 bytes at most (RFC 6455 §5.5) and no half character', () => {
    assert.equal(closeReason('x'.repeat(200)), 'x'.repeat(123))
    assert.equal(closeReason('€'.repeat(50)), '€'.repeat(41))
    assert.equal(closeReason('😀'.repeat(50)), '😀'.repeat(30))
    assert.equal(closeReason(''), '')
  })
})
