import { bigIntFromBytes, bitLength, modulo } from './big-integer.ts'
import { SshKeyRefusal } from './ssh-key-refusal.ts'

/** A curve y² = x³ − 3x + b over the field of p elements (FIPS 186-4 D.1.2); `order` is that of the whole group. */
export interface NistCurve {
  readonly bytes: number
  readonly p: bigint
  readonly b: bigint
  readonly order: bigint
}

/**
 * Checks the `Q` of RFC 5656 §3.1: an uncompressed point (SEC 1 §2.3.3) that is on the curve, and not one of those that
 * OpenSSH's sshkey_ec_validate_public refuses too (coordinates suspiciously small, or next to the order). The curves'
 * cofactor is 1, so a point on them generates the whole group; infinity has no such spelling.
 */
export function checkNistCurvePoint(curve: NistCurve): (field: Uint8Array) => void {
  const half = bitLength(curve.order) >> 1
  return (field) => {
    if (field.length !== 1 + 2 * curve.bytes || field[0] !== 4) {
      throw new SshKeyRefusal('ec-point-form')
    }
    const x = bigIntFromBytes(field.subarray(1, 1 + curve.bytes))
    const y = bigIntFromBytes(field.subarray(1 + curve.bytes))
    const onCurve = modulo(y * y - (x * x * x - 3n * x + curve.b), curve.p) === 0n
    // The orders are below p, so this also leaves each coordinate only one spelling.
    const plausible = [x, y].every((c) => bitLength(c) > half && c < curve.order - 1n)
    if (!onCurve || !plausible) throw new SshKeyRefusal('ec-point')
  }
}

export const nistp256: NistCurve = {
  bytes: 32,
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
}

export const nistp384: NistCurve = {
  bytes: 48,
  p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
  b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  order:
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
}

export const nistp521: NistCurve = {
  bytes: 66,
  p: (1n << 521n) - 1n,
  b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  order:
    0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
}
