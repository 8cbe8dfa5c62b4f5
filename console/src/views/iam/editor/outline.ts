/** A text in a JSON document: a key or a value. */
export interface Piece {
  readonly role: 'key' | 'value'
  /** What it says, escapes decoded as far as they are ones. */
  readonly text: string
  /** Offsets, quotes and all; `to` is right behind it. */
  readonly from: number
  readonly to: number
  /** Where it stands: of a value its own place, of a key that of what belongs to it, e.g. `['Statement', 0, 'Action', 1]`. */
  readonly path: Path
  /** Whether its closing quote is there. */
  readonly isClosed: boolean
}

export type Path = readonly (string | number)[]

/** An object, with its braces. */
interface Block {
  readonly from: number
  /** Right behind the closing brace; the end of the text where there is none. */
  readonly to: number
  readonly path: Path
}

/** What an editor knows of a text that may be half written. */
export interface Outline {
  readonly pieces: readonly Piece[]
  readonly blocks: readonly Block[]
}

interface Open {
  readonly kind: 'object' | 'list'
  readonly from: number
  readonly path: Path
  /** Of a list: which item is next. */
  index: number
  /** Of an object: the key whose value is next, once its colon was seen. */
  key: string | undefined
}

/** Reads what is there, and never throws: a text that somebody types is JSON only now and then. */
export function readOutline(text: string): Outline {
  const pieces: Piece[] = []
  const blocks: Block[] = []
  const open: Open[] = []
  let last: Piece | undefined
  for (let at = 0; at < text.length;) {
    const character = text.charAt(at)
    const inside = open.at(-1)
    switch (character) {
      case '"': {
        last = readPiece(text, at, inside)
        pieces.push(last)
        at = last.to
        continue
      }
      case '{':
      case '[': {
        const kind = character === '{' ? 'object' : 'list'
        open.push({ kind, from: at, path: placeIn(inside), index: 0, key: undefined })
        break
      }
      case '}':
      case ']': {
        const closed = open.pop()
        if (closed?.kind === 'object') blocks.push({ ...closed, to: at + 1 })
        break
      }
      case ':':
        if (inside?.kind === 'object' && inside.key === undefined) inside.key = last?.text ?? ''
        break
      case ',':
        if (inside === undefined) break
        inside.index += 1
        inside.key = undefined
        break
    }
    at += 1
  }
  for (const left of open) if (left.kind === 'object') blocks.push({ ...left, to: text.length })
  return { pieces, blocks: blocks.map(({ from, to, path }) => ({ from, to, path })) }
}

/** Where the next value of an object or a list stands. */
function placeIn(inside: Open | undefined): Path {
  if (inside === undefined) return []
  return [...inside.path, inside.kind === 'list' ? inside.index : (inside.key ?? '')]
}

function readPiece(text: string, from: number, inside: Open | undefined): Piece {
  let at = from + 1
  // A text ends with its line, so that a quote that is missing takes only this line along.
  while (at < text.length && text.charAt(at) !== '"' && text.charAt(at) !== '\n') {
    at += text.charAt(at) === '\\' ? 2 : 1
  }
  at = Math.min(at, text.length)
  const isClosed = text.charAt(at) === '"'
  const said = decode(text.slice(from + 1, at))
  const isKey = inside?.kind === 'object' && inside.key === undefined
  return {
    role: isKey ? 'key' : 'value',
    text: said,
    from,
    to: isClosed ? at + 1 : at,
    path: isKey ? [...inside.path, said] : placeIn(inside),
    isClosed,
  }
}

function decode(raw: string): string {
  if (!raw.includes('\\')) return raw
  try {
    return String(JSON.parse(`"${raw}"`))
  } catch {
    return raw
  }
}

/** The number of the statement that a place is in, from 1, and the rest of the way; undefined outside of all. */
export function statementOf([first, second, ...rest]: Path):
  | { readonly number: number; readonly rest: Path }
  | undefined {
  if (first !== 'Statement') return undefined
  if (typeof second === 'number') return { number: second + 1, rest }
  // One statement may stand without a list.
  return { number: 1, rest: second === undefined ? [] : [second, ...rest] }
}
