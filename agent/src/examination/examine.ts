import type { Finding } from '@fleetkey/domain/finding'
import { isOsUser } from '@fleetkey/domain/os-user'
import { reason } from '../log.ts'
import { within } from '../within.ts'
import { accountCheck } from './account.ts'
import { agentCheck, diskCheck } from './agent-itself.ts'
import { type Check, CHECK_NAMES, type CheckName, type ExaminedHost } from './check.ts'
import { followChecks, type Examination } from './examination.ts'
import { firewallCheck } from './firewall.ts'
import { hostKeysCheck } from './host-keys.ts'
import { lockedCheck } from './locked.ts'
import { mandatoryAccessCheck } from './mandatory-access.ts'
import { pamCheck } from './pam.ts'
import { penaltiesCheck } from './penalties.ts'
import { socketsCheck } from './sockets.ts'
import { sshdRunningCheck } from './sshd-running.ts'
import { sshdVersionCheck } from './sshd-version.ts'
import { commandCheck } from './command.ts'
import { type ExaminationQuestion, type HostParts, openHost } from './open-host.ts'
import { permissionsCheck } from './permissions.ts'
import { bad, unknown } from './say.ts'
import { sshdConfigCheck } from './sshd-config.ts'

export interface ExaminationParts extends HostParts {
  /** Only these. Default: all. */
  readonly only?: readonly string[]
}

/** In the order of CHECK_NAMES, a login's way: the first that is bad explains the failure. */
const CHECKS: Readonly<Record<CheckName, Check>> = {
  agent: agentCheck,
  firewall: firewallCheck,
  'sshd-running': sshdRunningCheck,
  sockets: socketsCheck,
  'host-keys': hostKeysCheck,
  'sshd-config': sshdConfigCheck,
  account: accountCheck,
  pam: pamCheck,
  permissions: permissionsCheck,
  command: commandCheck,
  penalties: penaltiesCheck,
  'mandatory-access': mandatoryAccessCheck,
  disk: diskCheck,
  locked: lockedCheck,
  'sshd-version': sshdVersionCheck,
}

/**
 * What on this host would stop a login, and what to do about it. Only looks: changes nothing. The checks run side by side; one that
 * fails or hangs is `unknown`, nothing is guessed, and the others say what they found. Never throws.
 */
export function examine(
  question: ExaminationQuestion,
  parts: ExaminationParts,
): Promise<readonly Finding[]> {
  return beginExamination(question, parts).all()
}

/** The same, for whoever has no time for all of it. */
export function beginExamination(
  question: ExaminationQuestion,
  parts: ExaminationParts,
): Examination {
  const { only } = parts
  if (question.osUser !== undefined && !isOsUser(question.osUser)) {
    const says = 'That is not a possible account name.'
    const found = [bad('account', says, { cause: 'user-unknown' })]
    return followChecks(new Map([['account', Promise.resolve(found)]]))
  }
  const host = openHost(question, parts)
  const asked = CHECK_NAMES.filter((name) => only?.includes(name) ?? true)
  return followChecks(
    new Map(asked.map((name) => [name, lookWithin(host.limitMs, CHECKS[name], host)])),
  )
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
