import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileAction, matchesAction } from './match-action.ts'

const matches = (pattern: string, action: string) =>
  matchesAction(compileAction(pattern), action.toLowerCase())

describe('actions', () => {
  it('match in any letter case, service and name', () => {
    assert.ok(
      matches('EC2-Instance-Connect:sendsshpublickey', 'ec2-instance-connect:SendSSHPublicKey'),
    )
  })

  it('match with wildcards in the name, also an empty run', () => {
    assert.ok(matches('ec2:Describe*', 'ec2:DescribeInstances'))
    assert.ok(matches('ec2:DescribeInstances*', 'ec2:DescribeInstances'))
    assert.ok(matches('ec2:*Instance?', 'ec2:DescribeInstances'))
    assert.ok(!matches('ec2:Describe?', 'ec2:DescribeInstances'))
  })

  it('match everything with *', () => {
    assert.ok(matches('*', 'fleetkey:SearchEvents'))
    assert.ok(matches('*:*', 'fleetkey:SearchEvents'))
  })

  it('do not match another service that begins alike', () => {
    assert.ok(!matches('ec2:*', 'ec2-instance-connect:SendSSHPublicKey'))
  })

  const refused: readonly (readonly [string, string])[] = [
    [
      'SendSSHPublicKey',
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    ['', 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
    ['a:b:c', 'Actions/Condition can contain only one colon.'],
    ['e*:Run', 'Vendor e* is not valid'],
    ['a a:Run', 'Vendor a a is not valid'],
    [':Run', 'Vendor  is not valid'],
  ]
  for (const [text, message] of refused) {
    it(`are refused in AWS's words: ${JSON.stringify(text)}`, () => {
      assert.throws(() => compileAction(text), { code: 'MalformedPolicyDocument', message })
    })
  }
})
