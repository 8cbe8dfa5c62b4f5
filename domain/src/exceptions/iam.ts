// IAM's codes (IAM API reference).

import { refuse } from './service-exception.ts'

export const passwordPolicyViolation = (detail: string) =>
  refuse('PasswordPolicyViolation', 400, detail)

export const mfaDeviceNotFound = (serialNumber: string) =>
  refuse('NoSuchEntity', 404, `VirtualMFADevice with serial number ${serialNumber} doesn't exist.`)

/** For a device that is another user's, or nobody's yet. */
export const mfaDeviceOfOther = () => refuse('NoSuchEntity', 404, 'MFA Device invalid for user.')

export const mfaDeviceInUse = () =>
  refuse('EntityAlreadyExists', 409, 'MFA Device is already in use.')

/** IAM's own code for a TOTP code that is not right. */
export const invalidAuthenticationCode = (detail: string) =>
  refuse('InvalidAuthenticationCode', 403, detail)

export const noSuchEntity = (what: string) =>
  refuse('NoSuchEntity', 404, `The ${what} cannot be found.`)

export const instanceProfileNotFound = (name: string) =>
  refuse('NoSuchEntity', 404, `Instance Profile ${name} cannot be found.`)

export const policyNotFound = (arn: string) =>
  refuse('NoSuchEntity', 404, `Policy ${arn} was not found.`)

export const policyVersionNotFound = (arn: string, versionId: string) =>
  policyNotAttachable(`${arn} version ${versionId}`)

/** For a managed policy that is to be attached. */
export const policyNotAttachable = (arn: string) =>
  refuse('NoSuchEntity', 404, `Policy ${arn} does not exist or is not attachable.`)

/** For a managed policy that is to be a permissions boundary. */
export const boundaryNotAttachable = (arn: string) =>
  refuse('NoSuchEntity', 404, `Scope ARN: ${arn} does not exist or is not attachable.`)

/** `what` begins the sentence: `User with name alice`. */
export const entityAlreadyExists = (what: string) =>
  refuse('EntityAlreadyExists', 409, `${what} already exists.`)

/** Two changes at once, of which one was done. Sent again, it meets what is there now. */
export const entityTemporarilyUnmodifiable = (why: string) =>
  refuse('EntityTemporarilyUnmodifiable', 409, `${why} Look at it and try again.`)

/** AWS's words for policies are others than for the rest. */
export const policyAlreadyExists = (name: string) =>
  refuse(
    'EntityAlreadyExists',
    409,
    `A policy called ${name} already exists. Duplicate names are not allowed.`,
  )

/** AWS's words for instance profiles name no kind. */
export const instanceProfileAlreadyExists = (name: string) =>
  refuse('EntityAlreadyExists', 409, `Instance Profile ${name} already exists.`)

/** An instance profile that has its one role. */
export const instanceProfileInUse = () =>
  limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1')

export const limitExceeded = (detail: string) => refuse('LimitExceeded', 409, detail)

/** Something hangs on what is to be deleted. */
export const deleteConflict = (detail: string) => refuse('DeleteConflict', 409, detail)

/** Well-formed, and yet not to be done. */
export const invalidInput = (detail: string) => refuse('InvalidInput', 400, detail)

export const malformedPolicyDocument = (detail: string) =>
  refuse('MalformedPolicyDocument', 400, detail)
