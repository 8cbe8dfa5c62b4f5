import { isNews, type Asked, type Explanation } from '@fleetkey/wire/agent/receipts'
import type { Verdict } from './explain-login.ts'

/** Who asks beyond these is answered at once. The link holds as many questions open eight times over. */
const MAX_WAITING = 32

interface Waiting {
  readonly grantId: string
  readonly asked: Asked
  readonly answer: (explanation: Explanation | undefined) => void
}

/** Those who ask what is to be told of a login beside what they know, until sshd's words tell it. */
export class WaitingForNews {
  readonly #look: (grantId: string) => Verdict | undefined
  readonly #waiting = new Set<Waiting>()

  /** @param look what is known of the login with a grant; undefined of one that is not known any more */
  constructor(look: (grantId: string) => Verdict | undefined) {
    this.#look = look
  }

  /** Undefined when nothing has been told by then, and at once when there is nothing to wait for. */
  async next(grantId: string, asked: Asked, withinMs: number): Promise<Explanation | undefined> {
    if (withinMs <= 0 || this.#waiting.size >= MAX_WAITING) return undefined
    const { promise, resolve: answer } = Promise.withResolvers<Explanation | undefined>()
    const waiting: Waiting = { grantId, asked, answer }
    const timer = setTimeout(answer, withinMs, undefined)
    this.#waiting.add(waiting)
    // What came since the host was looked at.
    this.tell()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(waiting)
    }
  }

  /** Something more is known: whoever it is news to is told. */
  tell(): void {
    for (const { grantId, asked, answer } of this.#waiting) {
      const verdict = this.#look(grantId)
      if (verdict === undefined || verdict.kind === 'accepted') answer(undefined)
      else if (isNews(verdict.explanation, asked)) answer(verdict.explanation)
    }
  }

  close(): void {
    for (const { answer } of this.#waiting) answer(undefined)
  }
}
