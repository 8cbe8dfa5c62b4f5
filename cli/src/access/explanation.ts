/** How an explanation begins the line that says what would have been allowed. */
const LEAST_CHANGE = 'Least change: '

/** The server's explanation of a decision, as what led to it and what would change it. */
export function readExplanation(text: string): {
  readonly why: readonly string[]
  readonly mend: readonly string[]
} {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return {
    why: lines.filter((line) => !line.startsWith(LEAST_CHANGE)),
    mend: lines.filter((line) => line.startsWith(LEAST_CHANGE)),
  }
}
