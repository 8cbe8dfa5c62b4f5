import { compilePiece, findPiece, standsAt, type Piece } from './piece.ts'

/**
 * Wildcards of the policy language (IAM User Guide, elements Resource and Condition operators): `*` is any run of
 * characters, also none and also across `/` and `:`; `?` is exactly one (one UTF-16 unit). A pattern covers the whole
 * text. No RegExp is built from a policy and nothing is tried twice, so that no pattern (`*a*a*a…`) can hold the server up.
 */
export type PatternPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'anyRun' }
  | { readonly kind: 'anyOne' }

export interface Pattern {
  /** What the text begins with; without any `*`, all of it. */
  readonly first: Piece
  readonly middle: readonly Piece[]
  /** What the text ends with; undefined when the pattern has no `*`. */
  readonly last: Piece | undefined
}

export function compilePattern(parts: readonly PatternPart[]): Pattern {
  const pieces: Piece[] = []
  let text = ''
  let holes = new Set<number>()
  const closePiece = () => {
    pieces.push(compilePiece(text, holes))
    text = ''
    holes = new Set()
  }
  for (const part of parts) {
    switch (part.kind) {
      case 'text':
        text += part.text
        break
      case 'anyOne':
        holes.add(text.length)
        text += '?'
        break
      case 'anyRun':
        closePiece()
    }
  }
  closePiece()
  const [first = nothing, ...rest] = pieces
  return { first, middle: rest.slice(0, -1), last: rest.at(-1) }
}

const nothing = compilePiece('', new Set())

/** Splits a text at its wildcards. */
export function wildcardParts(text: string): readonly PatternPart[] {
  return text
    .split(/([*?])/)
    .filter((part) => part !== '')
    .map((part) => {
      if (part === '*') return { kind: 'anyRun' }
      return part === '?' ? { kind: 'anyOne' } : { kind: 'text', text: part }
    })
}

export function matchesPattern(pattern: Pattern, text: string): boolean {
  const { first, middle, last } = pattern
  if (last === undefined) return text.length === first.text.length && standsAt(first, text, 0)
  const end = text.length - last.text.length
  let at = first.text.length
  if (at > end || !standsAt(first, text, 0) || !standsAt(last, text, end)) return false
  for (const piece of middle) {
    // The leftmost place leaves the most room for the pieces that follow, so nothing is ever tried twice.
    const found = findPiece(piece, text, at)
    if (found === undefined || found + piece.text.length > end) return false
    at = found + piece.text.length
  }
  return true
}
