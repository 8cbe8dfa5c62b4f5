import { Secret, TOTP } from 'otpauth'

const PERIOD_S = 30
const DIGITS = 6
/** Steps before and after the present one that count, for clocks that are half a minute off (RFC 6238 §5.2). */
const WINDOW = 1
/** Bytes, RFC 4226 §4 R6: 160 bits. */
const SEED_SIZE = 20

/** A new seed, base32 (RFC 4648 §6) as authenticator apps take it. */
export const newTotpSeed = (): string => new Secret({ size: SEED_SIZE }).base32

/** What a QR code says to an authenticator app (Key URI Format). */
export function totpUri(seed: string, { issuer, account }: { issuer: string; account: string }) {
  return new TOTP({ issuer, label: account, secret: Secret.fromBase32(seed) }).toString()
}

/** The time step (RFC 6238) of which the code is, if it is one of those around `now` (milliseconds). */
export function totpStepOf(seed: string, code: string, now: number): number | undefined {
  const totp = new TOTP({ secret: Secret.fromBase32(seed), digits: DIGITS, period: PERIOD_S })
  const delta = totp.validate({ token: code, timestamp: now, window: WINDOW })
  return delta === null ? undefined : Math.floor(now / 1000 / PERIOD_S) + delta
}
