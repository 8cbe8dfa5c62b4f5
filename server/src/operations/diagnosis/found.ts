import type { Finding, Mend } from '@fleetkey/domain/finding'
import type { LoginCause } from '@fleetkey/domain/login-cause'

/** As domain/finding.ts limits it. */
const MAX_TEXT = 512

/** A finding of the control plane's own, its text fit to be shown: tags and explanations come from outside. */
export function found(
  check: string,
  state: Finding['state'],
  says: string,
  more: { readonly cause?: LoginCause; readonly mend?: Mend } = {},
): Finding {
  const { cause, mend } = more
  return {
    check,
    state,
    says: shown(says),
    ...(cause === undefined ? {} : { cause }),
    ...(mend === undefined ? {} : { mend: { ...mend, says: shown(mend.says) } }),
  }
}

const shown = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, MAX_TEXT)
