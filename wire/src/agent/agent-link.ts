/**
 * What server and agent say on the agent link: one JSON object per WebSocket text message, at most MAX_MESSAGE_LENGTH characters. The
 * link itself is not believed: what matters (grants, acknowledgements, proofs) is a signed statement inside.
 *
 *   server                      agent
 *   challenge ───────────────▶
 *             ◀─────────────── hello       proof of the enrolled key, facts
 *   welcome   ───────────────▶             the link is up
 *   prepare   ───────────────▶             which account is this osUser?
 *             ◀─────────────── prepared | refused
 *   install   ───────────────▶             the signed grant
 *             ◀─────────────── installed | refused
 *   revoke    ───────────────▶             only ever takes away
 *   end-session ─────────────▶             likewise
 *             ◀─────────────── session-ending
 *   tunnel    ───────────────▶             the signed order: open one to your sshd
 *             ◀─────────────── tunnelled | refused   after a connection of its own came (AGENT_TUNNEL_PATH)
 *   explain   ───────────────▶             why does a login with this grant not work?
 *             ◀─────────────── explained   what sshd, the helper and the host's settings say of it; while that is known, when there is more
 *   examine   ───────────────▶             what on your host would stop this login?
 *             ◀─────────────── examined
 *   mend      ───────────────▶             the signed order: mend this
 *             ◀─────────────── mended | refused
 *             ◀─────────────── receipts    what sshd asked since, and who logged in
 *   stored    ───────────────▶             those are durable: forget them
 *   rules     ───────────────▶             the signed rules of who may connect to sshd
 *             ◀─────────────── ruled | refused   they are in force, until the next line fails to come
 *   rules-heard ─────────────▶             the host can still be reached with them: keep them
 *             ◀─────────────── ingress-observed   whose connections no rule lets in; until it is stored, too
 *             ◀─────────────── facts       when they changed
 *             ◀─────────────── signers-wanted   with the delivery `metadata`, at first and every some minutes
 *   signers   ───────────────▶             certificates and staples of the managed signers
 */
export const MAX_MESSAGE_LENGTH = 16_384

/** WebSocket subprotocol: names the version that both sides speak. */
export const AGENT_SUBPROTOCOL = 'fleetkey-agent-1'
export const AGENT_LINK_PATH = '/agent/link'
export const AGENT_ENROL_PATH = '/agent/enrol'

/** The server pings this often; a link that is silent for DEAD_AFTER_MS is closed by either side. */
export const PING_INTERVAL_MS = 20_000
export const DEAD_AFTER_MS = 45_000

/** Close code (RFC 6455 §7.4.2, private use) whose reason is the number of seconds to stay away. */
export const CLOSE_BACK_OFF = 4013
/** The instance was forgotten or its key replaced: trying again is of no use. */
export const CLOSE_FORGOTTEN = 4004
