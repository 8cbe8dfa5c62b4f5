/**
 * How a tunnel's bytes travel, the same on every leg (client, server, agent): a WebSocket (RFC 6455) whose BINARY messages are the bytes. The
 * first one of length zero ends that direction; later ones mean nothing (AWS's client sends them in a loop). Close 1000 says that both
 * directions have ended; every other code carries a reason for people. There are no extensions.
 */
export const TUNNEL_PATH = '/openTunnel'

/** Where an agent brings its end of a tunnel. */
export const AGENT_TUNNEL_PATH = '/agent/tunnel'

/** Offered by clients that take notices, and by agents. AWS's client offers none and is answered with none. */
export const TUNNEL_SUBPROTOCOL = 'fleetkey-tunnel-1'

/** Header of an agent's dial-back: its signed proof, the JSON of a `Signed` in base64. */
export const TUNNEL_PROOF_HEADER = 'x-fleetkey-tunnel-proof'

/** The longest message that is taken, in bytes. Ours are at most half as long, AWS's client sends up to 65,000. */
export const MAX_TUNNEL_MESSAGE = 128 * 1024

/** The server pings this often; an end that was silent for so long, and had nothing to take, is dead. */
export const TUNNEL_PING_MS = 20_000
export const TUNNEL_DEAD_AFTER_MS = 45_000

/** AWS's name for a tunnel's duration is in seconds: at most a day here. */
export const MAX_TUNNEL_SECONDS = 24 * 60 * 60

/** Close codes: RFC 6455 §7.4.1, and from 4000 on ours. */
export const TUNNEL_CLOSE = {
  /** Both directions have ended. */
  done: 1000,
  /** The server stops. */
  goingAway: 1001,
  /** A peer broke the rules. */
  policy: 1008,
  /** The other end was lost. */
  lost: 1011,
  /** Its time (maxTunnelDuration) is over. */
  duration: 4001,
  /** Nothing moved for too long. */
  idle: 4002,
  /** The instance is enrolled no more. */
  forgotten: 4004,
  /** The endpoint that it was opened on is no more. */
  endpointDeleted: 4005,
} as const

/** What a client that offered the subprotocol is told in TEXT messages. */
export type TunnelNotice =
  | { readonly kind: 'open'; readonly route: TunnelRoute; readonly endsInSeconds: number }
  | { readonly kind: 'ending'; readonly because: EndingBecause; readonly inSeconds: number }

/** The control plane connects to the host, or the host's agent to the control plane. */
export type TunnelRoute = 'direct' | 'agent'
export type EndingBecause = 'duration' | 'idle' | 'stopping'

export const encodeNotice = (notice: TunnelNotice): string => JSON.stringify(notice)

/** A notice, or undefined when it is none that this version knows: it is then to be passed over. */
export function parseNotice(text: string): TunnelNotice | undefined {
  if (text.length > 1024) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { kind, route, endsInSeconds, because, inSeconds } = value as Record<string, unknown>
  if (kind === 'open' && (route === 'direct' || route === 'agent') && isCount(endsInSeconds)) {
    return { kind, route, endsInSeconds }
  }
  if (kind === 'ending' && isBecause(because) && isCount(inSeconds)) {
    return { kind, because, inSeconds }
  }
  return undefined
}

const isBecause = (value: unknown): value is EndingBecause =>
  value === 'duration' || value === 'idle' || value === 'stopping'

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

/** A reason as a close frame takes it: 123 bytes of UTF-8 at most, cut between characters. */
export function closeReason(text: string): string {
  let reason = ''
  let bytes = 0
  for (const character of text) {
    bytes += new TextEncoder().encode(character).length
    if (bytes > 123) break
    reason += character
  }
  return reason
}
