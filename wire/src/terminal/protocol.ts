/**
 * How a terminal travels between page and control plane: a WebSocket (RFC 6455) whose BINARY messages are the terminal's bytes, input one way and
 * output the other, and whose TEXT messages are frames, JSON objects with a `type`. The page's first message is one of the opening frames, within five seconds.
 * There are no extensions.
 */
export const TERMINALS_PATH = '/terminals'

export const TERMINAL_SUBPROTOCOL = 'fleetkey-terminal-1'

/** The longest frame from a page, in UTF-16 units. */
export const MAX_CLIENT_FRAME = 2048

/** The longest frame from the server: a refusal with its explanation. */
export const MAX_SERVER_FRAME = 256 * 1024

/** The longest message of input, in bytes. Whoever pastes more sends several. */
export const MAX_TERMINAL_INPUT = 64 * 1024

/** Columns and rows of a terminal: at least one, at most this many. */
export const MAX_TERMINAL_SIDE = 1000

/** Terminals are named by 160 random bits: `t-` and base32 without padding (RFC 4648 §6, in lower case). */
export const TERMINAL_ID_PATTERN = /^t-[a-z2-7]{32}$/

/** A page that hears nothing for so long (not even `pong`) has lost the control plane, and attaches again. */
export const TERMINAL_SILENT_MS = 15_000

/** Close codes: RFC 6455 §7.4.1, and from 4000 on ours. */
export const TERMINAL_CLOSE = {
  /** After `ended` or `refused`, or because the page went. */
  done: 1000,
  /** The server stops. */
  goingAway: 1001,
  /** A peer broke the rules. */
  policy: 1008,
  /** Something failed on our side: attach again. */
  failed: 1011,
  /** This device took nothing for too long: attach again. */
  slow: 4008,
} as const
