/**
 * How control-plane nodes reach the node that holds an agent's link. Transport only: nothing that comes over it is believed without a
 * signature, and nothing is kept. One interface, one contract (bus.contract.ts), one folder per transport.
 */
export interface Bus {
  /**
   * Asks whoever serves `subject` and waits for one answer.
   * Throws NoResponders at once when nobody does: nothing happened. Throws RequestTimeout after `timeoutMs` or when the bus closes
   * meanwhile, and AnswerFailed when the server threw: it may have happened.
   */
  request(subject: string, payload: string, timeoutMs: number): Promise<string>
  /** Serves a subject until the returned function is called. One server per subject: a later one replaces an earlier one. */
  serve(subject: string, answer: (payload: string) => Promise<string>): () => void
  /** Stops serving and waiting; a later request finds NoResponders. */
  close(): Promise<void>
}

export class NoResponders extends Error {
  constructor(subject: string) {
    super(`nobody serves ${subject}`)
    this.name = 'NoResponders'
  }
}

export class RequestTimeout extends Error {
  constructor(subject: string) {
    super(`no answer on ${subject} in time`)
    this.name = 'RequestTimeout'
  }
}

/** The server threw. Its reason stays with it: across the bus only that it failed is told. */
export class AnswerFailed extends Error {
  constructor(subject: string, options?: ErrorOptions) {
    super(`the answer on ${subject} failed`, options)
    this.name = 'AnswerFailed'
  }
}
