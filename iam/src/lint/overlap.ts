/**
 * In `right` only, two more wildcards for runs of characters in a field of an ARN: one without a colon, and one without
 * colon and slash, such as a Region or an account ID. No policy can hold these characters.
 */
export const ANY_FIELD = '\u0000'
export const ANY_WORD = '\u0001'

/**
 * Is there a text that two patterns with `*` and `?` both match? The question is asked of every pair of positions once, so
 * the work is at most the product of the lengths.
 */
export function patternsOverlap(left: string, right: string): boolean {
  // below[j]: do the rest of left behind this character and right from j on overlap?
  let below = overlapsOfEnd(right)
  for (let i = left.length - 1; i >= 0; i -= 1) {
    const here: boolean[] = []
    for (let j = right.length; j >= 0; j -= 1) {
      here[j] = overlapAt(left[i], right[j], {
        both: below[j + 1] ?? false,
        leftOnly: below[j] ?? false,
        rightOnly: here[j + 1] ?? false,
      })
    }
    below = here
  }
  return below[0] ?? false
}

/** An empty text and what is left of `right`: only what may be empty too may be left. */
function overlapsOfEnd(right: string): boolean[] {
  const ends: boolean[] = []
  for (let j = right.length; j >= 0; j -= 1) {
    const isRun = right[j] === '*' || right[j] === ANY_FIELD || right[j] === ANY_WORD
    ends[j] = j === right.length || (isRun && (ends[j + 1] ?? false))
  }
  return ends
}

function overlapAt(
  a: string | undefined,
  b: string | undefined,
  skip: { both: boolean; leftOnly: boolean; rightOnly: boolean },
): boolean {
  if (a === '*') return skip.leftOnly || (b !== undefined && skip.rightOnly)
  if (b === '*') return skip.rightOnly || skip.leftOnly
  if (b === ANY_FIELD) return skip.rightOnly || (a !== ':' && skip.leftOnly)
  if (b === ANY_WORD) return skip.rightOnly || (a !== ':' && a !== '/' && skip.leftOnly)
  if (b === undefined) return false
  return (a === b || a === '?' || b === '?') && skip.both
}
