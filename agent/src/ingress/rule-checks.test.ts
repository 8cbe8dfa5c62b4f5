import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  hostRulesStatement,
  openingStatement,
  type HostRules,
} from '@fleetkey/wire/agent/rules-statements'
import { encodeStatement } from '@fleetkey/wire/agent/statement'
import { GrantRefusal } from '../grant-refusal.ts'
import {
  createFakeSigner,
  DEPLOYMENT,
  INSTANCE_ID,
  newKey,
  type SigningChanges,
} from '../testing/control-plane.ts'
import { checkOpening, checkRules, readKeptRules, type RulesContext } from './rule-checks.ts'

const NOW = 1_800_000_000_000
const signer = createFakeSigner(NOW)
const AGENT_KEY = `${'A'.repeat(43)}=`
const RULES: HostRules = {
  deployment: DEPLOYMENT,
  instanceId: INSTANCE_ID,
  agentKey: AGENT_KEY,
  revision: 7,
  issuedAt: NOW,
  mode: 'enforce',
  rules: ['22-22 10.0.0.0/8'],
}

function signed(changes: Partial<HostRules> = {}, signing?: SigningChanges) {
  const statement = encodeStatement(hostRulesStatement, { ...RULES, ...changes })
  const vouched = signer.vouch(statement, signing)
  return { rules: vouched.signed, signer: vouched.signer }
}

function host(changes: Partial<RulesContext> = {}): RulesContext {
  return {
    pins: { deployment: DEPLOYMENT, instanceId: INSTANCE_ID, issuerKeys: [signer.issuerKey] },
    agentKey: AGENT_KEY,
    trust: { minimumEpoch: 1, highestSignedTime: 0 },
    raiseTrust: () => {},
    wallNow: NOW,
    newest: undefined,
    ...changes,
  }
}

const refusal = (message: RegExp) => (error: unknown) =>
  error instanceof GrantRefusal && message.test(error.message)

describe('the rules of a host', () => {
  it('count when the control plane signed them for this host', () => {
    assert.deepEqual(checkRules(signed(), host()), RULES)
    assert.deepEqual(checkRules(signed({ revision: 8 }), host({ newest: RULES })).revision, 8)
  })

  it('count again under the same number when they are the same', () => {
    assert.deepEqual(checkRules(signed({ issuedAt: NOW + 1 }), host({ newest: RULES })), {
      ...RULES,
      issuedAt: NOW + 1,
    })
  })

  const refused: Readonly<Record<string, readonly [ReturnType<typeof signed>, RegExp]>> = {
    'a changed statement': [
      {
        ...signed(),
        rules: { ...signed().rules, statement: signed({ mode: 'none' }).rules.statement },
      },
      /signature of the rules/,
    ],
    'rules signed by somebody else': [signed({}, { signer: newKey() }), /signature of the rules/],
    'a signer that somebody else certified': [signed({}, { issuer: newKey() }), /who certified/],
    'a certificate that has ended': [
      signed({}, { certificate: { notBefore: NOW - 9, notAfter: NOW - 1 } }),
      /has ended/,
    ],
    'those of another host (would open this one to whom that one trusts)': [
      signed({ instanceId: 'i-00000000000000000' }),
      /another instance/,
    ],
    'those of another deployment': [signed({ deployment: 'other' }), /another deployment/],
    'those of an earlier enrolment': [
      signed({ agentKey: `${'B'.repeat(43)}=` }),
      /agent key that is not in use/,
    ],
    'older ones (would open again what was closed)': [signed({ revision: 6 }), /older/],
    'others under the same number': [signed({ rules: ['22-22 0.0.0.0/0'] }), /two different sets/],
    'another mode under the same number': [signed({ mode: 'observe' }), /two different sets/],
  }
  for (const [what, [given, message]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      assert.throws(() => checkRules(given, host({ newest: RULES })), refusal(message))
    })
  }

  it('refuses a statement of another kind, signed by the control plane', () => {
    const opening = { deployment: DEPLOYMENT, instanceId: INSTANCE_ID, grantId: 'ab'.repeat(16) }
    const statement = encodeStatement(openingStatement, { ...opening, address: '192.0.2.9' })
    const { signed: rules, signer: by } = signer.vouch(statement)
    assert.throws(() => checkRules({ rules, signer: by }, host()), refusal(/malformed/))
  })
})

describe('rules that a host kept', () => {
  it('count also when the certificate of their signer has ended since', () => {
    const old = signed({}, { certificate: { notBefore: 1, notAfter: 2 } })
    assert.deepEqual(readKeptRules(old, host()), RULES)
  })

  it('do not count when anybody else made or moved them', () => {
    for (const given of [
      signed({}, { signer: newKey() }),
      signed({}, { issuer: newKey() }),
      signed({ instanceId: 'i-00000000000000000' }),
      { ...signed(), rules: { ...signed().rules, statement: '' } },
    ]) {
      assert.equal(readKeptRules(given, host()), undefined)
    }
  })
})

describe('an opening', () => {
  const grant = { grantId: 'ab'.repeat(16), deployment: DEPLOYMENT, instanceId: INSTANCE_ID }
  const opening = (changes: object = {}, signing?: SigningChanges) => {
    const fields = { ...grant, address: '192.0.2.9', ...changes }
    return signer.vouch(encodeStatement(openingStatement, fields), signing)
  }

  it('is to the address that came with its grant', () => {
    const { signed: given, signer: by } = opening()
    assert.equal(checkOpening(given, { ...grant, signer: by }), '192.0.2.9')
  })

  for (const [what, changes] of Object.entries({
    'of another grant (a kept one would open the port again)': { grantId: 'cd'.repeat(16) },
    'of another host': { instanceId: 'i-00000000000000000' },
    'of another deployment': { deployment: 'other' },
  })) {
    it(`refuses one ${what}`, () => {
      const { signed: given, signer: by } = opening(changes)
      assert.throws(() => checkOpening(given, { ...grant, signer: by }), refusal(/another grant/))
    })
  }

  it('refuses one that another key signed', () => {
    const { signed: given, signer: by } = opening({}, { signer: newKey() })
    assert.throws(() => checkOpening(given, { ...grant, signer: by }), refusal(/signature/))
  })
})
