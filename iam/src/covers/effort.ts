import { isWithin, overlap, separate, type EntrySet } from './entry-set.ts'

/** Comparisons of sets, each made once and counted: who writes the policies must not choose how long we think. */
export interface Effort {
  readonly isWithin: (inner: EntrySet, outer: EntrySet) => boolean
  readonly overlap: (a: EntrySet, b: EntrySet) => boolean
  readonly separate: (set: EntrySet) => readonly EntrySet[]
  /** From then on every answer is the careful one. */
  readonly isSpent: () => boolean
}

/** Pairs of patterns. A change of reasonable policies takes some hundred; all of these take about a second. */
const mostPairs = 2_000_000

export function createEffort(): Effort {
  let pairs = 0
  const isSpent = () => pairs > mostPairs
  const counted = (compare: (a: EntrySet, b: EntrySet) => boolean, careful: boolean) =>
    kept((a: EntrySet) =>
      kept((b: EntrySet) => {
        pairs += 1 + a.entries.length * b.entries.length
        return isSpent() ? careful : compare(a, b)
      }),
    )
  const within = counted(isWithin, false)
  const overlapping = counted(overlap, true)
  return {
    isWithin: (inner, outer) => {
      pairs += 1
      return !isSpent() && within(inner)(outer)
    },
    overlap: (a, b) => {
      pairs += 1
      return isSpent() || overlapping(a)(b)
    },
    separate: kept(separate),
    isSpent,
  }
}

function kept<Question extends object, Answer>(answer: (question: Question) => Answer) {
  const answers = new Map<Question, Answer>()
  return (question: Question): Answer => {
    const known = answers.get(question)
    if (known !== undefined) return known
    const found = answer(question)
    answers.set(question, found)
    return found
  }
}
