import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { OS_USER_PATTERN } from '@fleetkey/domain/os-user'
import type { Validation } from '@fleetkey/wire/aws/validation'
import { isIP } from 'node:net'

/** What is asked: who, as whom, where, from where. */
export interface DiagnosisInput {
  /** An id, or a Name tag. */
  readonly meant: string
  readonly osUser: string | undefined
  /** ARN of a user or role; undefined: the caller. */
  readonly as: string | undefined
  /** Undefined: where the request comes from. */
  readonly fromAddress: string | undefined
  readonly checks: readonly CheckGroup[]
}

/** Checks that are made together. */
export const CHECK_GROUPS = ['policy', 'instance', 'reach', 'tunnel', 'host', 'grants'] as const
export type CheckGroup = (typeof CHECK_GROUPS)[number]

export function readQuestion(v: Validation): DiagnosisInput {
  const meant = v.requiredString('InstanceId', { min: 1, max: 256 })
  const osUser = v.optionalString('OSUser', { min: 1, max: 32, pattern: OS_USER_PATTERN })
  const as = v.optionalString('As', { min: 20, max: 2048 })
  const fromAddress = v.optionalString('FromAddress', { min: 2, max: 45 })
  const checks = v.stringList('Checks', { max: CHECK_GROUPS.length })
  v.finish(validationFailure)
  if (fromAddress !== undefined && (isIP(fromAddress) === 0 || fromAddress.includes('%'))) {
    throw validationFailure('FromAddress must be an IPv4 or IPv6 address.')
  }
  const groups = CHECK_GROUPS.filter((group) => checks.length === 0 || checks.includes(group))
  const unknown = checks.find((check) => !CHECK_GROUPS.some((group) => group === check))
  if (unknown !== undefined) {
    throw validationFailure(`Checks must be of ${CHECK_GROUPS.join(', ')}.`)
  }
  return { meant, osUser, as, fromAddress, checks: groups }
}
