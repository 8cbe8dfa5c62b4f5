import type { ClientEnvironment } from '../fleetkey.ts'
import { fingerprintOf, signPush, type SignedPush } from './signed-push.ts'

/** One push as its client knows it: every key is pushed once, by one set of bytes, which may be sent several times. */
export interface Push {
  readonly instanceId: string
  readonly osUser: string
  readonly publicKey: string
  readonly fingerprint: string
  readonly signed: SignedPush
  readonly attempts: Attempt[]
}

/** One sending of the bytes. Times are the client's monotonic clock, in milliseconds. */
export interface Attempt {
  readonly push: Push
  readonly sentAt: number
  readonly isRepeat: boolean
  endedAt: number
  answer: Answer
}

export type Answer =
  | { readonly kind: 'none yet' }
  | { readonly kind: 'success'; readonly requestId: string }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  /** No answer, or not a whole one. */
  | { readonly kind: 'cut off'; readonly because: string }

/** Signed now, and sent by nobody yet. */
export function newPush(
  credentials: ClientEnvironment,
  push: Pick<Push, 'instanceId' | 'osUser' | 'publicKey'>,
): Push {
  const fingerprint = fingerprintOf(push.publicKey)
  return { ...push, fingerprint, signed: signPush(credentials, push), attempts: [] }
}

/** What the clients saw: the one witness who is told nothing by disk or log. */
export class PushHistory {
  readonly pushes: Push[] = []
  readonly #inFlight = new Set<Attempt>()
  #unchecked: Attempt[] = []
  #successes = 0
  #lastSuccessAt = 0

  get successes(): number {
    return this.#successes
  }

  get lastSuccessAt(): number {
    return this.#lastSuccessAt
  }

  begin(push: Push): Attempt {
    const isRepeat = push.attempts.length > 0
    const attempt: Attempt = {
      push,
      sentAt: performance.now(),
      isRepeat,
      endedAt: Number.POSITIVE_INFINITY,
      answer: { kind: 'none yet' },
    }
    if (!isRepeat) this.pushes.push(push)
    push.attempts.push(attempt)
    this.#inFlight.add(attempt)
    return attempt
  }

  end(attempt: Attempt, answer: Answer): void {
    attempt.endedAt = performance.now()
    attempt.answer = answer
    this.#inFlight.delete(attempt)
    if (answer.kind !== 'success') return
    this.#successes++
    this.#lastSuccessAt = attempt.endedAt
    this.#unchecked.push(attempt)
  }

  inFlight(): readonly Attempt[] {
    return [...this.#inFlight]
  }

  /** Every Success since it was last asked. */
  takeUnchecked(): readonly Attempt[] {
    const taken = this.#unchecked
    this.#unchecked = []
    return taken
  }
}
