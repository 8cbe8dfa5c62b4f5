import { stepUpRequired } from '@fleetkey/domain/exceptions/sign-in'
import type { Caller } from '../../operations/caller.ts'
import { PROOF_LASTS_MS } from '../../operations/console/proof.ts'
import type { AnyOperation } from '../../operations/operation.ts'

/**
 * Whoever sits down at a browser that somebody left open, or steers one, has their session but not their password: what gives rights or
 * tells a secret needs a proof of a few minutes ago. Asked after the decision: who may not is told that. Throws StepUpRequired.
 */
export function requireProof(operation: AnyOperation, { session }: Caller, now: number): void {
  if (session?.console === undefined || !isSensitive(operation)) return
  if (now - session.console.provenAt > PROOF_LASTS_MS) throw stepUpRequired()
}

/** What is asked at a door of its own tells nothing that is kept. */
const isSensitive = (operation: AnyOperation): boolean =>
  operation.handsOver !== undefined ||
  (operation.answersSecret === true && operation.byOwnDoor !== true)
