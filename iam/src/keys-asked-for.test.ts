import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eachKeyOnce, keysAskedFor } from './keys-asked-for.ts'
import { parsePolicyDocument } from './policy-document.ts'

function asked(statement: object, Version: string | undefined = '2012-10-17') {
  const text = JSON.stringify({
    Version,
    Statement: { Effect: 'Allow', Action: 'iam:*', Resource: '*', ...statement },
  })
  const { statements, version } = parsePolicyDocument(text)
  return statements.flatMap((one) => keysAskedFor(one, version))
}

describe('the keys that a statement asks for', () => {
  it('are those of its conditions, as written', () => {
    assert.deepEqual(asked({}), [])
    const Condition = {
      StringEquals: { 'aws:ResourceTag/Env': 'dev' },
      Null: { 'aws:TokenIssueTime': 'true' },
      'ForAllValues:StringLikeIfExists': { 'aws:TagKeys': ['a', 'b*'] },
    }
    assert.deepEqual(asked({ Condition }), [
      'aws:ResourceTag/Env',
      'aws:TokenIssueTime',
      'aws:TagKeys',
    ])
  })
  it('are the variables of its resources, also of NotResource', () => {
    const Resource = [
      'arn:aws:iam::*:user/${aws:UserName}',
      "arn:aws:iam::*:role/${aws:PrincipalTag/team, 'none'}-${*}-${$}",
    ]
    assert.deepEqual(asked({ Resource }), ['aws:UserName', 'aws:PrincipalTag/team'])
    assert.deepEqual(asked({ Resource: undefined, NotResource: Resource[0] }), ['aws:UserName'])
  })
  it('are the variables of its values', () => {
    const Condition = {
      StringLike: { 'aws:ResourceTag/owner': ['${aws:username}', 'x-${aws:userid}-*'] },
      ArnLike: { 'aws:SourceArn': 'arn:aws:iam::*:user/${aws:username}' },
    }
    assert.deepEqual(asked({ Condition }), [
      'aws:ResourceTag/owner',
      'aws:username',
      'aws:userid',
      'aws:SourceArn',
      'aws:username',
    ])
  })
  it('are no variables in an older document, where they are plain text', () => {
    const statement = {
      Resource: 'arn:aws:iam::*:user/${aws:username}',
      Condition: { StringEquals: { 'aws:userid': '${aws:username}' } },
    }
    for (const version of ['2008-10-17', undefined]) {
      const text = JSON.stringify({
        ...(version && { Version: version }),
        Statement: { Effect: 'Allow', Action: 'iam:*', ...statement },
      })
      const { statements, version: read } = parsePolicyDocument(text)
      assert.deepEqual(
        statements.flatMap((one) => keysAskedFor(one, read)),
        ['aws:userid'],
      )
    }
  })
})

describe('each key once', () => {
  it('keeps the first of several spellings', () => {
    assert.deepEqual(eachKeyOnce(['aws:TagKeys', 'a', 'AWS:tagkeys', 'A']), ['aws:TagKeys', 'a'])
  })
})
