import type { OptionProfile } from '@fleetkey/domain/option-profile'
import { authorizedKeysOptions } from './option-profile.ts'
import { formatSshPublicKey, type SshPublicKey } from './public-key.ts'

export interface AuthorizedKeysLineOptions {
  readonly profile: OptionProfile
  /**
   * Last second, since the epoch, in which sshd may accept the key. Needs sshd 9.1 or later: older ones read the time
   * in the host's time zone and refuse the line for its `Z`. Omit for those.
   */
  readonly expiresAt?: number
}

/** One line of an authorized_keys file, without its line end: options, type, key; never a comment. */
export function formatAuthorizedKeysLine(
  key: SshPublicKey,
  options: AuthorizedKeysLineOptions,
): string {
  const expiry =
    options.expiresAt === undefined ? '' : `,expiry-time="${formatExpiryTime(options.expiresAt)}"`
  return `${authorizedKeysOptions[options.profile]}${expiry} ${formatSshPublicKey(key)}`
}

/** `YYYYMMDDHHMMSSZ` */
function formatExpiryTime(epochSeconds: number): string {
  // Outside these bounds the text would be of another shape, which sshd might read as another time.
  if (!Number.isInteger(epochSeconds) || epochSeconds < 0 || epochSeconds > 253_402_300_799) {
    throw new RangeError('expiresAt must be whole seconds since the epoch, before the year 10000')
  }
  return new Date(epochSeconds * 1000).toISOString().replace(/[-:T]|\.000/g, '')
}
