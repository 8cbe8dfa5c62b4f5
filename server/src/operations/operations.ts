import { createAccessKey, deleteAccessKey, listAccessKeys, updateAccessKey } from './access-keys.ts'
import { createTags, deleteTags } from './change-tags.ts'
import { describeInstances } from './describe-instances.ts'
import { forgetInstance } from './forget-instance.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import { createJoinToken, listJoinTokens, revokeJoinToken } from './join-tokens.ts'
import { lookupEvents, readTrail } from './lookup-events.ts'
import { changePassword } from './iam/change-password.ts'
import {
  createLoginProfile,
  deleteLoginProfile,
  getLoginProfile,
  updateLoginProfile,
} from './iam/login-profiles.ts'
import {
  deactivateMfaDevice,
  enableMfaDevice,
  listMfaDevices,
  resyncMfaDevice,
} from './iam/mfa-devices.ts'
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
import type { AnyOperation } from './operation.ts'
import { createRecoveryCodes } from './recovery-codes.ts'
import { signIn } from './sign-in.ts'
import { checkAccess, checkOwnAccess } from './simulation/check-access.ts'
import { previewPolicyChange } from './simulation/preview-policy-change.ts'
import { simulateCustomPolicy, simulatePrincipalPolicy } from './simulation/simulate-policy.ts'
import { listWhoCanReach } from './simulation/who-can-reach.ts'
import { sendSshPublicKey } from './send-ssh-public-key.ts'
import { deleteUserPolicy, listUserPolicies, putUserPolicy } from './user-policies.ts'
import { createUser, deleteUser, listUsers } from './users.ts'

/** Everything that can be asked. What is not here cannot be reached. */
export const OPERATIONS: readonly AnyOperation[] = [
  sendSshPublicKey,
  getCallerIdentity,
  describeInstances,
  createTags,
  deleteTags,
  createJoinToken,
  listJoinTokens,
  revokeJoinToken,
  forgetInstance,
  lookupEvents,
  readTrail,
  createUser,
  deleteUser,
  listUsers,
  putUserPolicy,
  deleteUserPolicy,
  listUserPolicies,
  createAccessKey,
  listAccessKeys,
  updateAccessKey,
  deleteAccessKey,
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
  createRecoveryCodes,
  signIn,
  checkOwnAccess,
  checkAccess,
  listWhoCanReach,
  previewPolicyChange,
  simulateCustomPolicy,
  simulatePrincipalPolicy,
]
