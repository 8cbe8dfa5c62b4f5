import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { AccessRequest } from './access-request.ts'
import { evaluate } from './evaluate.ts'
import { parsePolicyDocument } from './policy-document.ts'
import type { NamedPolicy } from './policy-set.ts'

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

describe('evaluate', () => {
  it('decides again for the next request (nothing is kept between two requests)', () => {
    const policies = [policy({ ...allow, Resource: 'arn:aws:iam::1:user/${aws:username}' })]
    const decide = (name: string) =>
      evaluate(
        {
          ...request,
          resource: 'arn:aws:iam::1:user/alice',
          context: new Map([['aws:username', name]]),
        },
        { identity: policies },
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
  const decide = (...statements: object[]) =>
    evaluate(request, { identity: [policy(...statements)] }).kind

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
        assert.equal(evaluate(request, { identity: apart }).kind, decide(...statements))
      }),
    )
  })
})
