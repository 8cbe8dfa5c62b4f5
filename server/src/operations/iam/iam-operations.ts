import { getAccessKeyLastUsed } from './access-key-last-used.ts'
import { createAccessKey, deleteAccessKey, listAccessKeys, updateAccessKey } from './access-keys.ts'
import { createAccountAlias, deleteAccountAlias, listAccountAliases } from './account-alias.ts'
import { getAccountAuthorizationDetails } from './account-authorization-details.ts'
import { getAccountSummary } from './account-summary.ts'
import {
  attachGroupPolicy,
  attachRolePolicy,
  attachUserPolicy,
  detachGroupPolicy,
  detachRolePolicy,
  detachUserPolicy,
  listAttachedGroupPolicies,
  listAttachedRolePolicies,
  listAttachedUserPolicies,
} from './attachments.ts'
import { changePassword } from './change-password.ts'
import { generateCredentialReport, getCredentialReport } from './credential-report.ts'
import { addUserToGroup, listGroupsForUser, removeUserFromGroup } from './group-members.ts'
import { createGroup, deleteGroup, getGroup, listGroups } from './groups.ts'
import {
  deleteGroupPolicy,
  deleteRolePolicy,
  deleteUserPolicy,
  getGroupPolicy,
  getRolePolicy,
  getUserPolicy,
  listGroupPolicies,
  listRolePolicies,
  listUserPolicies,
  putGroupPolicy,
  putRolePolicy,
  putUserPolicy,
} from './inline-policies.ts'
import { addRoleToInstanceProfile, removeRoleFromInstanceProfile } from './instance-profile-role.ts'
import {
  createInstanceProfile,
  deleteInstanceProfile,
  getInstanceProfile,
  listInstanceProfiles,
  listInstanceProfilesForRole,
} from './instance-profiles.ts'
import { generateServiceLastAccessedDetails } from './last-accessed/generate-service-last-accessed-details.ts'
import { getServiceLastAccessedDetails } from './last-accessed/get-service-last-accessed-details.ts'
import { getServiceLastAccessedDetailsWithEntities } from './last-accessed/get-service-last-accessed-details-with-entities.ts'
import { listEntitiesForPolicy } from './list-entities-for-policy.ts'
import { listPolicies } from './list-policies.ts'
import { listRoles } from './list-roles.ts'
import {
  createLoginProfile,
  deleteLoginProfile,
  getLoginProfile,
  updateLoginProfile,
} from './login-profiles.ts'
import { listMfaDeviceTags, tagMfaDevice, untagMfaDevice } from './mfa-device-tags.ts'
import { deactivateMfaDevice, enableMfaDevice, resyncMfaDevice } from './mfa-devices.ts'
import { putOpenIdConnectProviderClaims } from './oidc-claim-tags.ts'
import {
  addClientIdToOpenIdConnectProvider,
  removeClientIdFromOpenIdConnectProvider,
} from './oidc-client-ids.ts'
import {
  listOpenIdConnectProviderTags,
  tagOpenIdConnectProvider,
  untagOpenIdConnectProvider,
} from './oidc-provider-tags.ts'
import {
  createOpenIdConnectProvider,
  deleteOpenIdConnectProvider,
  getOpenIdConnectProvider,
  listOpenIdConnectProviders,
  updateOpenIdConnectProviderThumbprint,
} from './oidc-providers.ts'
import {
  deleteAccountPasswordPolicy,
  getAccountPasswordPolicy,
  updateAccountPasswordPolicy,
} from './password-policy.ts'
import {
  deleteRolePermissionsBoundary,
  deleteUserPermissionsBoundary,
  putRolePermissionsBoundary,
  putUserPermissionsBoundary,
} from './permissions-boundary.ts'
import { createPolicy, deletePolicy, getPolicy } from './policies.ts'
import {
  createPolicyVersion,
  deletePolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
} from './policy-versions.ts'
import { updateGroup, updateUser } from './rename.ts'
import { createRole, deleteRole, getRole } from './roles.ts'
import { getMfaDevice, listMfaDevices } from './shown-mfa-devices.ts'
import {
  listInstanceProfileTags,
  listPolicyTags,
  listRoleTags,
  listUserTags,
  tagInstanceProfile,
  tagPolicy,
  tagRole,
  tagUser,
  untagInstanceProfile,
  untagPolicy,
  untagRole,
  untagUser,
} from './tag-operations.ts'
import { updateAssumeRolePolicy, updateRole, updateRoleDescription } from './update-role.ts'
import { createUser, deleteUser, getUser, listUsers } from './users.ts'
import {
  createVirtualMfaDevice,
  deleteVirtualMfaDevice,
  listVirtualMfaDevices,
} from './virtual-mfa-devices.ts'
import type { AnyOperation } from '../operation.ts'

/** AWS's IAM, and ours beside it: who there is, and what they may do. */
export const IAM_OPERATIONS: readonly AnyOperation[] = [
  createUser,
  getUser,
  listUsers,
  updateUser,
  deleteUser,
  tagUser,
  untagUser,
  listUserTags,
  putUserPermissionsBoundary,
  deleteUserPermissionsBoundary,
  putUserPolicy,
  getUserPolicy,
  deleteUserPolicy,
  listUserPolicies,
  createAccessKey,
  listAccessKeys,
  updateAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
  createGroup,
  getGroup,
  listGroups,
  updateGroup,
  deleteGroup,
  addUserToGroup,
  removeUserFromGroup,
  listGroupsForUser,
  putGroupPolicy,
  getGroupPolicy,
  deleteGroupPolicy,
  listGroupPolicies,
  tagRole,
  untagRole,
  listRoleTags,
  putRolePermissionsBoundary,
  deleteRolePermissionsBoundary,
  putRolePolicy,
  getRolePolicy,
  deleteRolePolicy,
  listRolePolicies,
  tagPolicy,
  untagPolicy,
  listPolicyTags,
  createRole,
  getRole,
  listRoles,
  updateRole,
  updateRoleDescription,
  updateAssumeRolePolicy,
  deleteRole,
  createInstanceProfile,
  getInstanceProfile,
  listInstanceProfiles,
  listInstanceProfilesForRole,
  deleteInstanceProfile,
  addRoleToInstanceProfile,
  removeRoleFromInstanceProfile,
  tagInstanceProfile,
  untagInstanceProfile,
  listInstanceProfileTags,
  createPolicy,
  getPolicy,
  listPolicies,
  deletePolicy,
  createPolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
  deletePolicyVersion,
  listEntitiesForPolicy,
  attachUserPolicy,
  detachUserPolicy,
  listAttachedUserPolicies,
  attachGroupPolicy,
  detachGroupPolicy,
  listAttachedGroupPolicies,
  attachRolePolicy,
  detachRolePolicy,
  listAttachedRolePolicies,
  generateServiceLastAccessedDetails,
  getServiceLastAccessedDetails,
  getServiceLastAccessedDetailsWithEntities,
  getAccountSummary,
  generateCredentialReport,
  getCredentialReport,
  getAccountAuthorizationDetails,
  createAccountAlias,
  deleteAccountAlias,
  listAccountAliases,
  createLoginProfile,
  getLoginProfile,
  updateLoginProfile,
  deleteLoginProfile,
  changePassword,
  getAccountPasswordPolicy,
  updateAccountPasswordPolicy,
  deleteAccountPasswordPolicy,
  createVirtualMfaDevice,
  listVirtualMfaDevices,
  deleteVirtualMfaDevice,
  enableMfaDevice,
  resyncMfaDevice,
  deactivateMfaDevice,
  listMfaDevices,
  getMfaDevice,
  tagMfaDevice,
  untagMfaDevice,
  listMfaDeviceTags,
  createOpenIdConnectProvider,
  getOpenIdConnectProvider,
  listOpenIdConnectProviders,
  deleteOpenIdConnectProvider,
  updateOpenIdConnectProviderThumbprint,
  addClientIdToOpenIdConnectProvider,
  removeClientIdFromOpenIdConnectProvider,
  putOpenIdConnectProviderClaims,
  tagOpenIdConnectProvider,
  untagOpenIdConnectProvider,
  listOpenIdConnectProviderTags,
]
