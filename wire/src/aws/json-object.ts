import { serializationFailure } from '@fleetkey/domain/exceptions'

/** Deeper than this is nested by nobody but to exhaust the stack. */
const deepest = 32

/**
 * Parses the body of an AWS JSON request, which is an object: its members by name. Objects further in are records
 * without prototype, so that `__proto__` and `constructor` are names like others. Stricter than `JSON.parse`, since two
 * readers must not see two requests in the same bytes: strict UTF-8, no byte order mark, no name twice, no lone
 * surrogate, no number beyond a double. Throws `SerializationException`, which never holds a part of the body.
 */
export function parseJsonObject(body: Uint8Array): ReadonlyMap<string, unknown> {
  const text = decodeUtf8(body)
  let at = 0
  skipBlanks()
  if (text[at] !== '{') throw malformed('an object is expected')
  const members = readMembers(1)
  skipBlanks()
  if (at !== text.length) throw malformed('the end is expected')
  return members

  function readMembers(depth: number): Map<string, unknown> {
    const members = new Map<string, unknown>()
    readSequence('}', () => {
      const name = readString()
      if (members.has(name)) throw malformed('a name is given twice')
      skipBlanks()
      if (text[at] !== ':') throw malformed("':' is expected")
      at += 1
      members.set(name, readValue(depth))
    })
    return members
  }

  function readValue(depth: number): unknown {
    skipBlanks()
    if (depth >= deepest) throw malformed('the nesting is too deep')
    const mark = text[at]
    if (mark === '{') return toRecord(readMembers(depth + 1))
    if (mark === '"') return readString()
    if (mark !== '[') return readScalar()
    const items: unknown[] = []
    readSequence(']', () => items.push(readValue(depth + 1)))
    return items
  }

  /** From the opening bracket to the closing one, with commas between the items. */
  function readSequence(end: string, readItem: () => void): void {
    at += 1
    skipBlanks()
    if (text[at] === end) {
      at += 1
      return
    }
    for (;;) {
      skipBlanks()
      readItem()
      skipBlanks()
      const mark = text[at]
      if (mark !== ',' && mark !== end) throw malformed(`',' or '${end}' is expected`)
      at += 1
      if (mark === end) return
    }
  }

  function readString(): string {
    const token = match(stringToken)
    if (token === undefined) throw malformed('a string is expected')
    const value = JSON.parse(token) as string
    if (!value.isWellFormed()) throw malformed('half a character (a lone surrogate) stands before')
    return value
  }

  function readScalar(): unknown {
    const token = match(scalarToken)
    if (token === undefined) throw malformed('a value is expected')
    const value: unknown = JSON.parse(token)
    if (value === Infinity || value === -Infinity) throw malformed('a number is too large')
    return value
  }

  function skipBlanks(): void {
    match(blanks)
  }

  function match(token: RegExp): string | undefined {
    token.lastIndex = at
    const found = token.exec(text)?.[0]
    at += found?.length ?? 0
    return found
  }

  function malformed(what: string) {
    return serializationFailure(
      `The request body is not the JSON that is expected: ${what} at character ${at + 1}.`,
    )
  }
}

// RFC 8259 §2, §6 and §7
const blanks = /[ \t\n\r]*/y
/** Unescaped is all from the blank on, but the quotation mark and the backslash. */
const stringToken = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[ !#-[\]-\uffff]*)*"/y
const scalarToken = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

function toRecord(members: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> {
  const record = Object.create(null) as Record<string, unknown>
  for (const [name, value] of members) record[name] = value
  return record
}

function decodeUtf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    throw serializationFailure('The request body is not UTF-8.')
  }
}
