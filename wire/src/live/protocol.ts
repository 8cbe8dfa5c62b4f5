/**
 * How a page of the console hears what is new, instead of asking again and again: one WebSocket (RFC 6455) for the whole console, with
 * messages of JSON text. The page says what it wants to hear of (client-message.ts), the server tells it (server-message.ts). What the
 * person may not read is not told.
 */
export const LIVE_PATH = '/console/live'

export const LIVE_SUBPROTOCOL = 'fleetkey-live-1'

/** What one can hear of. */
export const LIVE_TOPICS = [
  /** Those that connected, were lost, enrolled, launched, changed or forgotten: needs `ec2:DescribeInstances`. */
  'instances',
  /** New records of the trail, each act once, as it is settled: needs `fleetkey:SearchEvents`. */
  'events',
  /** SSH sessions that began, changed or ended: of instances where `fleetkey:ListSSHSessions` is allowed, and one's own. */
  'sessions',
  /** Terminals in browsers, as `ListTerminals` shows them. */
  'terminals',
] as const
export type LiveTopic = (typeof LIVE_TOPICS)[number]

/** News of a topic come together, at most this often. */
export const LIVE_EVERY_MS = 1000

/** The server says this often that it is there; a page that heard nothing for so long opens the WebSocket anew. */
export const LIVE_BEAT_MS = 20_000
export const LIVE_DEAD_AFTER_MS = 50_000

/** The longest message of a page, in bytes. */
export const MAX_LIVE_REQUEST = 4096

/** Close codes: RFC 6455 §7.4.1, and from 4000 on ours, as at all doors for pages. */
export const LIVE_CLOSE = {
  /** The server stops: it is worth asking again. */
  goingAway: 1001,
  /** A message that is none. */
  policy: 1008,
  /** Not allowed, or not any more. */
  refused: 4403,
  /** The sign-in is over. */
  signedOut: 4401,
} as const

export const isLiveTopic = (value: unknown): value is LiveTopic =>
  LIVE_TOPICS.some((topic) => topic === value)
