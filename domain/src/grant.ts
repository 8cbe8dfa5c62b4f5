import type { OptionProfile } from './option-profile.ts'

/** How long a pushed key may log in, in seconds. The only place with the number. */
export const GRANT_TTL_SECONDS = 60

/** A delivery must be done within this time of the agent's nonce, in milliseconds of the agent's boot clock. */
export const NONCE_TTL_MS = 10_000

/** How many live grants a host keeps, per user and in all. Beyond it a grant is refused. */
export const MAX_LIVE_GRANTS_PER_USER = 32
export const MAX_LIVE_GRANTS_PER_HOST = 256

/**
 * Signed permission: this public key may log in as this osUser (name and uid) on this instance until a deadline. The agent believes
 * nothing else. It names the durable intent record that it follows from, so a grant without a record cannot be made by accident.
 */
export interface Grant {
  readonly deployment: string
  /** 128 bits, hexadecimal: the id of the request that pushed, without its dashes. */
  readonly grantId: string
  readonly instanceId: string
  /** The agent's public key, base64: a grant for one agent is nothing to another. */
  readonly agentKey: string
  /** Issued by that agent at most NONCE_TTL_MS ago, used once. */
  readonly nonce: string
  readonly osUser: string
  readonly uid: number
  readonly keyType: string
  readonly keyBlob: string
  readonly optionProfile: OptionProfile
  /** Seconds, 1 to GRANT_TTL_SECONDS. */
  readonly ttl: number
  /** Milliseconds since 1970 by the server's clock; shown, never compared with the host's clock. */
  readonly issuedAt: number
  readonly principalArn: string
  readonly requestId: string
  readonly intentSeq: number
  readonly intentHash: string
}

/**
 * When a key that is installed now must stop working, on the host's boot clock (seconds since boot, counting sleep), which no
 * clock step, time zone or daylight saving can move. `bootNow` is in hundredths of a second, as /proc/uptime has it.
 */
export function grantDeadline(bootNow: number, ttl: number): number {
  return bootNow + Math.min(ttl, GRANT_TTL_SECONDS) * 100
}

/** The rule: a key is live on the boot it was installed in, strictly before its deadline. */
export function isLive(
  installed: { readonly bootId: string; readonly deadline: number },
  now: { readonly bootId: string; readonly bootNow: number },
): boolean {
  return installed.bootId === now.bootId && now.bootNow < installed.deadline
}

/**
 * The second lock, for sshd itself: the last whole second of the wall clock in which the key may be used. sshd accepts through the end
 * of the second it names (measured: up to 0.9 s after), so this is one second less than install + ttl, rounded up.
 */
export function expiryTime(wallNowMs: number, ttl: number): number {
  return Math.ceil(wallNowMs / 1000) + Math.min(ttl, GRANT_TTL_SECONDS) - 1
}

/** The grant is the request's: what a host says of it leads back to the record. */
export const grantIdOf = (requestId: string): string => requestId.replaceAll('-', '')

/** The request that a grant is of, or undefined for what is no id of a grant. */
export function requestIdOfGrant(grantId: string | undefined): string | undefined {
  const [, ...parts] =
    /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(grantId ?? '') ?? []
  return parts.length === 0 ? undefined : parts.join('-')
}
