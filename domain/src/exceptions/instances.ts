// Instances, pushes to them and sessions on them.

import { refuse } from './service-exception.ts'

export const instanceNotFound = (instanceId: string) =>
  refuse(
    'EC2InstanceNotFoundException',
    400,
    `No instance ${instanceId} is enrolled here. Run "fleetkey instances" to see those that are.`,
  )

export const grantNotFound = (grantId: string) =>
  refuse(
    'ResourceNotFoundException',
    404,
    `No push has the id ${grantId}. It is the RequestId of the answer to SendSSHPublicKey.`,
  )

export const sshSessionNotFound = (sessionId: string) =>
  refuse(
    'SSHSessionNotFoundException',
    404,
    `There is no session ${sessionId}. List them: fleetkey sessions list --all.`,
  )

export const instanceStateInvalid = (detail: string) =>
  refuse('EC2InstanceStateInvalidException', 400, detail)

export const instanceUnavailable = (detail: string) =>
  refuse('EC2InstanceUnavailableException', 503, detail)

/** The whole account's setting, as AWS has it; there is nothing here to turn it on for. */
export const serialConsoleAccessDisabled = () =>
  refuse(
    'SerialConsoleAccessDisabledException',
    400,
    'Your account is not authorized to use the EC2 serial console: Fleetkey has no access to serial consoles. Push a key for SSH instead (SendSSHPublicKey).',
  )

export const joinTokenInvalid = () =>
  refuse(
    'JoinTokenInvalidException',
    400,
    'The join token is not valid: it was used, revoked, has expired or was never issued. Make a new one with "fleetkey join-tokens create".',
  )
