import { isLoginCause, LOGIN_CAUSES } from '@fleetkey/domain/login-cause'
import type { TerminalRefusal } from '@fleetkey/wire/terminal/server-frame'

/** What a person is told who gets no prompt. */
export interface RefusalWords {
  /** What happened, why, and the mend: as far as it is known. */
  readonly says: readonly string[]
  /** How the policies decided; undefined where it was not they. */
  readonly policy: string | undefined
  /** Whether the doctor may find more. */
  readonly asksDoctor: boolean
}

export function refusalWords(refusal: TerminalRefusal): RefusalWords {
  const { message, cause, mend, explanation } = refusal
  const known = isLoginCause(cause) ? LOGIN_CAUSES[cause] : undefined
  // Where the host has a cause, the explanation is its own: the line of sshd_config, say.
  const why = cause === undefined ? undefined : (explanation ?? known?.says)
  const policy = cause === undefined ? explanation : undefined
  const says = [message, why, mend ?? known?.mend].filter((text) => text !== undefined)
  return {
    says: [...new Set(says)],
    policy,
    asksDoctor: policy === undefined && !isGone(refusal),
  }
}

/** It was there once: what was wrong on the way to it is not the question. */
export const isGone = ({ code }: TerminalRefusal): boolean => code === 'TerminalNotFoundException'
