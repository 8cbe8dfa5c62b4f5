import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { validateLine } from './validate-line.ts'

const document =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}'
const answer = (line: object) => JSON.parse(validateLine({ text: JSON.stringify(line) }))

describe('validateLine', () => {
  it('says that a document is valid', () => {
    for (const kind of ['identity', 'managed', 'session']) {
      assert.deepEqual(answer({ id: 'a', kind, document }), { id: 'a', valid: true })
    }
    assert.deepEqual(answer({ id: 'a', document }), { id: 'a', valid: true })
  })
  it('says why it is not, by its kind', () => {
    assert.deepEqual(
      answer({ id: 1, kind: 'managed', document: document.replace('2012', '2008') }),
      {
        id: 1,
        valid: false,
        code: 'MalformedPolicyDocument',
        message: 'Policy document must be version 2012-10-17 or greater.',
      },
    )
    assert.match(answer({ id: 1, kind: 'trust', document }).message, /^AssumeRole policy may only/)
  })
  it('applies the quota of its kind', () => {
    const large = document.replace('ec2:*', `ec2:${'x'.repeat(6_100)}`)
    assert.deepEqual(answer({ id: 1, kind: 'managed', document: large }), {
      id: 1,
      valid: false,
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for PolicySize: 6144',
    })
    assert.equal(answer({ id: 1, kind: 'identity', document: large }).valid, true)
  })
  it('takes a document that is no text as it stands, doubled keys and all', () => {
    const text = `{"id":1,"document":${document.replace('"Effect"', '"Effect":"Deny","Effect"')}}`
    assert.match(validateLine({ text }), /"valid":false,"code":"MalformedPolicyDocument".* twice/)
  })
  it('names what is wrong with a line', () => {
    for (const line of [{}, { id: 1 }, { document, kind: 'boundary' }, { document, kind: 1 }]) {
      const { valid, code } = answer(line)
      assert.deepEqual([valid, code], [false, 'ValidationException'])
    }
    assert.match(validateLine({ text: '{"id":[7],' }), /^\{"id":\[7\],"valid":false/)
  })
})
