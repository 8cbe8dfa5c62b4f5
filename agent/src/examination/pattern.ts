/** ssh_config(5), PATTERNS: `*` is any text and `?` any one character. */
export function matchesPattern(pattern: string, text: string): boolean {
  // Two pointers instead of a regular expression: no pattern of somebody's takes exponential time.
  let [at, place, star, mark] = [0, 0, -1, 0]
  while (place < text.length) {
    if (pattern[at] === '*') [star, mark, at] = [at, place, at + 1]
    else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[place])) {
      at++
      place++
    } else if (star >= 0) [at, place, mark] = [star + 1, mark + 1, mark + 1]
    else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
