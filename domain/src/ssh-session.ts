/** One login to a host and what was done through its connection, until that is closed: several channels over one connection are one session. */
export const SSH_SESSION_ID_PATTERN = /^s-[0-9a-f]{17}$/

/** How sshd let somebody in; `unknown` where the host could not see it. */
export const LOGIN_METHODS = [
  'publickey',
  /** A public key with a certificate of a CA. */
  'certificate',
  'password',
  'keyboard-interactive',
  'hostbased',
  'gssapi-with-mic',
  'none',
  'unknown',
] as const
export type LoginMethod = (typeof LOGIN_METHODS)[number]

/** By what the host knows of a login: sshd's PAM rules, sshd's own words, or the processes that are there. */
export const LOGIN_SOURCES = ['pam', 'words', 'processes'] as const
export type LoginSource = (typeof LOGIN_SOURCES)[number]

/**
 * How a session ended: `closed` by either end of the connection, `ended` because somebody asked for it here, `host-restarted` with all
 * that ran.
 */
export const SESSION_ENDINGS = ['closed', 'ended', 'host-restarted'] as const
export type SessionEnding = (typeof SESSION_ENDINGS)[number]

/** On a user, a role or an instance, with the value `true`: sessions do not outlive the right that began them. */
export const END_ON_WITHDRAWAL_TAG = 'fleetkey:EndSessionsOnWithdrawal'

/** Why no grant explains a login. */
export const UNEXPLAINED_CAUSES = {
  'other-key':
    'The key is none that was pushed: it stands in a file on the host, or its CA is trusted there.',
  'other-method': 'The login was without a key: by password or another method.',
  'grant-over': 'The key had been pushed, and its grant was over by then.',
  'grant-of-other-account': 'The key had been pushed for another account of the host.',
} as const
export type UnexplainedCause = keyof typeof UNEXPLAINED_CAUSES

export const isOneOf = <Value extends string>(
  known: readonly Value[],
  value: unknown,
): value is Value => known.some((one) => one === value)
