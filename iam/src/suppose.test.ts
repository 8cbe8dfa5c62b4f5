import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { evaluate } from './evaluate.ts'
import { parsePolicyDocument } from './policy-document.ts'
import type { PolicySet } from './policy-set.ts'
import { supposeBest } from './suppose.ts'

const allow = { Effect: 'Allow', Action: '*', Resource: '*' }
const deny = { ...allow, Effect: 'Deny' }
const fromOffice = { Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }
const asDeploy = { Condition: { StringEquals: { 'ec2:osuser': 'deploy' } } }

const named = (statement: readonly object[]) => ({
  name: 'policy',
  document: parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement: statement })),
})

function decide(set: PolicySet): string {
  const request = {
    principal: 'arn:aws:iam::111122223333:user/alice',
    action: 'ec2-instance-connect:SendSSHPublicKey',
    resource: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc',
    context: new Map([['ec2:osuser', 'ops']]),
  }
  return evaluate(
    request,
    supposeBest(set, (key) => key === 'aws:sourceip'),
  ).kind
}

describe('supposeBest', () => {
  it('takes an open condition of an Allow for fulfilled, and no other', () => {
    assert.equal(decide({ identity: [named([{ ...allow, ...fromOffice }])] }), 'allowed')
    assert.equal(decide({ identity: [named([{ ...allow, ...asDeploy }])] }), 'implicitDeny')
    const both = { Condition: { ...fromOffice.Condition, ...asDeploy.Condition } }
    assert.equal(decide({ identity: [named([{ ...allow, ...both }])] }), 'implicitDeny')
  })

  it('takes a Deny with an open condition for one that does not apply, and no other', () => {
    assert.equal(decide({ identity: [named([allow, { ...deny, ...fromOffice }])] }), 'allowed')
    assert.equal(decide({ identity: [named([allow, deny])] }), 'explicitDeny')
  })

  it('looks into boundary and session policies too', () => {
    const identity = [named([allow])]
    const open = named([{ ...allow, ...fromOffice }])
    const closed = named([{ ...allow, ...asDeploy }])
    assert.equal(decide({ identity, boundary: open, session: [open] }), 'allowed')
    assert.equal(decide({ identity, boundary: closed }), 'implicitDeny')
    assert.equal(decide({ identity, session: [closed] }), 'implicitDeny')
  })
})
