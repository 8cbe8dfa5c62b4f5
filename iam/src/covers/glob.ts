import type { Template } from '../variables.ts'

/**
 * A pattern of the policy language, for comparing it with another pattern instead of with a text. One token each: a
 * character of text (one UTF-16 unit), `?`, `*`, or a variable whose value is not known.
 */
export type Glob = readonly Token[]

/** A character is one unit long; every other token is longer, so that no text can be taken for it. */
type Token = string
const anyOne: Token = '<?>'
const anyRun: Token = '<*>'

export function globOf(template: Template): Glob {
  const tokens: Token[] = []
  for (const part of template) {
    switch (part.kind) {
      case 'text':
        tokens.push(...part.text.split(''))
        break
      case 'anyOne':
        // `*?` means the same as `?*`; with one spelling for both the comparison below misses nothing.
        if (tokens.at(-1) === anyRun) tokens.splice(-1, 0, anyOne)
        else tokens.push(anyOne)
        break
      case 'anyRun':
        if (tokens.at(-1) !== anyRun) tokens.push(anyRun)
        break
      case 'variable':
        tokens.push(`<\${${JSON.stringify([part.key, part.fallback])}}>`)
    }
  }
  return tokens
}

export function isEverything(glob: Glob): boolean {
  return glob.length === 1 && glob[0] === anyRun
}

export function hasVariable(glob: Glob): boolean {
  return glob.some((token) => isVariable(token))
}

/**
 * Does `outer` match every text that `inner` matches, whatever the variables stand for? `inner` is read as a text whose
 * wildcards are characters that only a wildcard matches: what matches that matches all that they can stand for. A
 * variable is matched by itself and by `*`.
 */
export function globCovers(outer: Glob, inner: Glob): boolean {
  let at = 0
  let from = 0
  let star: { readonly next: number; from: number } | undefined
  while (from < inner.length) {
    if (outer[at] === anyRun) {
      at += 1
      star = { next: at, from }
    } else if (matches(outer[at], inner[from] ?? '')) {
      at += 1
      from += 1
    } else if (star !== undefined) {
      // The leftmost place leaves the most room for what follows, so that only the last `*` is ever tried again.
      star.from += 1
      at = star.next
      from = star.from
    } else {
      return false
    }
  }
  return at === outer.length || (at === outer.length - 1 && outer[at] === anyRun)
}

function matches(outer: Token | undefined, inner: Token): boolean {
  return outer === inner || (outer === anyOne && inner.length === 1)
}

/** Beyond this many steps two patterns are taken to meet, which is the careful answer. */
const mostSteps = 1_000_000

/** Can one text match both? A variable can stand for anything. Says yes when in doubt. */
export function globsMeet(a: Glob, b: Glob): boolean {
  for (let at = 0; ; at += 1) {
    const [one, other] = [a[at], b[at]]
    if (one === undefined || other === undefined || isRun(one) || isRun(other)) break
    if (!areAlike(one, other)) return false
  }
  if (a.length * b.length > mostSteps) return true
  // meets[j]: the rest of `a` from the row at hand and the rest of `b` from j have a text in common.
  let below: boolean[] = []
  for (let i = a.length; i >= 0; i -= 1) {
    const row: boolean[] = []
    const one = a[i]
    for (let j = b.length; j >= 0; j -= 1) {
      const other = b[j]
      row[j] =
        (one === undefined && other === undefined) ||
        (one !== undefined && isRun(one) && (below[j] === true || row[j + 1] === true)) ||
        (other !== undefined && isRun(other) && (row[j + 1] === true || below[j] === true)) ||
        (one !== undefined && other !== undefined && areAlike(one, other) && below[j + 1] === true)
    }
    below = row
  }
  return below[0] === true
}

function isVariable(token: Token): boolean {
  return token.startsWith('<${')
}

function isRun(token: Token): boolean {
  return token === anyRun || isVariable(token)
}

function areAlike(a: Token, b: Token): boolean {
  return a === b || a === anyOne || b === anyOne
}
