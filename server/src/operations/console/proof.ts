/** How long it counts that somebody has shown all that they sign in with. */
export const PROOF_LASTS_MS = 15 * 60_000
