import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parsePolicyDocument } from '../policy-document.ts'
import { mayBeKeptOut, mayOpenRoles, openingOf, opensNewly, type Trustee } from './trust-opening.ts'

const role = 'arn:aws:iam::111122223333:role/ops'
const alice = 'arn:aws:iam::111122223333:user/alice'

const trust = (AWS: string, Condition: object = {}, ...more: readonly object[]) =>
  parsePolicyDocument(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS }, Condition },
        ...more,
      ],
    }),
    'trust',
  )

const may = (Action: string, Resource = '*', Condition: object = {}) => ({
  name: 'p',
  document: parsePolicyDocument(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action, Resource, Condition },
    }),
  ),
})

const trustee = (
  policies: readonly ReturnType<typeof may>[] = [],
  keys: Readonly<Record<string, string>> = {},
): Trustee => ({
  names: ['AIDAALICE', alice],
  policies: { identity: policies },
  keys: new Map(Object.entries(keys)),
})

const asker = trustee([may('sts:*')])
const tagged = { StringEquals: { 'aws:PrincipalTag/team': 'ops' } }
const opening =
  (...[AWS, Condition]: Parameters<typeof trust>) =>
  (who: Trustee) =>
    openingOf(trust(AWS, Condition), { role, trustee: who })

describe('a role is open', () => {
  it('to whom its trust policy names', () => {
    assert.equal(opening('AIDAALICE')(trustee()), 'them')
    assert.equal(opening(alice)(trustee()), 'them')
    assert.equal(opening('AIDABOB')(asker), 'closed')
  })

  it('to a role, and to one session of it', () => {
    const other: Trustee = { ...trustee(), names: ['AROAOTHER', 'arn:aws:iam::1:role/x/other'] }
    assert.equal(opening('AROAOTHER')(other), 'them')
    assert.equal(opening('AROAOTHER:session')(other), 'them')
    assert.equal(opening('AROAOTHERS:session')(other), 'closed')
  })

  it('to whoever may ask, where it names the account, and to nobody else', () => {
    assert.equal(opening('111122223333')(asker), 'anybody')
    assert.equal(opening('111122223333')(trustee([may('iam:*')])), 'closed')
    assert.equal(
      opening('111122223333')(trustee([may('sts:*', 'arn:aws:iam::111122223333:role/x')])),
      'closed',
    )
    assert.equal(opening('*')(trustee()), 'anybody')
  })

  it('by who they are, where a condition asks for that', () => {
    assert.equal(opening('*', tagged)(trustee()), 'them')
    assert.equal(opening('*', tagged)(trustee([], { 'aws:PrincipalTag/team': 'ops' })), 'them')
    assert.equal(opening('*', tagged)(trustee([], { 'aws:PrincipalTag/team': 'dev' })), 'closed')
    assert.equal(opening('*', { StringEquals: { 'sts:ExternalId': 'x' } })(trustee()), 'anybody')
  })

  it('by who they are, where a Deny keeps others out', () => {
    const but = { Effect: 'Deny', Action: 'sts:AssumeRole', Principal: { AWS: 'AIDABOB' } }
    assert.equal(openingOf(trust('*', {}, but), { role, trustee: trustee() }), 'them')
  })

  it('not for another action', () => {
    const other = parsePolicyDocument(
      JSON.stringify({
        Statement: { Effect: 'Allow', Action: 'sts:TagSession', Principal: { AWS: alice } },
      }),
      'trust',
    )
    assert.equal(openingOf(other, { role, trustee: trustee() }), 'closed')
  })
})

describe('a role is newly open', () => {
  const isNew = (document: ReturnType<typeof trust>, before: Trustee, after: Trustee) =>
    opensNewly(document, { role, before, after })

  it('with a tag that its trust policy asks for', () => {
    const ops = trustee([], { 'aws:PrincipalTag/team': 'ops' })
    assert.ok(isNew(trust('*', tagged), trustee(), ops))
    assert.ok(!isNew(trust('*', tagged), ops, ops))
    assert.ok(!isNew(trust(alice), trustee(), ops))
    assert.ok(mayOpenRoles(trustee(), ops))
    assert.ok(!mayOpenRoles(ops, ops))
  })

  it('with a policy that lets ask for it', () => {
    const byTag = trust('111122223333', tagged)
    assert.ok(isNew(byTag, trustee(), asker))
    assert.ok(mayOpenRoles(trustee(), asker))
    assert.ok(!mayOpenRoles(asker, trustee([may('sts:*'), may('iam:*')])))
    assert.ok(!isNew(byTag, asker, asker))
    assert.ok(!isNew(byTag, asker, trustee([may('sts:*'), may('iam:*')])))
    const withFactor = trustee([
      may('sts:*', '*', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
    ])
    assert.ok(isNew(byTag, withFactor, asker))
  })

  it('but not to those who could have it before', () => {
    assert.ok(!isNew(trust(alice), trustee(), asker))
    assert.ok(!isNew(trust('111122223333'), trustee(), asker))
  })
})

describe('somebody may be kept out of roles', () => {
  const deny = (Action: string) => ({
    name: 'p',
    document: parsePolicyDocument(
      JSON.stringify({ Statement: { Effect: 'Deny', Action, Resource: '*' } }),
    ),
  })

  it('by a Deny in any of their policies', () => {
    assert.ok(mayBeKeptOut({ identity: [may('*'), deny('sts:*')] }))
    assert.ok(mayBeKeptOut({ identity: [], boundary: deny('*') }))
    assert.ok(mayBeKeptOut({ identity: [], session: [deny('sts:AssumeRole')] }))
    assert.ok(!mayBeKeptOut({ identity: [may('*'), deny('iam:*')] }))
  })
})
