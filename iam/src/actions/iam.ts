import { list, permissions, read, service, tagging, write, type ResourceType } from './service.ts'
import { removesTags, setsTags } from './tag-keys.ts'

const resource = (name: string, keys: readonly string[] = []): ResourceType => ({
  name,
  arn: `arn:\${Partition}:iam::\${Account}:${name}/\${NameWithPath}`,
  keys,
})
const tagged = ['aws:ResourceTag/${TagKey}', 'iam:ResourceTag/${TagKey}']

export const user = resource('user', tagged)
export const role = resource('role', tagged)
export const group = resource('group')
export const policy = resource('policy', tagged)
const mfa = resource('mfa', tagged)
const instanceProfile = resource('instance-profile', tagged)
export const oidcProvider = resource('oidc-provider', tagged)

const boundary = ['iam:PermissionsBoundary']
const attachment = ['iam:PolicyARN', ...boundary]

/** Service Authorization Reference, "AWS Identity and Access Management". */
export const IAM = service('iam', [
  // Users
  write('CreateUser', [user], [...boundary, ...setsTags]),
  read('GetUser', [user]),
  // Listings are asked for on the path that they list: user/*
  list('ListUsers', [user]),
  write('UpdateUser', [user]),
  write('DeleteUser', [user]),
  tagging('TagUser', [user], setsTags),
  tagging('UntagUser', [user], removesTags),
  list('ListUserTags', [user]),
  // Groups
  write('CreateGroup', [group]),
  read('GetGroup', [group]),
  list('ListGroups', [group]),
  write('UpdateGroup', [group]),
  write('DeleteGroup', [group]),
  write('AddUserToGroup', [group]),
  write('RemoveUserFromGroup', [group]),
  list('ListGroupsForUser', [user]),
  // Roles
  write('CreateRole', [role], [...boundary, ...setsTags]),
  read('GetRole', [role]),
  list('ListRoles', [role]),
  write('UpdateRole', [role]),
  write('UpdateRoleDescription', [role]),
  permissions('UpdateAssumeRolePolicy', [role]),
  write('DeleteRole', [role]),
  tagging('TagRole', [role], setsTags),
  tagging('UntagRole', [role], removesTags),
  list('ListRoleTags', [role]),
  write('PassRole', [role], ['iam:AssociatedResourceArn', 'iam:PassedToService']),
  // Permissions boundaries
  permissions('PutUserPermissionsBoundary', [user], boundary),
  permissions('DeleteUserPermissionsBoundary', [user], boundary),
  permissions('PutRolePermissionsBoundary', [role], boundary),
  permissions('DeleteRolePermissionsBoundary', [role], boundary),
  // Managed policies
  permissions('CreatePolicy', [policy], setsTags),
  read('GetPolicy', [policy]),
  list('ListPolicies', [policy]),
  permissions('DeletePolicy', [policy]),
  permissions('CreatePolicyVersion', [policy]),
  read('GetPolicyVersion', [policy]),
  list('ListPolicyVersions', [policy]),
  permissions('SetDefaultPolicyVersion', [policy]),
  permissions('DeletePolicyVersion', [policy]),
  list('ListEntitiesForPolicy', [policy]),
  tagging('TagPolicy', [policy], setsTags),
  tagging('UntagPolicy', [policy], removesTags),
  list('ListPolicyTags', [policy]),
  permissions('AttachUserPolicy', [user], attachment),
  permissions('DetachUserPolicy', [user], attachment),
  list('ListAttachedUserPolicies', [user]),
  permissions('AttachGroupPolicy', [group], ['iam:PolicyARN']),
  permissions('DetachGroupPolicy', [group], ['iam:PolicyARN']),
  list('ListAttachedGroupPolicies', [group]),
  permissions('AttachRolePolicy', [role], attachment),
  permissions('DetachRolePolicy', [role], attachment),
  list('ListAttachedRolePolicies', [role]),
  // Inline policies
  permissions('PutUserPolicy', [user], boundary),
  read('GetUserPolicy', [user]),
  permissions('DeleteUserPolicy', [user], boundary),
  list('ListUserPolicies', [user]),
  permissions('PutGroupPolicy', [group]),
  read('GetGroupPolicy', [group]),
  permissions('DeleteGroupPolicy', [group]),
  list('ListGroupPolicies', [group]),
  permissions('PutRolePolicy', [role], boundary),
  read('GetRolePolicy', [role]),
  permissions('DeleteRolePolicy', [role], boundary),
  list('ListRolePolicies', [role]),
  // Access keys, passwords, MFA
  write('CreateAccessKey', [user]),
  list('ListAccessKeys', [user]),
  write('UpdateAccessKey', [user]),
  write('DeleteAccessKey', [user]),
  read('GetAccessKeyLastUsed', [user]),
  write('CreateLoginProfile', [user]),
  list('GetLoginProfile', [user]),
  write('UpdateLoginProfile', [user]),
  write('DeleteLoginProfile', [user]),
  write('ChangePassword', [user]),
  write('CreateVirtualMFADevice', [mfa], setsTags),
  write('EnableMFADevice', [user]),
  write('DeactivateMFADevice', [user]),
  list('ListMFADevices', [user]),
  read('GetMFADevice', [user]),
  list('ListVirtualMFADevices'),
  write('ResyncMFADevice', [user]),
  write('DeleteVirtualMFADevice', [mfa]),
  tagging('TagMFADevice', [mfa], setsTags),
  tagging('UntagMFADevice', [mfa], removesTags),
  list('ListMFADeviceTags', [mfa]),
  // OpenID Connect providers
  write('CreateOpenIDConnectProvider', [oidcProvider], setsTags),
  read('GetOpenIDConnectProvider', [oidcProvider]),
  list('ListOpenIDConnectProviders'),
  write('DeleteOpenIDConnectProvider', [oidcProvider]),
  write('AddClientIDToOpenIDConnectProvider', [oidcProvider]),
  write('RemoveClientIDFromOpenIDConnectProvider', [oidcProvider]),
  write('UpdateOpenIDConnectProviderThumbprint', [oidcProvider]),
  tagging('TagOpenIDConnectProvider', [oidcProvider], setsTags),
  tagging('UntagOpenIDConnectProvider', [oidcProvider], removesTags),
  list('ListOpenIDConnectProviderTags', [oidcProvider]),
  // Instance profiles
  write('CreateInstanceProfile', [instanceProfile], setsTags),
  read('GetInstanceProfile', [instanceProfile]),
  list('ListInstanceProfiles', [instanceProfile]),
  list('ListInstanceProfilesForRole', [role]),
  write('DeleteInstanceProfile', [instanceProfile]),
  write('AddRoleToInstanceProfile', [instanceProfile]),
  write('RemoveRoleFromInstanceProfile', [instanceProfile]),
  tagging('TagInstanceProfile', [instanceProfile], setsTags),
  tagging('UntagInstanceProfile', [instanceProfile], removesTags),
  list('ListInstanceProfileTags', [instanceProfile]),
  // The account
  list('GetAccountSummary'),
  read('GenerateServiceLastAccessedDetails', [user, group, role, policy]),
  read('GetServiceLastAccessedDetails', [user, group, role, policy]),
  read('GetServiceLastAccessedDetailsWithEntities', [user, group, role, policy]),
  read('GenerateCredentialReport'),
  read('GetCredentialReport'),
  read('GetAccountAuthorizationDetails'),
  write('CreateAccountAlias'),
  list('ListAccountAliases'),
  write('DeleteAccountAlias'),
  read('GetAccountPasswordPolicy'),
  write('UpdateAccountPasswordPolicy'),
  permissions('DeleteAccountPasswordPolicy'),
  read('SimulatePrincipalPolicy', [user, group, role]),
  read('SimulateCustomPolicy'),
  read('GetContextKeysForPrincipalPolicy', [user, group, role]),
  read('GetContextKeysForCustomPolicy'),
])
