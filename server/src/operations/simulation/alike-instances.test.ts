import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Instance, Tags } from '@fleetkey/domain/instance'
import { parsePolicyDocument } from '@fleetkey/iam/policy-document'
import { AlikeInstances } from './alike-instances.ts'

const instance = (instanceId: string, tags: Tags) => ({ instanceId, tags }) as unknown as Instance
const ALL = [
  instance('i-1', { env: 'dev', Name: 'a' }),
  instance('i-2', { env: 'prod', Name: 'b' }),
  instance('i-3', { ENV: 'dev', Name: 'c' }),
]
const PUSH = 'ec2-instance-connect:SendSSHPublicKey'

const lotsFor = (...statements: readonly object[]) => {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((one) => ({
      Effect: 'Allow',
      Action: PUSH,
      Resource: '*',
      ...one,
    })),
  })
  const policy = { name: '', document: parsePolicyDocument(text) }
  return new AlikeInstances(ALL)
    .lotsFor([{ identity: [policy] }])
    .map((lot) => lot.map(({ instanceId }) => instanceId.slice(2)).join(''))
    .join(' ')
}

describe('instances that policies cannot tell apart', () => {
  it('are all, unless a tag or an ARN is asked for', () => {
    assert.equal(lotsFor({}), '123')
    assert.equal(lotsFor({ Resource: ['arn:aws:ec2:*:*:instance/*', 'arn:aws:ec2:*'] }), '123')
    assert.equal(lotsFor({ Condition: { StringEquals: { 'ec2:osuser': 'ops' } } }), '123')
  })

  it('are those with the same tags that are asked for, whatever the case of their keys', () => {
    const byEnv = { StringLike: { 'AWS:ResourceTag/Env': 'd*' } }
    assert.equal(lotsFor({ Condition: byEnv }), '13 2')
    const variable = { StringEquals: { 'aws:PrincipalTag/env': '${ec2:ResourceTag/env}' } }
    assert.equal(lotsFor({ Condition: variable }), '13 2')
    assert.equal(lotsFor({}, { Effect: 'Deny', Condition: byEnv }), '13 2')
  })

  it('are none where an instance may be named (a decision of one would be given for another)', () => {
    for (const Resource of [
      'arn:aws:ec2:*:*:instance/i-1',
      'arn:aws:ec2:*:*:instance/i-*',
      'arn:aws:ec2:*i-1*',
      'arn:aws:ec2:*:*:instance/${aws:username}*',
    ]) {
      assert.equal(lotsFor({ Resource }), '1 2 3', Resource)
    }
    assert.equal(
      lotsFor({ Resource: undefined, NotResource: 'arn:aws:ec2:*:*:instance/i-2' }),
      '1 2 3',
    )
  })

  it('are not told apart by what is about something else', () => {
    const named = { Resource: 'arn:aws:ec2:*:*:instance/i-1' }
    assert.equal(lotsFor({}, { Action: 'ec2:CreateTags', ...named }), '123')
    assert.equal(lotsFor({}, { Action: undefined, NotAction: PUSH, ...named }), '123')
    assert.equal(lotsFor({}, { Action: undefined, NotAction: 'iam:*', ...named }), '1 2 3')
  })
})
