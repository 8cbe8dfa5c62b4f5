import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ownerOf, personOf } from './owner.ts'
import type { SessionContext, UserIdentity } from './trail-event.ts'

const ACCOUNT = '111122223333'
const provider = (name: string) => `arn:aws:iam::${ACCOUNT}:oidc-provider/${name}`
const IDP = provider('idp.example.com')

interface Held {
  readonly role?: string
  readonly name?: string
  readonly key?: string
  /** Who is vouched for, and by whom. */
  readonly sub?: string
  readonly by?: string
}

function inRole({ role = 'AROAOPS', name = 'ann', key = 'ASIA1', sub, by = IDP }: Held) {
  const attributes = { creationDate: '2026-01-01T00:00:00Z', mfaAuthenticated: 'false' }
  const sessionContext: SessionContext = {
    attributes,
    ...(sub === undefined
      ? {}
      : { webIdFederationData: { federatedProvider: by, attributes: { sub, aud: 'fleetkey' } } }),
  }
  return {
    type: 'AssumedRole',
    principalId: `${role}:${name}`,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/ops/${name}`,
    accountId: ACCOUNT,
    ...(key === '' ? {} : { accessKeyId: key }),
    sessionContext,
  } as const satisfies UserIdentity
}

const same = (one: Held, other: Held) => ownerOf(inRole(one)) === ownerOf(inRole(other))

const whole = (type: 'Root' | 'IAMUser', principalId: string, accessKeyId?: string) =>
  ({
    type,
    principalId,
    arn: 'arn:aws:iam::111122223333:user/ann',
    accountId: ACCOUNT,
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
  }) as const

describe('what is one’s own', () => {
  it('is a user’s and root’s whatever key they use', () => {
    assert.equal(ownerOf(whole('IAMUser', 'AIDAANN')), 'AIDAANN')
    assert.equal(ownerOf(whole('IAMUser', 'AIDAANN', 'ASIA1')), 'AIDAANN')
    assert.equal(ownerOf(whole('Root', ACCOUNT)), ACCOUNT)
  })

  it('is not a user’s who was made anew under the name (they would have what the first one began)', () => {
    assert.notEqual(ownerOf(whole('IAMUser', 'AIDANEW')), ownerOf(whole('IAMUser', 'AIDAOLD')))
  })

  it('is theirs again whom a provider vouches for, after another sign-in and by another name', () => {
    assert.ok(same({ sub: 'u1', key: 'ASIA1' }, { sub: 'u1', key: 'ASIA2', name: 'ann.married' }))
  })

  it('is not whose provider calls them the same, nor of the same subject elsewhere', () => {
    assert.ok(!same({ sub: 'u1' }, { sub: 'u2' }))
    assert.ok(!same({ sub: 'u1' }, { sub: 'u1', by: provider('other.example.com') }))
  })

  it('is one session’s where nobody vouched: its name is typed by whoever may assume the role', () => {
    assert.ok(same({ key: 'ASIA1' }, { key: 'ASIA1' }))
    assert.ok(!same({ key: 'ASIA1' }, { key: 'ASIA2' }))
    assert.ok(!same({ key: 'ASIA1' }, { key: 'ASIA1', sub: 'u1' }))
  })

  it('is not another role’s, of the same person neither (a lesser one would reach what a greater one began)', () => {
    assert.ok(!same({ sub: 'u1' }, { sub: 'u1', role: 'AROAREADER' }))
    assert.ok(!same({}, { role: 'AROAREADER' }))
  })

  it('is not made of a name or a subject with a blank in it', () => {
    assert.ok(!same({ name: 'ann ASIA9', key: 'ASIA1' }, { key: 'ASIA9' }))
    assert.ok(!same({ sub: `x ${IDP} u1` }, { sub: 'u1' }))
  })

  it('is nobody’s where it cannot be known, of records from before keys were in them too', () => {
    for (const identity of [
      inRole({ key: '' }),
      { type: 'Unknown', principalId: 'anonymous' },
      { type: 'AWSService', invokedBy: 'agent/i-1' },
      { type: 'WebIdentityUser', principalId: 'p:a:u1', userName: 'u1', identityProvider: IDP },
    ] as const) {
      assert.equal(ownerOf(identity), undefined)
    }
  })
})

describe('the person of an owner', () => {
  const person = (held: Held) => personOf(ownerOf(inRole(held)) ?? '')
  const isSame = (one: Held, other: Held) => person(one) === person(other)

  it('is one in all roles, and in no other way', () => {
    assert.ok(isSame({ sub: 'u 1' }, { sub: 'u 1', role: 'AROAREADER', key: 'ASIA2' }))
    assert.ok(!isSame({ sub: 'u1' }, { sub: 'u2' }))
    assert.ok(!isSame({ sub: 'u1' }, { sub: 'u1', by: provider('other.example.com') }))
  })

  it('is this one session where nobody vouched, and a user or root as a whole', () => {
    assert.ok(!isSame({ key: 'ASIA1' }, { key: 'ASIA2' }))
    assert.ok(!isSame({ key: 'ASIA1' }, { key: 'ASIA1', sub: 'ASIA1' }))
    for (const owner of ['AIDAANN', ACCOUNT]) assert.equal(personOf(owner), owner)
  })
})
