/** How long to wait before the link is tried again, all in milliseconds. */
export interface BackoffOptions {
  readonly base: number
  readonly cap: number
  /** After CLOSE_FORGOTTEN: somebody has to act, so asking often is of no use. */
  readonly forgotten: number
  /** 0 to 1. */
  readonly random: () => number
}

export const BACKOFF: BackoffOptions = {
  base: 500,
  cap: 30_000,
  forgotten: 600_000,
  random: Math.random,
}

/** A server may ask for silence, but not for ever. */
const LONGEST_STAY_AWAY_S = 900

/** Full jitter: anything up to base × 2^failures, so that a fleet that lost its server does not come back as one wave. */
export function jittered(failures: number, { base, cap, random }: BackoffOptions): number {
  return Math.round(random() * Math.min(cap, base * 2 ** Math.min(failures, 16)))
}

/** At least what the server asked for, and up to a quarter more: agents that were told the same do not return in the same second. */
export function stayAway(seconds: number, { random }: BackoffOptions): number {
  return Math.round(Math.min(seconds, LONGEST_STAY_AWAY_S) * 1000 * (1 + random() / 4))
}

/** Whole seconds, as in Retry-After (RFC 9110 §10.2.3) and in the reason of CLOSE_BACK_OFF; undefined for anything else. */
export function parseSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,9}$/.test(text.trim()) ? Number(text) : undefined
}
