import { formatSshPublicKey, type SshPublicKey } from '../ssh/public-key.ts'

/** A pushed key as EC2's metadata service shows it to the host package (`managed-ssh-keys/active-keys/USER/`). */
export interface ManagedKey {
  /** Seconds since 1970 by the host's wall clock: the package takes the key before this second only. */
  readonly expires: number
  readonly instanceId: string
  readonly principalArn: string
  readonly requestId: string
  readonly key: SshPublicKey
}

/** The package takes lines that begin with `ssh` only, so neither ECDSA nor security keys. */
export const isManagedKeyType = ({ type }: Pick<SshPublicKey, 'type'>): boolean =>
  type.startsWith('ssh-')

/**
 * What is signed: the lines of an entry but the signature. The package verifies what a shell's `read` leaves of each line, so none may
 * begin or end with a blank, and a line of another's making would be one more signed statement. Throws a RangeError for such a field.
 */
export function managedKeyText(entry: ManagedKey): string {
  if (!isManagedKeyType(entry.key)) throw new RangeError(`not a key for the host package`)
  if (!Number.isSafeInteger(entry.expires) || entry.expires < 1)
    throw new RangeError('expires must be whole seconds')
  return [
    `#Timestamp=${entry.expires}`,
    `#Instance=${lineOf(entry.instanceId)}`,
    `#Caller=${lineOf(entry.principalArn)}`,
    `#Request=${lineOf(entry.requestId)}`,
    formatSshPublicKey(entry.key),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

/** The whole entry: the signed text, its signature (base64), and the blank line without which the package would read on. */
export const formatManagedKey = (text: string, signature: string): string =>
  `${text}${signature}\n\n`

function lineOf(value: string): string {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) return value
  throw new RangeError('a field of a managed key must be one line of printable ASCII')
}
