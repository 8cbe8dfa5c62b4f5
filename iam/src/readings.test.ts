import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AccessRequest } from './access-request.ts'
import { parsePolicyDocument } from './policy-document.ts'
import type { NamedPolicy } from './policy-set.ts'
import { readPolicies } from './readings.ts'

const request: AccessRequest = {
  principal: 'arn:aws:iam::111122223333:user/alice',
  action: 'ec2-instance-connect:SendSSHPublicKey',
  resource: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc',
  context: new Map([['ec2:osuser', 'deploy']]),
}

const policy = (...statements: object[]): NamedPolicy => ({
  name: 'policy under test',
  document: parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement: statements })),
})

const allow = { Effect: 'Allow', Action: '*', Resource: '*' }

describe('readPolicies', () => {
  it('says for every statement why it applies or which element does not fit', () => {
    const readings = readPolicies(request, {
      identity: [
        policy({ ...allow, Action: 's3:*' }, { ...allow, Resource: 'arn:aws:s3:::x' }),
        policy({ ...allow, Condition: { StringEquals: { 'ec2:osuser': 'root' } } }, allow),
      ],
    })
    assert.deepEqual(
      readings.map(({ statement, outcome }) => [statement.number, outcome.kind]),
      [
        [1, 'otherAction'],
        [2, 'otherResource'],
        [1, 'conditionsFail'],
        [2, 'applies'],
      ],
    )
  })

  it('has operator, key, wanted and found values of every condition that failed', () => {
    const condition = {
      StringEquals: { 'ec2:osuser': ['root', 'app'] },
      Bool: { 'aws:MultiFactorAuthPresent': true },
    }
    const readings = readPolicies(request, {
      identity: [policy({ ...allow, Condition: condition })],
    })
    const outcome = readings[0]?.outcome
    assert.equal(outcome?.kind, 'conditionsFail')
    assert.deepEqual(
      outcome.failed.map(({ condition: { operator, key, wanted }, found }) => [
        operator,
        key,
        wanted,
        found,
      ]),
      [
        ['StringEquals', 'ec2:osuser', ['root', 'app'], 'deploy'],
        ['Bool', 'aws:MultiFactorAuthPresent', ['true'], undefined],
      ],
    )
  })
})
