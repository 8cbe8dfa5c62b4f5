// EC2's codes for RunInstances and TerminateInstances.

import { refuse, shown } from './service-exception.ts'

export const imageNotFound = (imageId: string, known: readonly string[]) =>
  refuse(
    'InvalidAMIID.NotFound',
    400,
    `The image id '[${shown(imageId)}]' does not exist. There is ${known.join(', ')}.`,
  )

/** No key stands here: one is pushed for each login. */
export const keyPairNotFound = (name: string) =>
  refuse(
    'InvalidKeyPair.NotFound',
    400,
    `The key pair '${shown(name)}' does not exist: Fleetkey puts no standing keys on hosts. Leave KeyName out and log in with a pushed key.`,
  )

export const unsupportedOperation = (detail: string) => refuse('UnsupportedOperation', 400, detail)

export const instanceLimitExceeded = (detail: string) =>
  refuse('InstanceLimitExceeded', 400, detail)

export const insufficientInstanceCapacity = (imageId: string) =>
  refuse(
    'InsufficientInstanceCapacity',
    500,
    `There is no room for more machines of image ${shown(imageId)} now. Try again later, or another image.`,
  )

/** Nothing about the cause: that is in the server's log under the request id. */
export const launchFailed = (imageId: string, requestId: string) =>
  refuse(
    'InternalError',
    500,
    `The program that starts machines of image ${shown(imageId)} failed; nothing is left of this launch. The server's log has the cause under request id ${requestId}.`,
  )

/** The instance is gone, so that asking again would find nothing: no status at which clients do. */
export const machineNotEnded = (instanceId: string) =>
  refuse(
    'IncorrectState',
    400,
    `${instanceId} is no instance any more, but the program that ends its machine failed, and the machine may still run. End it by hand; the server's log has the cause.`,
  )
