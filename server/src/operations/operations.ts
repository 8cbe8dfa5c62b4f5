import { createTags, deleteTags } from './ec2/change-tags.ts'
import { createInstanceConnectEndpoint } from './ec2/create-instance-connect-endpoint.ts'
import { deleteInstanceConnectEndpoint } from './ec2/delete-instance-connect-endpoint.ts'
import { describeInstanceAttribute } from './ec2/describe-instance-attribute.ts'
import { describeInstanceConnectEndpoints } from './ec2/describe-instance-connect-endpoints.ts'
import { describeInstances } from './ec2/describe-instances.ts'
import { describeImages } from './ec2/describe-images.ts'
import { describeInstanceStatus } from './ec2/describe-instance-status.ts'
import { describeInstanceTypes } from './ec2/describe-instance-types.ts'
import { describeAvailabilityZones, describeRegions } from './ec2/describe-region.ts'
import { describeSubnets, describeVpcs } from './ec2/describe-sites.ts'
import { describeTags } from './ec2/describe-tags.ts'
import { modifyInstanceAttribute } from './ec2/modify-instance-attribute.ts'
import { modifyInstanceConnectEndpoint } from './ec2/modify-instance-connect-endpoint.ts'
import { runInstances } from './ec2/run-instances.ts'
import { authorizeSecurityGroupIngress } from './ec2/security-groups/authorize-security-group-ingress.ts'
import { createSecurityGroup } from './ec2/security-groups/create-security-group.ts'
import { deleteSecurityGroup } from './ec2/security-groups/delete-security-group.ts'
import { describeSecurityGroupRules } from './ec2/security-groups/describe-security-group-rules.ts'
import { describeSecurityGroups } from './ec2/security-groups/describe-security-groups.ts'
import {
  describeManagedPrefixLists,
  describePrefixLists,
} from './ec2/security-groups/prefix-lists.ts'
import { revokeSecurityGroupIngress } from './ec2/security-groups/revoke-security-group-ingress.ts'
import { terminateInstances } from './ec2/terminate-instances.ts'
import { diagnose } from './diagnosis/diagnose.ts'
import { mendInstance } from './diagnosis/mend-instance.ts'
import { watchFleet } from './live/watch-fleet.ts'
import { listObservedIngress } from './list-observed-ingress.ts'
import { forgetInstance } from './forget-instance.ts'
import { endSshSessions } from './ssh-sessions/end-ssh-sessions.ts'
import { getSshSession } from './ssh-sessions/get-ssh-session.ts'
import { listSshSessions } from './ssh-sessions/list-ssh-sessions.ts'
import { endTerminal } from './terminals/end-terminal.ts'
import { listTerminals } from './terminals/list-terminals.ts'
import { watchTerminal } from './terminals/watch-terminal.ts'
import { getCallerIdentity } from './sts/get-caller-identity.ts'
import { createJoinToken, listJoinTokens, revokeJoinToken } from './join-tokens.ts'
import { getTrailStatus } from './cloudtrail/get-trail-status.ts'
import { listPublicKeys } from './cloudtrail/list-public-keys.ts'
import { readTrail } from './read-trail.ts'
import { countEvents } from './count-events.ts'
import { searchEvents } from './search-events.ts'
import { lookupEvents } from './cloudtrail/lookup-events.ts'
import { describeTrails } from './cloudtrail/describe-trails.ts'
import { changePassword } from './iam/change-password.ts'
import {
  createLoginProfile,
  deleteLoginProfile,
  getLoginProfile,
  updateLoginProfile,
} from './iam/login-profiles.ts'
import { listMfaDeviceTags, tagMfaDevice, untagMfaDevice } from './iam/mfa-device-tags.ts'
import { deactivateMfaDevice, enableMfaDevice, resyncMfaDevice } from './iam/mfa-devices.ts'
import { getMfaDevice, listMfaDevices } from './iam/shown-mfa-devices.ts'
import {
  deleteAccountPasswordPolicy,
  getAccountPasswordPolicy,
  updateAccountPasswordPolicy,
} from './iam/password-policy.ts'
import {
  createVirtualMfaDevice,
  deleteVirtualMfaDevice,
  listVirtualMfaDevices,
} from './iam/virtual-mfa-devices.ts'
import { getAccessKeyLastUsed } from './iam/access-key-last-used.ts'
import {
  createAccessKey,
  deleteAccessKey,
  listAccessKeys,
  updateAccessKey,
} from './iam/access-keys.ts'
import { addUserToGroup, listGroupsForUser, removeUserFromGroup } from './iam/group-members.ts'
import { createGroup, deleteGroup, getGroup, listGroups } from './iam/groups.ts'
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
} from './iam/inline-policies.ts'
import {
  deleteRolePermissionsBoundary,
  deleteUserPermissionsBoundary,
  putRolePermissionsBoundary,
  putUserPermissionsBoundary,
} from './iam/permissions-boundary.ts'
import { updateGroup, updateUser } from './iam/rename.ts'
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
} from './iam/tag-operations.ts'
import { createAccountAlias, deleteAccountAlias, listAccountAliases } from './iam/account-alias.ts'
import { getAccountAuthorizationDetails } from './iam/account-authorization-details.ts'
import { getAccountSummary } from './iam/account-summary.ts'
import { generateCredentialReport, getCredentialReport } from './iam/credential-report.ts'
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
} from './iam/attachments.ts'
import {
  addRoleToInstanceProfile,
  removeRoleFromInstanceProfile,
} from './iam/instance-profile-role.ts'
import {
  createInstanceProfile,
  deleteInstanceProfile,
  getInstanceProfile,
  listInstanceProfiles,
  listInstanceProfilesForRole,
} from './iam/instance-profiles.ts'
import { listEntitiesForPolicy } from './iam/list-entities-for-policy.ts'
import { listPolicies } from './iam/list-policies.ts'
import { listRoles } from './iam/list-roles.ts'
import { createPolicy, deletePolicy, getPolicy } from './iam/policies.ts'
import {
  createPolicyVersion,
  deletePolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
} from './iam/policy-versions.ts'
import { createRole, deleteRole, getRole } from './iam/roles.ts'
import { updateAssumeRolePolicy, updateRole, updateRoleDescription } from './iam/update-role.ts'
import { createUser, deleteUser, getUser, listUsers } from './iam/users.ts'
import { putOpenIdConnectProviderClaims } from './iam/oidc-claim-tags.ts'
import {
  addClientIdToOpenIdConnectProvider,
  removeClientIdFromOpenIdConnectProvider,
} from './iam/oidc-client-ids.ts'
import {
  listOpenIdConnectProviderTags,
  tagOpenIdConnectProvider,
  untagOpenIdConnectProvider,
} from './iam/oidc-provider-tags.ts'
import {
  createOpenIdConnectProvider,
  deleteOpenIdConnectProvider,
  getOpenIdConnectProvider,
  listOpenIdConnectProviders,
  updateOpenIdConnectProviderThumbprint,
} from './iam/oidc-providers.ts'
import { deleteRecording } from './recordings/delete-recording.ts'
import { getRecording } from './recordings/get-recording.ts'
import { listRecordings } from './recordings/list-recordings.ts'
import { readRecording } from './recordings/read-recording.ts'
import { getGrant } from './get-grant.ts'
import type { AnyOperation } from './operation.ts'
import { assumeRoleWithWebIdentity } from './sts/assume-role-with-web-identity.ts'
import { assumeRole } from './sts/assume-role.ts'
import { endSession } from './sts/end-session.ts'
import { getAccessKeyInfo } from './sts/get-access-key-info.ts'
import { getSessionToken } from './sts/get-session-token.ts'
import { listSessions } from './sts/list-sessions.ts'
import { listWebIdentityRoles } from './sts/list-web-identity-roles.ts'
import { revokeSessions } from './sts/revoke-sessions.ts'
import { createRecoveryCodes } from './recovery-codes.ts'
import { endOwnSession } from './console/end-own-session.ts'
import { getConsoleSession } from './console/get-console-session.ts'
import { listOwnSessions } from './console/list-own-sessions.ts'
import { proveAgain } from './console/prove-again.ts'
import { setUpAdministrator } from './console/set-up-administrator.ts'
import { signOutEverywhere } from './console/sign-out-everywhere.ts'
import { signOut } from './console/sign-out.ts'
import { getPasskeyChallenge } from './passkeys/get-passkey-challenge.ts'
import { listPasskeys, renamePasskey } from './passkeys/own-passkeys.ts'
import { beginPasskeyRegistration, registerPasskey } from './passkeys/register-passkey.ts'
import { signInWithPasskey } from './passkeys/sign-in-with-passkey.ts'
import { listSignInRoles } from './sso/list-sign-in-roles.ts'
import { signInWithRole } from './sso/sign-in-with-role.ts'
import { signIn } from './sign-in.ts'
import {
  getContextKeysForCustomPolicy,
  getContextKeysForPrincipalPolicy,
} from './simulation/asked-context-keys.ts'
import { checkAccess, checkOwnAccess } from './simulation/check-access.ts'
import { previewPolicyChange } from './simulation/preview-policy-change.ts'
import { simulateCustomPolicy, simulatePrincipalPolicy } from './simulation/simulate-policy.ts'
import { listReachable } from './simulation/list-reachable.ts'
import { listWhoCanReach } from './simulation/who-can-reach.ts'
import { sendSerialConsoleSshPublicKey } from './send-serial-console-ssh-public-key.ts'
import { openTunnel } from './open-tunnel.ts'
import { sendSshPublicKey } from './send-ssh-public-key.ts'

/** Everything that can be asked. What is not here cannot be reached. */
export const OPERATIONS: readonly AnyOperation[] = [
  sendSshPublicKey,
  sendSerialConsoleSshPublicKey,
  getGrant,
  openTunnel,
  getCallerIdentity,
  describeInstances,
  describeInstanceStatus,
  describeInstanceTypes,
  describeImages,
  describeTags,
  describeRegions,
  describeAvailabilityZones,
  describeVpcs,
  describeSubnets,
  describeSecurityGroups,
  describeSecurityGroupRules,
  describeManagedPrefixLists,
  describePrefixLists,
  createSecurityGroup,
  deleteSecurityGroup,
  authorizeSecurityGroupIngress,
  revokeSecurityGroupIngress,
  modifyInstanceAttribute,
  runInstances,
  describeInstanceAttribute,
  terminateInstances,
  createTags,
  deleteTags,
  createInstanceConnectEndpoint,
  describeInstanceConnectEndpoints,
  modifyInstanceConnectEndpoint,
  deleteInstanceConnectEndpoint,
  createJoinToken,
  listJoinTokens,
  revokeJoinToken,
  forgetInstance,
  searchEvents,
  countEvents,
  diagnose,
  mendInstance,
  listObservedIngress,
  readTrail,
  watchFleet,
  lookupEvents,
  describeTrails,
  getTrailStatus,
  listPublicKeys,
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
  createRecoveryCodes,
  getPasskeyChallenge,
  beginPasskeyRegistration,
  registerPasskey,
  listPasskeys,
  renamePasskey,
  signIn,
  signInWithPasskey,
  listSignInRoles,
  signInWithRole,
  setUpAdministrator,
  getConsoleSession,
  proveAgain,
  signOut,
  signOutEverywhere,
  listOwnSessions,
  endOwnSession,
  checkOwnAccess,
  checkAccess,
  listReachable,
  listWhoCanReach,
  previewPolicyChange,
  simulateCustomPolicy,
  simulatePrincipalPolicy,
  getContextKeysForCustomPolicy,
  getContextKeysForPrincipalPolicy,
  assumeRole,
  assumeRoleWithWebIdentity,
  getSessionToken,
  getAccessKeyInfo,
  listWebIdentityRoles,
  listSshSessions,
  getSshSession,
  endSshSessions,
  listRecordings,
  getRecording,
  readRecording,
  deleteRecording,
  listTerminals,
  endTerminal,
  watchTerminal,
  endSession,
  listSessions,
  revokeSessions,
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
