/** Takes pieces of a text and gives its lines. A line longer than `max` characters is dropped, not kept in memory. */
export function createLines(max: number, onLine: (line: string) => void): (piece: string) => void {
  let begun = ''
  let isTooLong = false
  return (piece) => {
    const parts = piece.split('\n')
    const last = parts.pop() ?? ''
    for (const part of parts) {
      if (!isTooLong && begun.length + part.length <= max) onLine(begun + part)
      begun = ''
      isTooLong = false
    }
    begun += last
    if (begun.length <= max) return
    begun = ''
    isTooLong = true
  }
}
