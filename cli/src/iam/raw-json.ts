/**
 * Looks into JSON without reading all of it: members of an object and elements of a list as the pieces of text that they are.
 * So each document of a line can be read, and be kept, by its own text, and a fault in one of them is not a fault of the
 * line. What is within a piece is for whoever reads it.
 */
export interface Members {
  /** By name. Up to the fault, when there is one. */
  readonly pieces: ReadonlyMap<string, string>
  readonly fault: string | undefined
}

export function membersOf(text: string): Members {
  const pieces = new Map<string, string>()
  const failed = (fault: string): Members => ({ pieces, fault })
  let at = skipSpace(text, 0)
  if (text[at] !== '{') return failed('it is not a JSON object')
  at = skipSpace(text, at + 1)
  if (text[at] === '}') return endedAt(text, at) ? { pieces, fault: undefined } : failed(behind)
  for (;;) {
    const keyEnd = text[at] === '"' ? endOfString(text, at) : undefined
    const key = keyEnd === undefined ? undefined : readText(text.slice(at, keyEnd))
    if (keyEnd === undefined || key === undefined)
      return failed('a name in double quotes is missing')
    at = skipSpace(text, keyEnd)
    if (text[at] !== ':') return failed('a colon is missing')
    at = skipSpace(text, at + 1)
    const end = endOfValue(text, at)
    if (end === undefined) return failed('a value is missing or not closed')
    if (pieces.has(key)) return failed('a member stands twice')
    pieces.set(key, text.slice(at, end))
    at = skipSpace(text, end)
    if (text[at] === '}') return endedAt(text, at) ? { pieces, fault: undefined } : failed(behind)
    if (text[at] !== ',') return failed('a comma or a closing brace is missing')
    at = skipSpace(text, at + 1)
  }
}

const behind = 'there is text behind the object'

/** Undefined when the text is no list. */
export function elementsOf(text: string): readonly string[] | undefined {
  const pieces: string[] = []
  let at = skipSpace(text, 0)
  if (text[at] !== '[') return undefined
  at = skipSpace(text, at + 1)
  if (text[at] === ']') return endedAt(text, at) ? pieces : undefined
  for (;;) {
    const end = endOfValue(text, at)
    if (end === undefined) return undefined
    pieces.push(text.slice(at, end))
    at = skipSpace(text, end)
    if (text[at] === ']') return endedAt(text, at) ? pieces : undefined
    if (text[at] !== ',') return undefined
    at = skipSpace(text, at + 1)
  }
}

/** The text that a piece stands for; undefined when it is no JSON string. */
export function readText(piece: string): string | undefined {
  if (!piece.startsWith('"')) return undefined
  try {
    return String(JSON.parse(piece))
  } catch {
    return undefined
  }
}

function endedAt(text: string, at: number): boolean {
  return skipSpace(text, at + 1) === text.length
}

/** Where the value that begins here ends; brackets are counted, not matched. */
function endOfValue(text: string, start: number): number | undefined {
  const first = text[start]
  if (first === '"') return endOfString(text, start)
  if (first !== '{' && first !== '[') return endOfWord(text, start)
  let depth = 0
  for (let at: number | undefined = start; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = endOfString(text, at)
        if (end === undefined) return undefined
        at = end - 1
        break
      }
      case 0x5b:
      case 0x7b:
        depth += 1
        break
      case 0x5d:
      case 0x7d:
        depth -= 1
        if (depth === 0) return at + 1
    }
  }
  return undefined
}

/** Sticky, so that it looks only where it is told to. */
const word = /[^\s,\]}[{":]+/y

function endOfWord(text: string, start: number): number | undefined {
  word.lastIndex = start
  return word.test(text) ? word.lastIndex : undefined
}

/** Behind the closing quote: the first with an even number of backslashes in front of it. */
function endOfString(text: string, start: number): number | undefined {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (text[at - 1 - slashes] === '\\') slashes += 1
    if (slashes % 2 === 0) return at + 1
  }
  return undefined
}

function skipSpace(text: string, from: number): number {
  let at = from
  for (;;) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return at
    at += 1
  }
}
