import type { Finding } from '@fleetkey/domain/finding'
import { MAX_FINDINGS } from '@fleetkey/domain/finding'
import { isOsUser } from '@fleetkey/domain/os-user'
import { reason } from '../log.ts'
import { within } from '../within.ts'
import { accountCheck } from './account.ts'
import type { Check, CheckName, ExaminedHost } from './check.ts'
import { commandCheck } from './command.ts'
import { type ExaminationQuestion, type HostParts, openHost } from './open-host.ts'
import { permissionsCheck } from './permissions.ts'
import { bad, unknown } from './say.ts'
import { sshdConfigCheck } from './sshd-config.ts'

export interface ExaminationParts extends HostParts {
  /** Only these. Default: all. */
  readonly only?: readonly CheckName[]
  /** Of each check: 4 s, which together with the way there and back is less than a server waits. */
  readonly limitMs?: number
}

const LIMIT_MS = 4000

/** In the order of a login's way: the first that is bad explains the failure. */
const CHECKS: readonly Check[] = [sshdConfigCheck, accountCheck, permissionsCheck, commandCheck]

/**
 * What on this host would stop a login, and what to do about it. Only looks: changes nothing. The checks run side by side; one that
 * fails or hangs is `unknown`, nothing is guessed, and the others say what they found. Never throws.
 */
export async function examine(
  question: ExaminationQuestion,
  parts: ExaminationParts,
): Promise<readonly Finding[]> {
  const { only, limitMs = LIMIT_MS } = parts
  if (question.osUser !== undefined && !isOsUser(question.osUser)) {
    return [bad('account', 'That is not a possible account name.', { cause: 'user-unknown' })]
  }
  const host = openHost(question, parts)
  const asked = CHECKS.filter(({ name }) => only?.includes(name) ?? true)
  const found = await Promise.all(asked.map((check) => lookWithin(limitMs, check, host)))
  return found.flat().slice(0, MAX_FINDINGS)
}

/** Exported for its test. */
export async function lookWithin(
  ms: number,
  check: Check,
  host: ExaminedHost,
): Promise<readonly Finding[]> {
  const look = async () => check.look(host)
  try {
    return await within(ms, look(), () => new Error(`no answer within ${ms / 1000} s`))
  } catch (failure) {
    return [unknown(check.name, `This could not be looked at: ${reason(failure)}`)]
  }
}
