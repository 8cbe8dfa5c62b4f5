import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parsePolicyDocument } from './policy-document.ts'

const trust = (Principal: unknown, changes: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...changes },
  })

const entriesOf = (Principal: unknown) =>
  parsePolicyDocument(trust(Principal), 'trust').statements[0]?.principal?.entries

const refuses = (text: string, message: string | RegExp) =>
  assert.throws(() => parsePolicyDocument(text, 'trust'), {
    code: 'MalformedPolicyDocument',
    message,
  })

describe('the Principal of a trust policy', () => {
  it('takes one name or a list, under several words', () => {
    assert.deepEqual(entriesOf({ AWS: ['111122223333', '*'], Service: 'ec2.amazonaws.com' }), [
      { type: 'AWS', kind: 'account', text: '111122223333' },
      { type: 'AWS', kind: 'everyone', text: '*' },
      { type: 'Service', kind: 'service', text: 'ec2.amazonaws.com' },
    ])
  })

  it('knows what each form names', () => {
    const kinds = {
      'arn:aws:iam::111122223333:root': 'account',
      'arn:aws:iam::111122223333:user/alice': 'identity',
      'arn:aws:iam::111122223333:user/ops/on-call/alice@example.org': 'identity',
      'arn:aws:iam::111122223333:role/ops/deploy': 'role',
      'arn:aws:sts::111122223333:assumed-role/deploy/alice': 'identity',
      AIDACKCEVSQ6C2EXAMPLE: 'identity',
      AROACKCEVSQ6C2EXAMPLE: 'role',
      'AROACKCEVSQ6C2EXAMPLE:alice': 'identity',
    }
    for (const [name, kind] of Object.entries(kinds)) {
      assert.equal(entriesOf({ AWS: name })?.[0]?.kind, kind, name)
    }
    for (const name of [
      'arn:aws:iam::111122223333:oidc-provider/login.example.org:8443/realms/staff',
      'arn:aws:iam::111122223333:saml-provider/staff',
      'accounts.google.com',
      'login.example.org:8443/realms/staff',
    ]) {
      assert.equal(entriesOf({ Federated: name })?.[0]?.kind, 'provider', name)
    }
  })

  it('refuses a wildcard within a name (would trust users who do not exist yet)', () => {
    for (const name of [
      'arn:aws:iam::111122223333:user/*',
      'arn:aws:iam::111122223333:user/a?ice',
      'arn:aws:iam::111122223333:role/*',
      'arn:aws:iam::*:root',
      'arn:aws:sts::111122223333:assumed-role/deploy/*',
      'AIDA*',
      'AROACKCEVSQ6C2EXAMPLE:*',
      '1111222233*',
    ]) {
      refuses(trust({ AWS: name }), `Invalid principal in policy: "AWS":"${name}"`)
    }
    refuses(trust({ Federated: '*' }), 'Invalid principal in policy: "Federated":"*"')
    refuses(trust({ Service: '*' }), 'Invalid principal in policy: "Service":"*"')
  })

  it('refuses what is not a principal', () => {
    for (const name of ['', 'alice', 'arn:aws:iam::111122223333:group/ops', '11112222333']) {
      refuses(trust({ AWS: name }), `Invalid principal in policy: "AWS":"${name}"`)
    }
    refuses(trust({ CanonicalUser: 'a' }), 'Invalid principal in policy: "CanonicalUser":"a"')
    refuses(trust({ AWS: 'a\nb' }), 'Invalid principal in policy: "AWS":"a?b"')
    refuses(trust({ aws: '*' }), 'Invalid principal in policy: "aws":"*"')
    refuses(trust({ AWS: [7] }), /^Syntax errors in policy\. /)
    refuses(trust(['*']), /^Syntax errors in policy\. /)
  })

  it('refuses a trust policy that names nobody, or everybody by the short word', () => {
    refuses(trust(undefined), 'Missing required field Principal')
    refuses(trust({}), 'Missing required field Principal')
    refuses(trust({ AWS: [] }), 'Missing required field Principal')
    refuses(trust('*'), 'AssumeRolepolicy contained an invalid principal: "STAR":"*".')
  })

  it('refuses NotPrincipal (whoever is not named would be trusted)', () => {
    refuses(trust({ AWS: '*' }, { NotPrincipal: { AWS: '*' } }), /NotPrincipal/)
  })

  it('refuses resources: a trust policy is about its own role', () => {
    refuses(trust({ AWS: '*' }, { Resource: '*' }), /^Has prohibited field Resource\./)
    refuses(trust({ AWS: '*' }, { NotResource: '*' }), /^Has prohibited field Resource\./)
  })

  it('is read in linear time (a long path could hold the server up)', () => {
    const path = 'a/'.repeat(60_000)
    refuses(trust({ AWS: `arn:aws:iam::111122223333:user/${path}*` }), /^Invalid principal/)
    refuses(trust({ Federated: `${'a.'.repeat(60_000)}*` }), /^Invalid principal/)
  })
})

describe('kinds of policies', () => {
  it('all but trust have resources and no principal', () => {
    for (const kind of ['identity', 'managed', 'session'] as const) {
      assert.throws(() => parsePolicyDocument(trust({ AWS: '*' }), kind), {
        message: 'Policy document should not specify a principal.',
      })
      const Statement = { Effect: 'Allow', Action: '*', Resource: '*' }
      const text = JSON.stringify({ Version: '2012-10-17', Statement })
      assert.equal(parsePolicyDocument(text, kind).statements[0]?.principal, undefined)
    }
  })
})
