/** A place in a text, both counted from 1. */
export interface Position {
  readonly line: number
  /** In UTF-16 code units. */
  readonly column: number
}

/** Turns offsets into positions, in one pass over the text: each must not be before the last. */
export function positionsIn(text: string): (offset: number) => Position {
  let line = 1
  let lineStart = 0
  let lineEnd = text.indexOf('\n')
  return (offset) => {
    while (lineEnd >= 0 && lineEnd < offset) {
      line += 1
      lineStart = lineEnd + 1
      lineEnd = text.indexOf('\n', lineStart)
    }
    return { line, column: offset - lineStart + 1 }
  }
}
