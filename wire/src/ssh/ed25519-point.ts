import { bigIntFromBytes, jacobiSymbol, modulo } from './big-integer.ts'
import { SshKeyRefusal } from './ssh-key-refusal.ts'

/**
 * Checks the public key of RFC 8032 §5.1.3 (RFC 8709 §4 puts it in SSH): 32 bytes that decode to a point of the curve
 * in its only spelling. OpenSSH checks the length alone; a point of low order would let anybody sign for it, since
 * verification then hardly depends on the key.
 */
export function checkEd25519Point(field: Uint8Array): void {
  if (field.length !== 32) throw new SshKeyRefusal('ed25519-length')
  // Little-endian y with the sign of x in the top bit.
  const encoded = bigIntFromBytes(field.toReversed())
  const y = encoded & (signBit - 1n)
  if (y >= p) throw new SshKeyRefusal('ed25519-point')
  if (lowOrderY.has(y)) throw new SshKeyRefusal('ed25519-low-order')
  // x² = (y² − 1) / (d·y² + 1). A quotient u/v is a square exactly when u·v is one, so no division.
  const u = modulo(y * y - 1n, p)
  const v = modulo(d * y * y + 1n, p)
  if (jacobiSymbol(u * v, p) !== 1) throw new SshKeyRefusal('ed25519-point')
}

const signBit = 1n << 255n
const p = signBit - 19n
/** −121665/121666 */
const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n

/** y of the eight points whose order divides 8: order 4, 1, 2, and the two pairs of order 8. x = 0 is among them. */
const orderEightY = 2707385501144840649318225287225658788936804267575313519463743609750303402022n
const lowOrderY: ReadonlySet<bigint> = new Set([0n, 1n, p - 1n, orderEightY, p - orderEightY])
