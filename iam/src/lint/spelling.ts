/** Words longer than this are nobody's slip of the finger, and comparing them would cost. */
const longest = 80

/** The candidate that is the fewest letters away, in any letter case; undefined when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > longest) return undefined
  const lower = word.toLowerCase()
  let best: { candidate: string; distance: number } | undefined
  for (const candidate of candidates) {
    // One letter in five, at least two.
    const limit = Math.min(
      best?.distance ?? Infinity,
      Math.max(2, Math.floor(candidate.length / 5)) + 1,
    )
    if (Math.abs(candidate.length - word.length) >= limit) continue
    const distance = editDistance(lower, candidate.toLowerCase())
    if (distance < limit) best = { candidate, distance }
  }
  return best?.candidate
}

/** Levenshtein: the fewest insertions, deletions and replacements. */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (above[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    above = row
  }
  return above[to.length] ?? 0
}
