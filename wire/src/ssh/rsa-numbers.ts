import { bigIntFromBytes, bitLength } from './big-integer.ts'
import { SshKeyRefusal } from './ssh-key-refusal.ts'
import { hasFindableFactors, hasRocaFingerprint } from './weak-rsa.ts'

/**
 * Checks the `e` of RFC 4253 §6.6: odd, at least 3 and at most 33 bits. ssh-keygen makes 65537 (35 and 37 long ago);
 * e = 1 makes every signature its own message, an even e has no private key, a huge one only costs the host time.
 */
export function checkRsaExponent(field: Uint8Array): void {
  const e = readPositiveMpint(field)
  if (e < 3n || e % 2n === 0n || bitLength(e) > 33) throw new SshKeyRefusal('rsa-exponent')
}

/** Checks the `n` of RFC 4253 §6.6: 2048 to 8192 bits, odd, and not of a kind whose factors anybody can find. */
export function checkRsaModulus(field: Uint8Array): void {
  const n = readPositiveMpint(field)
  const bits = bitLength(n)
  if (bits < 2048) throw new SshKeyRefusal('rsa-short')
  if (bits > 8192) throw new SshKeyRefusal('rsa-long')
  if (hasFindableFactors(n)) throw new SshKeyRefusal('rsa-factors')
  if (hasRocaFingerprint(n)) throw new SshKeyRefusal('rsa-roca')
}

/** RFC 4251 §5 `mpint`: not negative, no leading zero byte but the one that keeps it positive, zero is empty. */
function readPositiveMpint(field: Uint8Array): bigint {
  const [first = 0, second = 0] = field
  const negative = first >= 0x80
  const padded = field.length > 0 && first === 0 && second < 0x80
  if (negative || padded) throw new SshKeyRefusal('rsa-number')
  return bigIntFromBytes(field)
}
