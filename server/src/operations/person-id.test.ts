import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Realm } from '@fleetkey/domain/realm'
import type { Caller } from './caller.ts'
import { personIdOf } from './person-id.ts'
import { isOwnTerminal } from './terminals/terminal-resources.ts'

const realm = { accountId: '000000000000', region: 'eu-central-1' } as Realm
const principal = {
  kind: 'assumedRole',
  roleId: 'AROAEXAMPLE',
  roleName: 'operators',
  path: '/',
  sessionName: 'ann@example.com',
} as const

/** Whoever has the role by this name; vouched for by a provider where a subject is given. */
const called = (accessKeyId: string, subject?: string, provider = 'idp.example.com') =>
  ({
    principal,
    accessKeyId,
    session: {
      webIdentity: subject === undefined ? undefined : { provider, subject, audience: 'fleetkey' },
    },
  }) as unknown as Caller

const ann = called('ASIA1', 'ann')
const isOwn = (caller: Caller) =>
  isOwnTerminal({ personId: personIdOf(ann, realm) }, { caller, realm })

describe('a terminal of somebody who has a role', () => {
  it('is theirs again after another sign-in', () => {
    assert.ok(isOwn(called('ASIA2', 'ann')))
  })

  it('is not whose provider calls them the same, nor of another provider (they would type in it)', () => {
    assert.ok(!isOwn(called('ASIA3', 'mallory')))
    assert.ok(!isOwn(called('ASIA4', 'ann', 'other.example.com')))
  })

  it('is not whose assumes the role by that name, which anybody types who may', () => {
    assert.ok(!isOwn(called('ASIA5')))
    const own = personIdOf(called('ASIA5'), realm)
    assert.notEqual(own, personIdOf(called('ASIA6'), realm))
  })

  it('is a user’s or root’s by what they are', () => {
    const user = { kind: 'user', userId: 'AIDAANN', userName: 'ann', path: '/' } as const
    assert.equal(personIdOf({ ...ann, principal: user }, realm), 'AIDAANN')
    assert.equal(personIdOf({ ...ann, principal: { kind: 'root' } }, realm), '000000000000')
  })
})
