import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  accountIsFull,
  checkAccessKeysPerUser,
  checkAttachedPolicies,
  checkGroupsPerUser,
  checkInlinePolicySize,
  checkManagedPolicySize,
  checkTrustPolicySize,
  packSessionPolicies,
  policySize,
  tooManyPolicyVersions,
} from './quotas.ts'

const refuses = (message: string) => ({ code: 'LimitExceeded', status: 409, message })

describe('policySize', () => {
  it('does not count white space, also not within texts', () => {
    assert.equal(policySize('{ "Sid":\t"a b"\r\n}'), '{"Sid":"ab"}'.length)
  })
  it('counts a no-break space: it is no white space of JSON', () => {
    assert.equal(policySize('"a\u00a0b"'), 5)
  })
})

describe('sizes of policies', () => {
  const text = (size: number) => `${'x'.repeat(size)} \n`
  it('lets through what is as large as the quota, and refuses one character more', () => {
    checkManagedPolicySize(text(6144))
    assert.throws(
      () => checkManagedPolicySize(text(6145)),
      refuses('Cannot exceed quota for PolicySize: 6144'),
    )
    checkTrustPolicySize(text(2048))
    assert.throws(
      () => checkTrustPolicySize(text(2049)),
      refuses('Cannot exceed quota for ACLSizePerRole: 2048'),
    )
  })
  it('counts the inline policies of one owner together', () => {
    for (const [kind, limit] of [
      ['user', 2048],
      ['group', 5120],
      ['role', 10_240],
    ] as const) {
      checkInlinePolicySize({ kind, name: 'x' }, [text(limit - 10), text(10)])
      assert.throws(
        () => checkInlinePolicySize({ kind, name: 'x' }, [text(limit - 10), text(11)]),
        refuses(`Maximum policy size of ${limit} bytes exceeded for ${kind} x`),
      )
    }
  })
  it('packs session policies together, white space counted', () => {
    assert.equal(packSessionPolicies([]), 0)
    assert.equal(packSessionPolicies(['x']), 1)
    assert.equal(packSessionPolicies(['x'.repeat(1024), ' '.repeat(1024)]), 100)
    assert.throws(() => packSessionPolicies(['x'.repeat(1024), ' '.repeat(1025)]), {
      code: 'PackedPolicyTooLarge',
      status: 400,
      message: 'Packed policy consumes 101% of allotted space, please use smaller policy.',
    })
  })
})

describe('numbers of things', () => {
  it('are refused beyond the quota, with its name', () => {
    checkAttachedPolicies('user', 10)
    checkGroupsPerUser(10)
    checkAccessKeysPerUser(2)
    for (const [check, message] of [
      [() => checkAttachedPolicies('user', 11), 'Cannot exceed quota for PoliciesPerUser: 10'],
      [() => checkAttachedPolicies('group', 11), 'Cannot exceed quota for PoliciesPerGroup: 10'],
      [() => checkAttachedPolicies('role', 11), 'Cannot exceed quota for PoliciesPerRole: 10'],
      [() => checkGroupsPerUser(11), 'Cannot exceed quota for GroupsPerUser: 10'],
      [() => checkAccessKeysPerUser(3), 'Cannot exceed quota for AccessKeysPerUser: 2'],
    ] as const) {
      assert.throws(check, refuses(message))
    }
  })
  it('of the account are refused in AWS’s words', () => {
    for (const [kind, message] of [
      ['user', 'Cannot exceed quota for UsersPerAccount: 5000'],
      ['group', 'Cannot exceed quota for GroupsPerAccount: 300'],
      ['role', 'Cannot exceed quota for RolesPerAccount: 1000'],
      ['policy', 'Cannot exceed quota for PoliciesPerAccount: 1500'],
      ['provider', 'Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100'],
      ['profile', 'Cannot exceed quota for InstanceProfilesPerAccount: 1000'],
    ] as const) {
      assert.throws(() => {
        throw accountIsFull(kind)
      }, refuses(message))
    }
  })
  it('say what to do when a policy has all its versions', () => {
    assert.throws(() => {
      throw tooManyPolicyVersions()
    }, refuses('A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.'))
  })
})
