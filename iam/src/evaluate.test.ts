import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
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
