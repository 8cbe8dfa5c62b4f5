import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { managedSignersStatement } from '@fleetkey/wire/agent/managed-signers-statement'
import { encodeStatement } from '@fleetkey/wire/agent/statement'
import { GrantRefusal } from '../grant-refusal.ts'
import {
  createFakeSigner,
  DEPLOYMENT,
  newKey,
  type SigningChanges,
} from '../testing/control-plane.ts'
import { tellOf } from '../testing/managed-signer.ts'
import { checkManagedSigners } from './signers-checks.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const signer = createFakeSigner(NOW)
const TOLD = tellOf([], { chains: ['x'], staples: ['y'], issuedAt: NOW })
const host = {
  pins: { deployment: DEPLOYMENT, issuerKeys: [signer.issuerKey] },
  trust: { minimumEpoch: 1, highestSignedTime: 0 },
  wallNow: NOW,
}

function check(changes: Partial<typeof TOLD> = {}, signing: SigningChanges = {}) {
  const text = encodeStatement(managedSignersStatement, { ...TOLD, ...changes })
  const { signed, signer: certificate } = signer.vouch(text, signing)
  return checkManagedSigners({ signers: signed, signer: certificate }, host)
}

describe('what a server tells of managed signers', () => {
  it('is taken from a grant signer of this deployment', () => {
    assert.deepEqual(check(), TOLD)
  })

  for (const [what, changes, signing] of [
    ['of another deployment', { deployment: 'another' }, {}],
    ['with a staple too few', { chains: ['x', 'y'] }, {}],
    ['signed by a stranger', {}, { signer: newKey() }],
    ['by a signer that a stranger certified', {}, { issuer: newKey() }],
    ['by a signer whose day is over', {}, { certificate: { notAfter: NOW } }],
    ['by a signer of an epoch that was ended', {}, { certificate: { epoch: 0 } }],
    ['by a signer for another use', {}, { certificate: { usage: 'mail' } }],
  ] as const)
    it(`is refused ${what} (every program of this host would be shown it)`, () => {
      assert.throws(() => check(changes, signing), GrantRefusal)
    })

  it('is refused when it is another statement', () => {
    const { signed, signer: certificate } = signer.vouch('fleetkey-grant-v1\n{}')
    const told = { signers: signed, signer: certificate }
    assert.throws(() => checkManagedSigners(told, host), /malformed/)
  })
})
