import { isLoginCause, type LoginCause } from './login-cause.ts'
import { isPrintable } from './printable.ts'

/**
 * What one check of the way from a person to a login found. The host's agent makes those about the host, the control plane the others;
 * `fleetkey doctor` and the console show both alike.
 */
export interface Finding {
  /** Which check it was: lower case words with hyphens, e.g. `sshd-config`, `account`, `firewall`. */
  readonly check: string
  /** `unknown`: it could not be looked at, and nothing is guessed. `note`: nothing stops a login, but somebody should know. */
  readonly state: 'good' | 'note' | 'bad' | 'unknown'
  /** What was found, a sentence for a person. */
  readonly says: string
  readonly cause?: LoginCause
  /** What to do about it. */
  readonly mend?: Mend
}

export interface Mend {
  readonly says: string
  /** Lines for a root shell of the host, as a person would type them. Shown, never run as text. */
  readonly commands?: readonly string[]
  /** Names what `--fix` would do on the host; absent where it mends nothing by itself. */
  readonly fix?: string
}

/** Findings from outside are cut off here: they must fit in one message of the agent link. */
export const MAX_FINDINGS = 48
const MAX_TEXT = 512
const MAX_COMMANDS = 8

/** Findings from outside, or undefined when they are not of this shape or over its limits. */
export function parseFindings(value: unknown): readonly Finding[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_FINDINGS) return undefined
  const findings = value.map(parseFinding)
  return findings.includes(undefined) ? undefined : (findings as readonly Finding[])
}

function parseFinding(value: unknown): Finding | undefined {
  if (!isRecord(value)) return undefined
  const { check, state, says, cause, mend } = value
  if (!isName(check) || !isState(state) || !isText(says)) return undefined
  if (cause !== undefined && !isLoginCause(cause)) return undefined
  const parsedMend = mend === undefined ? undefined : parseMend(mend)
  if (mend !== undefined && parsedMend === undefined) return undefined
  return {
    check,
    state,
    says,
    ...(cause === undefined ? {} : { cause }),
    ...(parsedMend === undefined ? {} : { mend: parsedMend }),
  }
}

function parseMend(value: unknown): Mend | undefined {
  if (!isRecord(value)) return undefined
  const { says, commands, fix } = value
  if (!isText(says)) return undefined
  if (fix !== undefined && !isName(fix)) return undefined
  if (commands === undefined) return { says, ...(fix === undefined ? {} : { fix }) }
  if (!Array.isArray(commands) || commands.length > MAX_COMMANDS) return undefined
  if (!commands.every(isText)) return undefined
  return { says, commands, ...(fix === undefined ? {} : { fix }) }
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z][a-z0-9-]{0,63}$/.test(value)

/** Printable text only: it is shown in terminals, where control characters act. */
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_TEXT && isPrintable(value)

const isState = (value: unknown): value is Finding['state'] =>
  value === 'good' || value === 'note' || value === 'bad' || value === 'unknown'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
