import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { candidatesFor } from './candidates.ts'
import { parsePolicyDocument } from './policy-document.ts'

const parse = (...statements: object[]) =>
  parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement: statements }))
const statement = (Sid: string, elements: object) => ({
  Sid,
  Effect: 'Allow',
  Action: '*',
  Resource: '*',
  ...elements,
})

const document = parse(
  statement('Everything', {}),
  statement('Users', { Action: 'iam:*User' }),
  statement('NoUsers', { Effect: 'Deny', Action: 'IAM:DeleteUser' }),
  statement('Others', { Action: undefined, NotAction: 'iam:*' }),
)
const sids = (action: string, from = document) => {
  const { denies, allows } = candidatesFor(from, action)
  return [denies.map(({ sid }) => sid), allows.map(({ sid }) => sid)]
}

describe('the statements about an action', () => {
  it('are split by effect', () => {
    assert.deepEqual(sids('iam:DeleteUser'), [['NoUsers'], ['Everything', 'Users']])
    assert.deepEqual(sids('s3:GetObject'), [[], ['Everything', 'Others']])
  })

  it('are the same in any letter case', () => {
    assert.deepEqual(sids('IAM:DELETEUSER'), sids('iam:deleteuser'))
  })

  it('are remembered for each document by itself', () => {
    const other = parse(statement('Other', { Action: 's3:*' }))
    const first = candidatesFor(document, 's3:GetObject')
    assert.deepEqual(sids('s3:GetObject', other), [[], ['Other']])
    assert.equal(candidatesFor(document, 's3:GetObject'), first)
  })

  it('are found anew when too many actions were asked for (would fill the memory)', () => {
    const first = candidatesFor(document, 'iam:DeleteUser')
    for (let number = 0; number < 300; number += 1) candidatesFor(document, `x:${number}`)
    assert.notEqual(candidatesFor(document, 'iam:DeleteUser'), first)
    assert.deepEqual(sids('iam:DeleteUser'), [['NoUsers'], ['Everything', 'Users']])
  })
})
