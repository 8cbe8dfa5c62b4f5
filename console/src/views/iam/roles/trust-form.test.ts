import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkPolicy } from '../editor/check-policy.ts'
import { lackOf, writeTrust, type ProviderTrust } from './trust-form.ts'

const PROVIDER: ProviderTrust = {
  kind: 'provider',
  providerArn: 'arn:aws:iam::111122223333:oidc-provider/id.example.org/realm',
  clientIds: ['fleetkey'],
  claims: [{ claim: 'groups', values: ['sre', 'dba'] }],
}

describe('writeTrust', () => {
  it('trusts those of a provider with a claim, as the linter would have it', () => {
    const text = writeTrust(PROVIDER)
    assert.deepEqual(JSON.parse(text).Statement[0].Condition, {
      StringEquals: { 'id.example.org/realm:aud': 'fleetkey' },
      'ForAnyValue:StringEquals': { 'id.example.org/realm:groups': ['sre', 'dba'] },
    })
    assert.deepEqual(checkPolicy(text, 'trust').problems, [])
  })

  it('trusts users and roles, with a second factor where that is asked', () => {
    const arns = ['arn:aws:iam::111122223333:user/ann']
    const text = writeTrust({ kind: 'principals', arns, needsFactor: true })
    const [statement] = JSON.parse(text).Statement
    assert.deepEqual(statement.Principal, { AWS: arns[0] })
    assert.deepEqual(statement.Condition, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })
    assert.equal(checkPolicy(text, 'trust').isValid, true)
  })
})

describe('lackOf', () => {
  it('refuses a provider without a claim (everybody there could take the role)', () => {
    assert.equal(lackOf(PROVIDER), undefined)
    assert.match(lackOf({ ...PROVIDER, claims: [] }) ?? '', /everybody/)
    assert.match(
      lackOf({ ...PROVIDER, claims: [{ claim: 'groups', values: [] }] }) ?? '',
      /everybody/,
    )
    const [claim] = PROVIDER.claims
    assert.match(lackOf({ ...PROVIDER, claims: claim ? [claim, claim] : [] }) ?? '', /twice/)
  })

  it('refuses a role that nobody could assume', () => {
    assert.ok(lackOf({ kind: 'principals', arns: [], needsFactor: false }))
  })
})
