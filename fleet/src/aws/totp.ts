import { createHmac } from 'node:crypto'

const STEP_MS = 30_000
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * What an authenticator app shows (RFC 6238, with SHA-1, six digits, 30 seconds).
 * @param seed base32 (RFC 4648 §6), without padding
 * @param steps so many half minutes from now
 */
export function totpCode(seed: string, steps = 0): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS) + steps))
  const digest = createHmac('sha1', base32(seed)).update(counter).digest()
  // RFC 4226 §5.3: the last four bits say where to look.
  const at = (digest.at(-1) ?? 0) & 0xf
  const number = (digest.readUInt32BE(at) & 0x7fff_ffff) % 1_000_000
  return String(number).padStart(6, '0')
}

function base32(text: string): Buffer {
  const bits = text
    .split('')
    .map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
