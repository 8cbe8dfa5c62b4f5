import type { Finding, Mend } from '@fleetkey/domain/finding'
import type { LoginCause } from '@fleetkey/domain/login-cause'

/** As domain/finding.ts limits it. */
const MAX_TEXT = 512

export const good = (check: string, says: string): Finding => found(check, 'good', says)
export const note = (check: string, says: string, mend?: Mend): Finding => ({
  ...found(check, 'note', says),
  ...mended(mend),
})
export const unknown = (check: string, says: string): Finding => found(check, 'unknown', says)

export function bad(
  check: string,
  says: string,
  more: { readonly cause?: LoginCause; readonly mend?: Mend } = {},
): Finding {
  const { cause, mend } = more
  return {
    ...found(check, 'bad', says),
    ...(cause === undefined ? {} : { cause }),
    ...mended(mend),
  }
}

/** A word of a command line as a person may paste it into a shell. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** What programs and files of the host say must not act in anybody's terminal; what is too long for a finding shows that it was cut. */
export function printable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT - 1)}…`
}

const found = (check: string, state: Finding['state'], says: string): Finding => ({
  check,
  state,
  says: printable(says),
})

function mended(mend: Mend | undefined): { mend?: Mend } {
  if (mend === undefined) return {}
  const { says, commands, fix } = mend
  // A command is whole or not there: half of one is another command.
  const whole = commands?.filter((line) => printable(line) === line)
  return {
    mend: {
      says: printable(says),
      ...(whole === undefined || whole.length === 0 ? {} : { commands: whole }),
      ...(fix === undefined ? {} : { fix }),
    },
  }
}
