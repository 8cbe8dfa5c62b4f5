import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeJsonError, parseJsonError } from './json-error.ts'

describe('encodeJsonError', () => {
  it('puts the code where every client looks for it', () => {
    assert.equal(
      encodeJsonError({ code: 'AccessDeniedException', message: 'User: "x"' }),
      '{"__type":"AccessDeniedException","Message":"User: \\"x\\""}',
    )
  })
})

describe('parseJsonError', () => {
  it('reads what encodeJsonError writes', () => {
    const error = { code: 'InvalidArgsException', message: 'a\nb' }
    assert.deepEqual(parseJsonError(encodeJsonError(error)), error)
  })

  it('reads the spellings of other services', () => {
    const error = { code: 'X', message: 'm' }
    assert.deepEqual(parseJsonError('{"__type":"com.amazon.coral.service#X","message":"m"}'), error)
    assert.deepEqual(parseJsonError('{"__type":"X:http://internal","Message":"m"}'), error)
    assert.deepEqual(parseJsonError('{"__type":"X"}'), { code: 'X', message: '' })
    assert.deepEqual(parseJsonError('{"__type":"X","Message":1,"message":"m"}'), error)
  })

  it('says that anything else is no error of that kind', () => {
    for (const body of [
      '',
      '<html>',
      'null',
      '[]',
      '"x"',
      '{}',
      '{"__type":1}',
      '{"__type":"a#"}',
    ]) {
      assert.equal(parseJsonError(body), undefined)
    }
  })
})
