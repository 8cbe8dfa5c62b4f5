import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { evaluate, type AccessRequest, type NamedPolicy } from './evaluate.ts'
import { parsePolicyDocument } from './policy-document.ts'

const request: AccessRequest = {
  principal: 'arn:aws:iam::111122223333:user/alice',
  action: 'ec2-instance-connect:SendSSHPublicKey',
  resource: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc',
  context: new Map([['ec2:osuser', 'deploy']]),
}

const policy = (...statements: object[]): NamedPolicy => ({
  name: 'policy under test',
  kind: 'identity',
  document: parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement: statements })),
})

const allow = { Effect: 'Allow', Action: '*', Resource: '*' }

describe('the reading of a decision', () => {
  it('says for every statement why it applies or which element does not fit', () => {
    const decision = evaluate(request, [
      policy({ ...allow, Action: 's3:*' }, { ...allow, Resource: 'arn:aws:s3:::x' }),
      policy({ ...allow, Condition: { StringEquals: { 'ec2:osuser': 'root' } } }, allow),
    ])
    assert.deepEqual(
      decision.readings.map(({ statement, outcome }) => [statement.number, outcome.kind]),
      [
        [1, 'otherAction'],
        [2, 'otherResource'],
        [1, 'conditionsFail'],
        [2, 'applies'],
      ],
    )
    assert.equal(decision.kind === 'allowed' && decision.decidedBy, decision.readings[3])
  })

  it('has operator, key, wanted and found values of every condition that failed', () => {
    const condition = {
      StringEquals: { 'ec2:osuser': ['root', 'app'] },
      Bool: { 'aws:MultiFactorAuthPresent': true },
    }
    const { readings } = evaluate(request, [policy({ ...allow, Condition: condition })])
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

  it('names the kind of policy that did not allow', () => {
    const decision = evaluate(request, [])
    assert.equal(decision.kind === 'implicitDeny' && decision.missing, 'identity')
  })

  it('decides again for the next request (nothing is kept between two requests)', () => {
    const policies = [policy({ ...allow, Resource: 'arn:aws:iam::1:user/${aws:username}' })]
    const decide = (name: string) =>
      evaluate(
        {
          ...request,
          resource: 'arn:aws:iam::1:user/alice',
          context: new Map([['aws:username', name]]),
        },
        policies,
      ).kind
    assert.deepEqual(
      [decide('alice'), decide('bob'), decide('alice')],
      ['allowed', 'implicitDeny', 'allowed'],
    )
  })
})

describe('laws of evaluation', () => {
  const one = fc.record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: fc.constantFrom('*', 's3:*', 'ec2-instance-connect:Send*'),
    Resource: fc.constantFrom('*', 'arn:aws:ec2:*', 'arn:aws:s3:::x'),
    Condition: fc.constantFrom(
      {},
      { StringEquals: { 'ec2:osuser': 'deploy' } },
      { StringNotEquals: { 'ec2:osuser': 'deploy' } },
      { StringEquals: { 'aws:ResourceTag/env': 'prod' } },
      { 'ForAllValues:StringLike': { 'aws:TagKeys': 'a*' } },
    ),
  })
  const some = fc.array(one, { minLength: 1, maxLength: 5 })
  const decide = (...statements: object[]) => evaluate(request, [policy(...statements)]).kind

  it('a Deny more never turns a denial into an allow', () => {
    fc.assert(
      fc.property(some, one, (statements, more) => {
        if (decide(...statements) === 'allowed') return
        assert.notEqual(decide(...statements, { ...more, Effect: 'Deny' }), 'allowed')
      }),
    )
  })

  it('an Allow more never takes an allow away', () => {
    fc.assert(
      fc.property(some, one, (statements, more) => {
        if (decide(...statements) !== 'allowed') return
        assert.equal(decide({ ...more, Effect: 'Allow' }, ...statements), 'allowed')
      }),
    )
  })

  it('the order of statements and their spread over policies play no part', () => {
    fc.assert(
      fc.property(some, (statements) => {
        const apart = statements.toReversed().map((statement) => policy(statement))
        assert.equal(evaluate(request, apart).kind, decide(...statements))
      }),
    )
  })
})
