import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeJsonError } from './json-error.ts'

describe('encodeJsonError', () => {
  it('puts the code where every client looks for it', () => {
    assert.equal(
      encodeJsonError({ code: 'AccessDeniedException', message: 'User: "x"' }),
      '{"__type":"AccessDeniedException","Message":"User: \\"x\\""}',
    )
  })

  it('puts the explanation of a denial beside it', () => {
    assert.equal(
      encodeJsonError({ code: 'X', message: 'm', explanation: 'why' }),
      '{"__type":"X","Message":"m","Explanation":"why"}',
    )
  })
})
