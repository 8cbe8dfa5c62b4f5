import type { EncodedAnswer } from './codec.ts'

/** What goes back to the client. */
export interface ApiAnswer extends EncodedAnswer {
  readonly requestId: string
  readonly contentType: string
  /** When asking again makes sense. */
  readonly retryAfterSeconds?: number
  /** For `Set-Cookie`, each in a line of its own. */
  readonly cookies?: readonly string[]
}
