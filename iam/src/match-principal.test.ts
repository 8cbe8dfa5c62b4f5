import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { accountOf, accountOfIdentity, namingOf } from './match-principal.ts'
import { parsePrincipal, type PrincipalType } from './principal-element.ts'
import { normalizeContext } from './request-context.ts'

const alice = 'arn:aws:iam::111122223333:user/ops/alice'
const session = 'arn:aws:sts::111122223333:assumed-role/deploy/alice'
const provider = 'arn:aws:iam::111122223333:oidc-provider/login.example.org/staff'

interface Asker {
  readonly principal: string
  readonly principalId?: string
  readonly roleArn?: string
  readonly effect?: 'Allow' | 'Deny'
}

const naming = (
  { principal, principalId, roleArn, effect = 'Allow' }: Asker,
  names: Partial<Record<PrincipalType, string | string[]>>,
) =>
  namingOf(
    parsePrincipal(new Map(Object.entries(names))),
    {
      principal,
      principalId,
      context: normalizeContext(new Map(roleArn ? [['aws:PrincipalArn', roleArn]] : [])),
    },
    effect,
  )

describe('how a trust policy names a user', () => {
  const user = { principal: alice, principalId: 'AIDAEXAMPLEALICE' }

  it('itself: by ARN, by unique id, or as one of everyone', () => {
    assert.equal(naming(user, { AWS: alice }), 'itself')
    assert.equal(naming(user, { AWS: 'AIDAEXAMPLEALICE' }), 'itself')
    assert.equal(naming(user, { AWS: '*' }), 'itself')
  })

  it('its account: by number or root ARN', () => {
    assert.equal(naming(user, { AWS: '111122223333' }), 'account')
    assert.equal(naming(user, { AWS: 'arn:aws:iam::111122223333:root' }), 'account')
    assert.equal(naming(user, { AWS: '444455556666' }), undefined)
  })

  it('not by another path, letter case or id (would trust somebody else)', () => {
    for (const name of [
      'arn:aws:iam::111122223333:user/alice',
      'arn:aws:iam::111122223333:user/ops/Alice',
      'arn:aws:iam::444455556666:user/ops/alice',
      'arn:aws:iam::111122223333:role/ops/alice',
      'AIDAEXAMPLEBOB',
      'AROAEXAMPLEALICE',
    ]) {
      assert.equal(naming(user, { AWS: name }), undefined, name)
    }
    assert.equal(naming({ principal: alice }, { AWS: 'AIDAEXAMPLEALICE' }), undefined)
  })

  it('most favourably when several entries do', () => {
    const names = ['111122223333', alice, '444455556666']
    assert.equal(naming(user, { AWS: names }), 'itself')
    assert.equal(naming(user, { AWS: names.toReversed() }), 'itself')
  })
})

describe('how a trust policy names a session of a role', () => {
  const asker = { principal: session, principalId: 'AROAEXAMPLE:alice' }

  it('itself: by session ARN or by id and session name', () => {
    assert.equal(naming(asker, { AWS: session }), 'itself')
    assert.equal(naming(asker, { AWS: 'AROAEXAMPLE:alice' }), 'itself')
    assert.equal(naming(asker, { AWS: 'AROAEXAMPLE:bob' }), undefined)
  })

  it('its role: by ARN or id', () => {
    assert.equal(naming(asker, { AWS: 'AROAEXAMPLE' }), 'role')
    assert.equal(naming(asker, { AWS: 'AROAEXAMPL' }), undefined)
    assert.equal(naming(asker, { AWS: 'arn:aws:iam::111122223333:role/deploy' }), 'role')
  })

  it('its role with a path, when the request knows it', () => {
    const roleArn = 'arn:aws:iam::111122223333:role/ops/ci/deploy'
    assert.equal(naming({ ...asker, roleArn }, { AWS: roleArn }), 'role')
    const plain = 'arn:aws:iam::111122223333:role/deploy'
    assert.equal(naming({ ...asker, roleArn }, { AWS: plain }), undefined)
    assert.equal(naming(asker, { AWS: roleArn }), undefined)
  })

  it('not by an aws:PrincipalArn that is not of its role (would take another role for it)', () => {
    for (const roleArn of [
      'arn:aws:iam::444455556666:role/deploy',
      'arn:aws:iam::111122223333:role/admin',
      'arn:aws:iam::111122223333:role/predeploy',
      'arn:aws:iam::111122223333:user/deploy',
    ]) {
      if (roleArn.includes(':role/')) {
        assert.equal(naming({ ...asker, roleArn }, { AWS: roleArn }), undefined, roleArn)
      }
      const plain = 'arn:aws:iam::111122223333:role/deploy'
      assert.equal(naming({ ...asker, roleArn }, { AWS: plain }), 'role', roleArn)
    }
  })

  it('not by the name of the user in it', () => {
    assert.equal(naming(asker, { AWS: 'arn:aws:iam::111122223333:user/alice' }), undefined)
  })
})

describe('how a trust policy names those who are no identities', () => {
  it('a provider by its ARN or, for OpenID Connect, host and path', () => {
    assert.equal(naming({ principal: provider }, { Federated: provider }), 'itself')
    const name = 'login.example.org/staff'
    assert.equal(naming({ principal: provider }, { Federated: name }), 'itself')
    assert.equal(naming({ principal: provider }, { Federated: 'login.example.org' }), undefined)
  })

  it('a service by its name', () => {
    const service = { principal: 'ec2.amazonaws.com' }
    assert.equal(naming(service, { Service: 'ec2.amazonaws.com' }), 'itself')
    assert.equal(naming(service, { Service: 's3.amazonaws.com' }), undefined)
  })

  it('not as one of everyone, nor by the account (any token of any provider would do)', () => {
    for (const principal of [provider, 'ec2.amazonaws.com']) {
      assert.equal(naming({ principal }, { AWS: '*' }), undefined)
      assert.equal(naming({ principal }, { AWS: '111122223333' }), undefined)
    }
  })

  it('a Deny for everyone leaves them out no more than others', () => {
    for (const principal of [provider, 'ec2.amazonaws.com', alice, session]) {
      assert.equal(naming({ principal, effect: 'Deny' }, { AWS: '*' }), 'itself')
    }
  })
})

describe('accounts', () => {
  it('are found in ARNs', () => {
    assert.equal(accountOf('arn:aws:iam::111122223333:role/deploy'), '111122223333')
    assert.equal(accountOf('arn:aws:ec2:eu-west-1:111122223333:instance/i-0'), '111122223333')
    assert.equal(accountOf('arn:aws:s3:::bucket/111122223333'), undefined)
    assert.equal(accountOf('*'), undefined)
  })

  it('belong to users, roles, sessions and the root alone', () => {
    for (const principal of [
      alice,
      session,
      'arn:aws:iam::111122223333:root',
      'arn:aws:iam::111122223333:role/x',
    ]) {
      assert.equal(accountOfIdentity(principal), '111122223333', principal)
    }
    for (const principal of [provider, 'ec2.amazonaws.com', 'arn:aws:iam::111122223333:rooted']) {
      assert.equal(accountOfIdentity(principal), undefined, principal)
    }
  })
})
