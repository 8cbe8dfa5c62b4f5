import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AccessRequest } from './access-request.ts'
import { evaluate } from './evaluate.ts'
import { accessDeniedMessage, explainDecision } from './explain.ts'
import { parsePolicyDocument } from './policy-document.ts'
import type { NamedPolicy, PolicySet } from './policy-set.ts'
import type { DocumentKind } from './statement.ts'

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

const policy = (name: string, statement: object, kind: DocumentKind = 'identity'): NamedPolicy => ({
  name,
  document: parsePolicyDocument(
    JSON.stringify({ Version: '2012-10-17', Statement: statement }),
    kind,
  ),
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
      `The one statement in the policy of arn:aws:iam::111122223333:user/alice does not allow "${action}".\n` +
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
        `Apart from that, the one statement in the policy of arn:aws:iam::111122223333:user/alice does not allow "${action}".\n` +
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

const everything = policy('managed policy everything', {
  Effect: 'Allow',
  Action: '*',
  Resource: '*',
})
const nothing = policy('managed policy s3', { Effect: 'Allow', Action: 's3:*', Resource: '*' })
const deny = policy('managed policy guard', { Effect: 'Deny', Action: '*', Resource: '*' })

describe('boundaries and session policies in explanations', () => {
  const explainSet = (policies: PolicySet) => explainDecision(evaluate(request, policies), request)

  it('names every statement that had to allow', () => {
    assert.equal(
      explainSet({ identity: [everything], boundary: everything }),
      'Statement 1 of managed policy everything allows it, and so does statement 1 of managed policy everything.',
    )
    assert.match(
      explainSet({ identity: [everything], boundary: everything, session: [nothing, everything] }),
      /allows it, and so do statement 1 of managed policy everything and statement 1 of managed policy everything\.$/,
    )
  })

  it('says that the boundary does not allow it, and where the change belongs', () => {
    assert.equal(
      explainSet({ identity: [everything], boundary: nothing }),
      `The permissions boundary does not allow it: the one statement in it does not allow "${action}".\n` +
        `Least change: a statement with "Effect": "Allow", "Action": "${action}" and "Resource": "${instance}", in the permissions boundary.`,
    )
  })

  it('says which condition of the boundary failed', () => {
    assert.match(
      explainSet({
        identity: [everything],
        boundary: reachStaging({ StringEquals: { 'ec2:osuser': 'deploy' } }),
      }),
      /^The permissions boundary does not allow it: statement "ReachStaging" of .* would allow it, but StringEquals ec2:osuser wants "deploy" and the request has "ec2-user"\.$/m,
    )
  })

  it('says that no session policy allows it, and that the session keeps what it has', () => {
    assert.equal(
      explainSet({ identity: [everything], session: [nothing] }),
      `No session policy allows it: the one statement in it does not allow "${action}".\n` +
        `Least change: a statement with "Effect": "Allow", "Action": "${action}" and "Resource": "${instance}", in the session policy of new credentials.`,
    )
    assert.match(
      explainSet({ identity: [everything], session: [nothing, { ...nothing }] }),
      /none of the 2 statements in them allows/,
    )
    assert.match(explainSet({ identity: [everything], session: [] }), /: there is none\.$/m)
  })

  it('says all that is missing (one at a time would send people round in circles)', () => {
    assert.equal(
      explainSet({ identity: [], boundary: nothing }),
      `No policy applies to arn:aws:iam::111122223333:user/alice, and what no policy allows is denied.\n` +
        `The permissions boundary does not allow it: the one statement in it does not allow "${action}".\n` +
        `Least change: a statement with "Effect": "Allow", "Action": "${action}" and "Resource": "${instance}"; ` +
        `and a statement with "Effect": "Allow", "Action": "${action}" and "Resource": "${instance}", in the permissions boundary.`,
    )
  })

  it('names all Denies, and what would be left to do without them', () => {
    assert.equal(
      explainSet({ identity: [everything, deny], boundary: deny }),
      'Statement 1 of managed policy guard and statement 1 of managed policy guard deny it, and a Deny overrides every Allow.\n' +
        `Apart from that, the permissions boundary does not allow it: the one statement in it does not allow "${action}".\n` +
        `Least change: narrow or remove those Denies; and a statement with "Effect": "Allow", "Action": "${action}" and "Resource": "${instance}", in the permissions boundary.`,
    )
    assert.match(
      explainSet({ identity: [everything, deny, deny, deny, deny] }),
      /^Statement 1 of .* \(and 1 more\) deny it/,
    )
  })
})

describe('trust policies in explanations', () => {
  const role = 'arn:aws:iam::111122223333:role/deploy'
  const asked: AccessRequest = { ...request, action: 'sts:AssumeRole', resource: role }
  const trust = (Principal: object, changes: object = {}) =>
    policy(
      'the trust policy of role deploy',
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal, ...changes },
      'trust',
    )
  const explainTrust = (policies: PolicySet, changes: Partial<AccessRequest> = {}) => {
    const changed = { ...asked, ...changes }
    return explainDecision(evaluate(changed, policies), changed)
  }

  it('names the statement that trusts, and who else had to allow', () => {
    assert.equal(
      explainTrust({ identity: [], trust: trust({ AWS: request.principal }) }),
      'Statement 1 of the trust policy of role deploy allows it.',
    )
    assert.equal(
      explainTrust({ identity: [everything], trust: trust({ AWS: '111122223333' }) }),
      'Statement 1 of the trust policy of role deploy allows it, and so does statement 1 of managed policy everything.',
    )
  })

  it('names who is trusted, who asked, and the principal to add', () => {
    const bob = 'arn:aws:iam::111122223333:user/bob'
    assert.equal(
      explainTrust({ identity: [everything], trust: trust({ AWS: bob }) }),
      `The trust policy of the role does not allow it: statement 1 of the trust policy of role deploy allows the action, but to "${bob}", and the request is from "${request.principal}".\n` +
        `Least change: add "AWS": "${request.principal}" to the Principal of statement 1 of the trust policy of role deploy.`,
    )
  })

  it('says under which word the principal stands', () => {
    const provider = 'arn:aws:iam::111122223333:oidc-provider/login.example.org'
    for (const [principal, member] of [
      [provider, `"Federated": "${provider}"`],
      ['ec2.amazonaws.com', '"Service": "ec2.amazonaws.com"'],
    ] as const) {
      const text = explainTrust({ identity: [], trust: trust({ AWS: '*' }) }, { principal })
      assert.ok(text.includes(`Least change: add ${member} to the Principal`), text)
    }
  })

  it('writes the missing statement when none is about the action', () => {
    assert.equal(
      explainTrust(
        { identity: [everything], trust: trust({ AWS: request.principal }) },
        { action: 'sts:TagSession' },
      ),
      `The trust policy of the role does not allow it: the one statement in it does not allow "sts:TagSession".\n` +
        `Least change: a statement with "Effect": "Allow", "Action": "sts:TagSession" and "Principal": {"AWS": "${request.principal}"}.`,
    )
  })

  it('says which condition failed', () => {
    assert.match(
      explainTrust({
        identity: [],
        trust: trust({ AWS: '*' }, { Condition: { StringEquals: { 'sts:ExternalId': '42' } } }),
      }),
      /would allow it, but StringEquals sts:ExternalId wants "42" and the request has no such key\.\nLeast change: ask with sts:ExternalId "42"\.$/,
    )
  })

  it('says that the account is trusted but its own policies do not allow it', () => {
    assert.match(
      explainTrust({ identity: [nothing], trust: trust({ AWS: '111122223333' }) }),
      /^The one statement in the policy of arn:aws:iam::111122223333:user\/alice does not allow "sts:AssumeRole"\./,
    )
  })

  it('has no control characters (would drive the terminal)', () => {
    const text = explainTrust(
      { identity: [], trust: { ...trust({ AWS: '111122223333' }), name: 'a\u001b[2J' } },
      { principal: 'arn:aws:iam::444455556666:user/\u009b1m' },
    )
    assert.doesNotMatch(text, /[^\n\P{C}]/u)
  })
})

describe('the AccessDenied texts of AWS for each kind of policy', () => {
  const refused = `User: arn:aws:iam::111122223333:user/alice is not authorized to perform: ${action} on resource: ${instance}`
  const arn = 'arn:aws:iam::111122223333:policy/guard'
  const trust = (Effect: string) =>
    policy('trust policy', { Effect, Action: '*', Principal: { AWS: '*' } }, 'trust')
  const message = (policies: PolicySet) => accessDeniedMessage(evaluate(request, policies), request)

  it('when a kind does not allow', () => {
    const identity = [everything]
    for (const [policies, noun] of [
      [{ identity: [nothing] }, 'identity-based policy'],
      [{ identity, boundary: nothing }, 'permissions boundary'],
      [{ identity, session: [nothing] }, 'session policy'],
    ] as const) {
      assert.equal(message(policies), `${refused} because no ${noun} allows the ${action} action`)
    }
    const other = policy(
      'trust policy',
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '*' } },
      'trust',
    )
    assert.equal(
      message({ identity, trust: other }),
      `${refused} because no role trust policy allows the ${action} action`,
    )
  })

  it('when a kind denies', () => {
    const identity = [everything]
    for (const [policies, place] of [
      [{ identity: [deny] }, 'an identity-based policy'],
      [{ identity, boundary: deny }, 'a permissions boundary'],
      [{ identity, session: [everything, deny] }, 'a session policy'],
      [{ identity, trust: trust('Deny') }, 'the role trust policy'],
    ] as const) {
      assert.equal(message(policies), `${refused} with an explicit deny in ${place}`)
    }
  })

  it('with the ARN of the managed policy that denies', () => {
    assert.equal(
      message({ identity: [{ ...deny, arn }] }),
      `${refused} with an explicit deny in an identity-based policy: ${arn}`,
    )
    assert.equal(
      message({ identity: [everything], boundary: { ...deny, arn } }),
      `${refused} with an explicit deny in a permissions boundary: ${arn}`,
    )
  })

  it('with the first kind, when several lack or deny', () => {
    assert.match(message({ identity: [], boundary: nothing }), /no identity-based policy allows/)
    assert.match(
      message({ identity: [everything], boundary: nothing, session: [] }),
      /no permissions boundary/,
    )
    assert.match(message({ identity: [deny], boundary: deny }), /in an identity-based policy$/)
  })
})
