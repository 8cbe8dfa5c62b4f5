import { describeTrails } from './cloudtrail/describe-trails.ts'
import { getTrailStatus } from './cloudtrail/get-trail-status.ts'
import { listPublicKeys } from './cloudtrail/list-public-keys.ts'
import { lookupEvents } from './cloudtrail/lookup-events.ts'
import { endOwnSession } from './console/end-own-session.ts'
import { getConsoleSession } from './console/get-console-session.ts'
import { listOwnSessions } from './console/list-own-sessions.ts'
import { proveAgain } from './console/prove-again.ts'
import { setUpAdministrator } from './console/set-up-administrator.ts'
import { signOutEverywhere } from './console/sign-out-everywhere.ts'
import { signOut } from './console/sign-out.ts'
import { diagnose } from './diagnosis/diagnose.ts'
import { mendInstance } from './diagnosis/mend-instance.ts'
import { watchFleet } from './live/watch-fleet.ts'
import { getPasskeyChallenge } from './passkeys/get-passkey-challenge.ts'
import { listPasskeys, renamePasskey } from './passkeys/own-passkeys.ts'
import { beginPasskeyRegistration, registerPasskey } from './passkeys/register-passkey.ts'
import { signInWithPasskey } from './passkeys/sign-in-with-passkey.ts'
import { deleteRecording } from './recordings/delete-recording.ts'
import { getRecording } from './recordings/get-recording.ts'
import { listRecordings } from './recordings/list-recordings.ts'
import { readRecording } from './recordings/read-recording.ts'
import {
  getContextKeysForCustomPolicy,
  getContextKeysForPrincipalPolicy,
} from './simulation/asked-context-keys.ts'
import { checkAccess, checkOwnAccess } from './simulation/check-access.ts'
import { listReachable } from './simulation/list-reachable.ts'
import { previewPolicyChange } from './simulation/preview-policy-change.ts'
import { simulateCustomPolicy, simulatePrincipalPolicy } from './simulation/simulate-policy.ts'
import { listWhoCanReach } from './simulation/who-can-reach.ts'
import { endSshSessions } from './ssh-sessions/end-ssh-sessions.ts'
import { getSshSession } from './ssh-sessions/get-ssh-session.ts'
import { listSshSessions } from './ssh-sessions/list-ssh-sessions.ts'
import { listSignInRoles } from './sso/list-sign-in-roles.ts'
import { signInWithRole } from './sso/sign-in-with-role.ts'
import { assumeRoleWithWebIdentity } from './sts/assume-role-with-web-identity.ts'
import { assumeRole } from './sts/assume-role.ts'
import { endSession } from './sts/end-session.ts'
import { getAccessKeyInfo } from './sts/get-access-key-info.ts'
import { getCallerIdentity } from './sts/get-caller-identity.ts'
import { getSessionToken } from './sts/get-session-token.ts'
import { listSessions } from './sts/list-sessions.ts'
import { listWebIdentityRoles } from './sts/list-web-identity-roles.ts'
import { revokeSessions } from './sts/revoke-sessions.ts'
import { endTerminal } from './terminals/end-terminal.ts'
import { listTerminals } from './terminals/list-terminals.ts'
import { watchTerminal } from './terminals/watch-terminal.ts'
import { countEvents } from './count-events.ts'
import { forgetInstance } from './forget-instance.ts'
import { getGrant } from './get-grant.ts'
import { createJoinToken, listJoinTokens, revokeJoinToken } from './join-tokens.ts'
import { listObservedIngress } from './list-observed-ingress.ts'
import { openTunnel } from './open-tunnel.ts'
import { readTrail } from './read-trail.ts'
import { createRecoveryCodes } from './recovery-codes.ts'
import { searchEvents } from './search-events.ts'
import { sendSerialConsoleSshPublicKey } from './send-serial-console-ssh-public-key.ts'
import { sendSshPublicKey } from './send-ssh-public-key.ts'
import { signIn } from './sign-in.ts'
import { EC2_OPERATIONS } from './ec2/ec2-operations.ts'
import { IAM_OPERATIONS } from './iam/iam-operations.ts'
import type { AnyOperation } from './operation.ts'

/** Everything that can be asked. What is not here cannot be reached. */
export const OPERATIONS: readonly AnyOperation[] = [
  sendSshPublicKey,
  sendSerialConsoleSshPublicKey,
  getGrant,
  openTunnel,
  getCallerIdentity,
  ...EC2_OPERATIONS,
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
  ...IAM_OPERATIONS,
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
]
