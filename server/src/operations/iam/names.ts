import type { Members } from '@fleetkey/wire/aws/validation'

/** What IAM takes as a name. Quotas: IAM User Guide, "IAM and AWS STS quotas", and the API reference's types. */
const NAME_PATTERN = /^[A-Za-z0-9_+=,.@-]+$/

/** Of a new user or role. */
export const SHORT_NAME = { min: 1, max: 64, pattern: NAME_PATTERN }

/** Of a group, a policy, and of a user that exists (users may have had longer names once). */
export const LONG_NAME = { min: 1, max: 128, pattern: NAME_PATTERN }

/** Slashes at both ends, visible ASCII between them. */
const PATH = { min: 1, max: 512, pattern: /^(\/|\/[!-~]+\/)$/ }

const PATH_PREFIX = { min: 1, max: 512, pattern: /^\/[!-~]*$/ }

/** `Path` of what is created; `/` unless given. */
export const readPath = (v: Members): string => v.optionalString('Path', PATH) ?? '/'

export const readNewPath = (v: Members): string | undefined => v.optionalString('NewPath', PATH)

/** `PathPrefix` of a list; `/`, which is all, unless given. */
export const readPathPrefix = (v: Members): string =>
  v.optionalString('PathPrefix', PATH_PREFIX) ?? '/'
