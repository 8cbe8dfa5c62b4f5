/** How an explanation begins the line that says what would have been allowed. */
const LEAST_CHANGE = 'Least change: '

/** A decision explained: which statements decided, and what would change it. */
export interface Explained {
  readonly why: readonly string[]
  readonly mend: readonly string[]
}

/** The control plane's explanation, in its parts. */
export function readExplanation(text: string): Explained {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return {
    why: lines.filter((line) => !line.startsWith(LEAST_CHANGE)),
    mend: lines.flatMap((line) =>
      line.startsWith(LEAST_CHANGE) ? [line.slice(LEAST_CHANGE.length)] : [],
    ),
  }
}
