/** Which promise was broken. */
export type Invariant =
  /** A Success has a durable intent and outcome. */
  | 'I1'
  /** No acknowledged record is lost, doubled or moved; the chain is whole. */
  | 'I2'
  /** No key is accepted after its minute. */
  | 'I3'
  /** A key with Success is accepted. */
  | 'I4'
  /** Every key on a host joins to one intent for it. */
  | 'I5'
  /** The service comes back without hands. */
  | 'I15'
  /** The same bytes make one grant at most. */
  | 'I16'
  /** None: the run broke off, and what it would have shown is not known. */
  | 'run'

export interface Violation {
  readonly invariant: Invariant
  readonly what: string
  readonly evidence: object
}

/** Collects what must be empty at the end. Each is told at once, with its evidence. */
export class Violations {
  readonly list: Violation[] = []
  readonly #tell: (line: string) => void

  constructor(tell: (line: string) => void) {
    this.#tell = tell
  }

  add(invariant: Invariant, what: string, evidence: object): void {
    this.list.push({ invariant, what, evidence })
    this.#tell(`VIOLATION ${invariant}: ${what} ${JSON.stringify(evidence)}`)
  }
}
