import { QUOTAS } from '@fleetkey/iam/quotas'
import { operation, type Call } from '../operation.ts'

/** How much there is of what, and the quotas that hold. IAM API reference, "GetAccountSummary". */
export const getAccountSummary = operation({
  name: 'GetAccountSummary',
  service: 'iam',
  action: 'iam:GetAccountSummary',
  access: 'read',
  parse: () => ({}),
  resources: () => [{ arn: '*' }],
  trail: () => ({ requestParameters: {} }),
  run: async (_input, call) => ({
    SummaryMap: new Map([...(await counts(call)), ...quotas]),
  }),
})

async function counts({ store }: Call): Promise<readonly (readonly [string, number])[]> {
  const { entities, keys, mfa, passkeys, policies } = store.identities
  const devices = [...(await mfa.list(undefined)), ...(await passkeys.list(undefined))]
  const own = await policies.list({ scope: 'Local', onlyAttached: false })
  const versions = await Promise.all(own.map(({ id }) => policies.versions(id)))
  const rootKeys = await keys.list(undefined)
  return [
    ['Users', await entities.count('user')],
    ['Groups', await entities.count('group')],
    ['Roles', await entities.count('role')],
    ['InstanceProfiles', await entities.count('profile')],
    ['Policies', own.length],
    ['PolicyVersionsInUse', versions.flat().length],
    ['Providers', await entities.count('provider')],
    ['MFADevices', devices.length],
    ['MFADevicesInUse', devices.filter(({ userId }) => userId !== undefined).length],
    ['AccountAccessKeysPresent', rootKeys.length > 0 ? 1 : 0],
    // The account's root has access keys and nothing else to prove itself by.
    ['AccountMFAEnabled', 0],
    ['AccountPasswordPresent', 0],
    ['AccountSigningCertificatesPresent', 0],
  ]
}

/** Only what is enforced. */
const quotas: readonly (readonly [string, number])[] = [
  ['AccessKeysPerUserQuota', QUOTAS.accessKeysPerUser],
  ['AssumeRolePolicySizeQuota', QUOTAS.trustPolicySize],
  ['AttachedPoliciesPerGroupQuota', QUOTAS.attachedPolicies],
  ['AttachedPoliciesPerRoleQuota', QUOTAS.attachedPolicies],
  ['AttachedPoliciesPerUserQuota', QUOTAS.attachedPolicies],
  ['GroupPolicySizeQuota', QUOTAS.inlinePolicySize.group],
  ['GroupsPerUserQuota', QUOTAS.groupsPerUser],
  ['GroupsQuota', QUOTAS.perAccount.group],
  ['InstanceProfilesQuota', QUOTAS.perAccount.profile],
  ['PoliciesQuota', QUOTAS.perAccount.policy],
  ['PolicySizeQuota', QUOTAS.managedPolicySize],
  ['RolePolicySizeQuota', QUOTAS.inlinePolicySize.role],
  ['RolesQuota', QUOTAS.perAccount.role],
  ['UserPolicySizeQuota', QUOTAS.inlinePolicySize.user],
  ['UsersQuota', QUOTAS.perAccount.user],
  ['VersionsPerPolicyQuota', QUOTAS.policyVersions],
]
