/** What shadow(5) says of an account, but for the password itself. Days are since 1970. */
export interface Shadow {
  /** `locked`: begins with `!`, so no password matches, and sshd without PAM lets nobody in. */
  readonly password: 'locked' | 'none' | 'set'
  /** Day of the last change; 0: it must be changed at the next login. */
  readonly changed?: number
  /** Days after the change until it must be changed again. */
  readonly maximum?: number
  /** Days after that until the account takes no login any more. */
  readonly inactive?: number
  /** The day from which on the account is expired. */
  readonly expires?: number
}

/** A line of getent shadow, or undefined when it is none. */
export function parseShadow(line: string): Shadow | undefined {
  const fields = line.split(':')
  if (fields.length !== 9) return undefined
  const [, password = '', changed, , maximum, , inactive, expires] = fields
  return {
    password: password.startsWith('!') ? 'locked' : password.startsWith('*') ? 'none' : 'set',
    ...days('changed', changed),
    ...days('maximum', maximum),
    ...days('inactive', inactive),
    ...days('expires', expires),
  }
}

/** Empty and negative numbers (-1) mean that there is no such limit. */
function days<Name extends string>(name: Name, text = ''): { [Key in Name]?: number } {
  return (/^\d{1,7}$/.test(text) ? { [name]: Number(text) } : {}) as { [Key in Name]?: number }
}

export type AccountEnd = 'account-expired' | 'password-expired' | 'password-must-change'

/**
 * How the account has ended by this day, as pam_unix(8) decides: the account itself, or its password so long ago that nobody may change it
 * any more, or a password that must be changed first, which sshd asks for on a terminal only. sshd without PAM looks at the age of a
 * password only for those who log in with it (auth-passwd.c).
 */
export function findAccountEnd(shadow: Shadow, today: number): AccountEnd | undefined {
  const { changed, maximum, inactive, expires } = shadow
  // shadow(5) warns of 0, which some take for none: pam_unix(8) and sshd do not.
  if (expires !== undefined && today >= expires) return 'account-expired'
  if (changed === undefined) return undefined
  if (changed === 0) return 'password-must-change'
  if (maximum === undefined || today <= changed + maximum) return undefined
  if (inactive !== undefined && today > changed + maximum + inactive) return 'password-expired'
  return 'password-must-change'
}
