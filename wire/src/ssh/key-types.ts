import { checkEd25519Point } from './ed25519-point.ts'
import { checkNistCurvePoint, nistp256, nistp384, nistp521 } from './nist-curve-point.ts'
import { checkRsaExponent, checkRsaModulus } from './rsa-numbers.ts'
import { SshKeyRefusal } from './ssh-key-refusal.ts'

/** Throws a {@link SshKeyRefusal} for a field that is not what it has to be. */
type FieldCheck = (field: Uint8Array) => void

/**
 * The one table of key types: each with the fields that follow the type's name in the blob, in order. Who adds a type
 * adds a line here. The sources are RFC 8709 §4 (ed25519), RFC 5656 §3.1 (ecdsa), RFC 4253 §6.6 (rsa) and OpenSSH's
 * PROTOCOL.u2f ("sk-": keys that live in a security key).
 */
const keyTypes = {
  'ssh-ed25519': [checkEd25519Point],
  'ecdsa-sha2-nistp256': [curveName('nistp256'), checkNistCurvePoint(nistp256)],
  'ecdsa-sha2-nistp384': [curveName('nistp384'), checkNistCurvePoint(nistp384)],
  'ecdsa-sha2-nistp521': [curveName('nistp521'), checkNistCurvePoint(nistp521)],
  'ssh-rsa': [checkRsaExponent, checkRsaModulus],
  'sk-ssh-ed25519@openssh.com': [checkEd25519Point, checkApplication],
  'sk-ecdsa-sha2-nistp256@openssh.com': [
    curveName('nistp256'),
    checkNistCurvePoint(nistp256),
    checkApplication,
  ],
} as const satisfies Record<string, readonly FieldCheck[]>

export type SshKeyType = keyof typeof keyTypes

export const sshKeyTypes = Object.keys(keyTypes) as readonly SshKeyType[]

/** The type that the word names. Own properties only: `constructor` is no key type. */
export function findKeyType(word: string): SshKeyType | undefined {
  return sshKeyTypes.find((type) => type === word)
}

/** The checks of the fields after the type's name, in the order of the blob. */
export function fieldChecks(type: SshKeyType): readonly FieldCheck[] {
  return keyTypes[type]
}

/** RFC 5656 §3.1: the curve is named twice, in the type and again in the blob. */
function curveName(name: string): FieldCheck {
  return (field) => {
    if (printable(field) !== name) throw new SshKeyRefusal('ec-curve-name')
  }
}

/** PROTOCOL.u2f: the relying party, "ssh:" unless the person chose another. */
function checkApplication(field: Uint8Array): void {
  if (field.length === 0 || field.length > 256 || printable(field) === undefined) {
    throw new SshKeyRefusal('sk-application')
  }
}

function printable(field: Uint8Array): string | undefined {
  if (!field.every((byte) => byte >= 0x20 && byte <= 0x7e)) return undefined
  return String.fromCharCode(...field)
}
