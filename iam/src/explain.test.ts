import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AccessRequest } from './access-request.ts'
import { evaluate } from './evaluate.ts'
import { accessDeniedMessage, explainDecision } from './explain.ts'
import { parsePolicyDocument } from './policy-document.ts'
import type { NamedPolicy } from './policy-set.ts'

const instance = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc'
const action = 'ec2-instance-connect:SendSSHPublicKey'

const request: AccessRequest = {
  principal: 'arn:aws:iam::111122223333:user/alice',
  action,
  resource: instance,
  context: new Map<string, string | string[]>([
    ['ec2:osuser', 'ec2-user'],
    ['aws:ResourceTag/env', 'prod'],
    ['aws:TagKeys', ['a', 'b']],
  ]),
}

const policy = (name: string, statement: object): NamedPolicy => ({
  name,
  document: parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement: statement })),
})

const reachStaging = (condition: object) =>
  policy('inline policy reach-staging of user alice', {
    Sid: 'ReachStaging',
    Effect: 'Allow',
    Action: action,
    Resource: '*',
    Condition: condition,
  })

const explain = (...policies: NamedPolicy[]) =>
  explainDecision(evaluate(request, { identity: policies }), request)

describe('explainDecision', () => {
  it('names the statement that allows', () => {
    assert.equal(
      explain(reachStaging({})),
      'Statement "ReachStaging" of inline policy reach-staging of user alice allows it.',
    )
  })

  it('names the condition that failed, what it wants and what the request has', () => {
    assert.equal(
      explain(reachStaging({ StringEquals: { 'ec2:osuser': 'deploy' } })),
      'Statement "ReachStaging" of inline policy reach-staging of user alice would allow it, but StringEquals ec2:osuser wants "deploy" and the request has "ec2-user".\n' +
        'Least change: ask with ec2:osuser "deploy", or let that StringEquals also accept "ec2-user".',
    )
  })

  it('names all conditions that failed (one at a time would send people round in circles)', () => {
    assert.equal(
      explain(
        reachStaging({
          StringEquals: { 'ec2:osuser': ['deploy', 'app'], 'aws:ResourceTag/env': 'staging' },
        }),
      ),
      'Statement "ReachStaging" of inline policy reach-staging of user alice would allow it, but StringEquals ec2:osuser wants one of "deploy", "app" and the request has "ec2-user", and StringEquals aws:ResourceTag/env wants "staging" and the request has "prod".\n' +
        'Least change: ask with ec2:osuser one of "deploy", "app", or let that StringEquals also accept "ec2-user"; and choose a resource whose tag "env" is "staging", or let that StringEquals also accept "prod".',
    )
  })

  it('says when the request has no such key', () => {
    assert.match(
      explain(reachStaging({ Bool: { 'aws:MultiFactorAuthPresent': true } })),
      /Bool aws:MultiFactorAuthPresent wants "true" and the request has no such key\.\nLeast change: ask with aws:MultiFactorAuthPresent "true"\.$/,
    )
  })

  it('says what a negated condition forbids', () => {
    assert.match(
      explain(reachStaging({ StringNotEquals: { 'ec2:osuser': 'ec2-user' } })),
      /StringNotEquals ec2:osuser wants anything but "ec2-user" and the request has "ec2-user"\.\nLeast change: ask with another ec2:osuser, or let that StringNotEquals no longer forbid "ec2-user"\.$/,
    )
  })

  it('says why a bare operator fails on several values', () => {
    assert.match(
      explain(reachStaging({ StringEquals: { 'aws:TagKeys': 'a' } })),
      /the request has the list "a", "b"\.\nLeast change: write ForAnyValue: or ForAllValues: before StringEquals, since aws:TagKeys can have several values\.$/,
    )
  })

  it('says in words what Null wants', () => {
    assert.match(
      explain(reachStaging({ Null: { 'ec2:osuser': true } })),
      /Null ec2:osuser wants no such key and the request has "ec2-user"\.\nLeast change: make a request without ec2:osuser\.$/,
    )
  })

  it('names the nearest statement, not the first', () => {
    const far = policy('far', { Effect: 'Allow', Action: 's3:*', Resource: '*' })
    const elsewhere = policy('elsewhere', {
      Effect: 'Allow',
      Action: action,
      Resource: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0def',
    })
    assert.match(
      explain(far, elsewhere, reachStaging({ StringEquals: { 'ec2:osuser': 'deploy' } })),
      /^Statement "ReachStaging"/,
    )
    assert.equal(
      explain(far, elsewhere),
      `Statement 1 of elsewhere allows the action, but on "arn:aws:ec2:eu-west-1:111122223333:instance/i-0def", and the request is for "${instance}".\n` +
        `Least change: add "${instance}" to the Resource of statement 1 of elsewhere.`,
    )
  })

  it('writes the missing statement when no statement is about the action', () => {
    assert.equal(
      explain(policy('far', { Effect: 'Allow', Action: 's3:*', Resource: '*' })),
      `None of the 1 statements in the policy of arn:aws:iam::111122223333:user/alice allows "${action}".\n` +
        `Least change: a statement with "Effect": "Allow", "Action": "${action}" and "Resource": "${instance}".`,
    )
    assert.match(explain(), /^No policy applies to arn:aws:iam::111122223333:user\/alice/)
  })

  it('names the Deny that won and the Allow that would be left', () => {
    const noProd = policy('managed policy guard', {
      Sid: 'NoProd',
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
    })
    assert.equal(
      explain(reachStaging({}), noProd),
      'Statement "NoProd" of managed policy guard denies it, and a Deny overrides every Allow.\n' +
        'Least change: narrow or remove that Deny; statement "ReachStaging" of inline policy reach-staging of user alice then allows it.',
    )
    assert.equal(
      explain(noProd),
      'Statement "NoProd" of managed policy guard denies it, and a Deny overrides every Allow.\n' +
        `Apart from that, none of the 1 statements in the policy of arn:aws:iam::111122223333:user/alice allows "${action}".\n` +
        `Least change: narrow or remove that Deny; and a statement with "Effect": "Allow", "Action": "${action}" and "Resource": "${instance}".`,
    )
  })

  it('prints values from outside cut and without control characters (would drive the terminal)', () => {
    const text = explainDecision(
      evaluate(
        { ...request, context: new Map([['ec2:osuser', `\u001b[2J${'x'.repeat(5000)}`]]) },
        {
          identity: [reachStaging({ StringEquals: { 'ec2:osuser': 'a\u0007b' } })],
        },
      ),
      request,
    )
    assert.ok(text.length < 1000)
    assert.doesNotMatch(text, /[^\n\P{C}]/u)
  })
})

describe('accessDeniedMessage', () => {
  it('says what AWS says when nothing allows', () => {
    assert.equal(
      accessDeniedMessage(evaluate(request, { identity: [] }), request),
      `User: arn:aws:iam::111122223333:user/alice is not authorized to perform: ${action} on resource: ${instance} because no identity-based policy allows the ${action} action`,
    )
  })

  it('says what AWS says when something denies', () => {
    const deny = policy('guard', { Effect: 'Deny', Action: '*', Resource: '*' })
    assert.equal(
      accessDeniedMessage(evaluate(request, { identity: [deny] }), request),
      `User: arn:aws:iam::111122223333:user/alice is not authorized to perform: ${action} on resource: ${instance} with an explicit deny in an identity-based policy`,
    )
  })

  it('has no control characters (would add lines to a log)', () => {
    const forged = { ...request, resource: 'arn:aws:ec2:::instance/i-0\r\nallowed' }
    assert.doesNotMatch(accessDeniedMessage(evaluate(forged, { identity: [] }), forged), /\r|\n/)
  })
})
