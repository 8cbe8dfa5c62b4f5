import { setTimeout as delay } from 'node:timers/promises'
import { isLoginCause, mayStillWork } from '@fleetkey/domain/login-cause'
import type { ApiClient } from '../api/api-client.ts'
import { getGrant, type ShownGrant, type ShownStep, type ToldCause } from './grant.ts'

/** As the server limits it. */
const MAX_WAIT_SECONDS = 10
/** A server that answers sooner than it was asked to is not asked without a pause. */
const PAUSE_MS = 200
/** As the server limits it. */
const MAX_HINTED = 32

/**
 * Follows a pushed key: each step as it comes, until it has logged in, cannot any more, or the time is over. A refusal whose cause is with
 * the client (another key first, another user) is no end: the next try may do it right.
 */
export async function followGrant(
  api: Pick<ApiClient, 'call'>,
  grantId: string,
  given: {
    readonly seconds: number
    readonly now: () => number
    readonly onStep: (step: ShownStep) => void
    /** What the host says would stop a login of which it has seen nothing, as it happens; once for each cause and whose it may be. */
    readonly onHint: (says: string) => void
  },
): Promise<ShownGrant> {
  const { seconds, now, onStep, onHint } = given
  const hinted: ToldCause[] = []
  const deadline = now() + seconds * 1000
  let known = 0
  for (;;) {
    const left = Math.max(0, Math.min(MAX_WAIT_SECONDS, Math.ceil((deadline - now()) / 1000)))
    const asked = now()
    const grant = await getGrant(api, grantId, {
      waitSeconds: left,
      known: { steps: known, causes: hinted.slice(-MAX_HINTED) },
    })
    const news = grant.steps.slice(known)
    for (const step of news) onStep(step)
    if (isHint(grant, hinted)) {
      const { cause, sourceAddress } = grant
      hinted.push({ cause, sourceAddress })
      onHint(grant.says)
    }
    known = Math.max(known, grant.steps.length)
    if (isAtEnd(grant, now()) || now() >= deadline) return grant
    if (news.length === 0 && now() - asked < PAUSE_MS) await delay(PAUSE_MS)
  }
}

type Hint = ShownGrant & { readonly cause: string; readonly says: string }

/** Neither a step, nor told already. */
function isHint(grant: ShownGrant, hinted: readonly ToldCause[]): grant is Hint {
  const { cause, says, sourceAddress, steps } = grant
  if (cause === undefined || says === undefined) return false
  if (steps.some((step) => step.cause === cause)) return false
  return !hinted.some((one) => one.cause === cause && one.sourceAddress === sourceAddress)
}

function isAtEnd({ state, steps, usableUntil }: ShownGrant, now: number): boolean {
  if (state === 'refused') {
    const { cause } = steps.findLast(({ kind }) => kind === 'refused') ?? {}
    const isFinal = !isLoginCause(cause) || !mayStillWork(cause)
    return isFinal || (usableUntil !== undefined && now >= usableUntil)
  }
  return state === 'accepted' || state === 'expired' || state === 'not-delivered'
}
