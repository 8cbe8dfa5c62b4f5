/** One of the terms that a search asks for, and what was seen of it from stretch to stretch. */
export interface AskedTerm {
  /** The record has one of these. */
  readonly hashes: readonly number[]
  /** Among all records. */
  readonly seen: Tally
  /** Among those that have the terms that were looked for before it. */
  readonly seenLast: Tally
}

interface Tally {
  had: number
  of: number
}

export const askedTerm = (hashes: readonly number[]): AskedTerm => ({
  hashes,
  seen: { had: 0, of: 0 },
  seenLast: { had: 0, of: 0 },
})

export function note(tally: Tally, had: number, of: number): void {
  tally.had += had
  tally.of += of
}

/**
 * Which is to be looked for next: the rarest at first, and then the one that leaves the fewest. A host's name is as rare as its id, and leaves all of what has that: it comes
 * last. So do those of which nothing is known yet, in the order that they have.
 */
export function nextTerm(terms: readonly AskedTerm[], isFirst: boolean): AskedTerm | undefined {
  const share = ({ seen, seenLast }: AskedTerm) => {
    const { had, of } = isFirst || seenLast.of === 0 ? seen : seenLast
    return of === 0 ? Infinity : had / of
  }
  let next = terms[0]
  for (const term of terms) if (next !== undefined && share(term) < share(next)) next = term
  return next
}
