import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeQueryError } from './query-error.ts'

const facts = { code: 'AccessDenied', status: 403, message: '<"User">', requestId: 'r', xmlns: 'u' }

describe('encodeQueryError', () => {
  it('says code, message and request', () => {
    assert.equal(
      encodeQueryError(facts),
      '<ErrorResponse xmlns="u"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>&lt;&quot;User&quot;&gt;</Message></Error><RequestId>r</RequestId></ErrorResponse>',
    )
  })

  it('says from status 500 on that the fault is ours', () => {
    assert.match(encodeQueryError({ ...facts, status: 499 }), /<Type>Sender</)
    assert.match(encodeQueryError({ ...facts, status: 500 }), /<Type>Receiver</)
  })

  it('puts the explanation of a denial beside the message', () => {
    assert.match(
      encodeQueryError({ ...facts, explanation: 'a & b' }),
      /<\/Message><Explanation>a &amp; b<\/Explanation><\/Error>/,
    )
  })
})
