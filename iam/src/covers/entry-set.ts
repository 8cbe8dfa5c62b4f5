import { globCovers, globsMeet, isEverything, type Glob } from './glob.ts'

/** The actions or the resources of a statement: what one of the entries matches, or what none of them does. */
export interface EntrySet {
  readonly element: 'some' | 'none'
  readonly entries: readonly Entry[]
}

interface Entry {
  readonly glob: Glob
  /** As it was written. */
  readonly text: string
}

/** Is all of `inner` in `outer`? Says no when in doubt. */
export function isWithin(inner: EntrySet, outer: EntrySet): boolean {
  if (inner.element === 'some') {
    return outer.element === 'some'
      ? inner.entries.every((entry) => isCoveredBy(entry, outer.entries))
      : !inner.entries.some((entry) => meetsOneOf(entry, outer.entries))
  }
  return outer.element === 'some'
    ? outer.entries.some(({ glob }) => isEverything(glob))
    : outer.entries.every((entry) => isCoveredBy(entry, inner.entries))
}

/** Have they something in common? Says yes when in doubt. */
export function overlap(a: EntrySet, b: EntrySet): boolean {
  if (a.element === 'some' && b.element === 'some') {
    return a.entries.some((entry) => meetsOneOf(entry, b.entries))
  }
  if (a.element === 'none' && b.element === 'none') return true
  const [some, none] = a.element === 'some' ? [a, b] : [b, a]
  return some.entries.some((entry) => !isCoveredBy(entry, none.entries))
}

/** One set for each entry, where that says the same. */
export function separate(set: EntrySet): readonly EntrySet[] {
  return set.element === 'none' || set.entries.length === 1
    ? [set]
    : set.entries.map((entry) => ({ ...set, entries: [entry] }))
}

function isCoveredBy({ glob }: Entry, entries: readonly Entry[]): boolean {
  return entries.some((outer) => globCovers(outer.glob, glob))
}

function meetsOneOf({ glob }: Entry, entries: readonly Entry[]): boolean {
  return entries.some((other) => globsMeet(other.glob, glob))
}
