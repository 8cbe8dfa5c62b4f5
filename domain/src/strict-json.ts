/**
 * JSON from outside, where two readers must not see two things in the same text: policies and requests. Unlike `JSON.parse` it refuses an
 * object that has the same key twice (the last one would win silently, and may not be the one that was reviewed) and half
 * characters (lone surrogates), keeps objects in a Map so that `__proto__` is a key like any other, and keeps numbers as they were
 * written.
 */
export type JsonValue =
  | string
  | boolean
  | null
  | JsonNumber
  | readonly JsonValue[]
  | ReadonlyMap<string, JsonValue>

export interface JsonNumber {
  readonly kind: 'number'
  readonly text: string
}

export function isObject(value: JsonValue | undefined): value is ReadonlyMap<string, JsonValue> {
  return value instanceof Map
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** What is wrong and where; never a part of the text, which may hold a secret. */
export class StrictJsonError extends Error {
  override readonly name = 'StrictJsonError'
}

/** Where a value stands in its text: offsets, from right behind what opens or separates it to right behind itself. */
export interface Place {
  readonly from: number
  readonly to: number
}

/** Of objects, as they are parsed: those inside before those around them. */
export type Places = Map<ReadonlyMap<string, JsonValue>, Place>

interface Cursor {
  readonly text: string
  readonly places: Places | undefined
  readonly maximumDepth: number
  at: number
}

/**
 * Throws StrictJsonError with line and column.
 * @param maximumDepth how deep values may be nested; the outermost has depth 1
 * @param places is filled, if given
 */
export function parseStrictJson(text: string, maximumDepth: number, places?: Places): JsonValue {
  const cursor = { text, maximumDepth, places, at: 0 }
  const value = readValue(cursor, { depth: 1, from: 0 })
  skipSpace(cursor)
  if (cursor.at < text.length)
    throw fail(cursor, 'there is text after the end of the JSON document')
  return value
}

interface Start {
  readonly depth: number
  /** Where its place begins, with the white space before it. */
  readonly from: number
}

function readValue(cursor: Cursor, { depth, from }: Start): JsonValue {
  if (depth > cursor.maximumDepth) {
    throw fail(cursor, `it is nested deeper than ${cursor.maximumDepth} levels`)
  }
  skipSpace(cursor)
  switch (cursor.text.charAt(cursor.at)) {
    case '{':
      return placed(cursor, from, readObject(cursor, depth))
    case '[':
      return readList(cursor, depth)
    case '"':
      return readString(cursor)
    default:
      return readWord(cursor)
  }
}

function placed<Value extends ReadonlyMap<string, JsonValue>>(
  { places, at }: Cursor,
  from: number,
  object: Value,
): Value {
  places?.set(object, { from, to: at })
  return object
}

function readObject(cursor: Cursor, depth: number): ReadonlyMap<string, JsonValue> {
  const object = new Map<string, JsonValue>()
  cursor.at += 1
  if (takes(cursor, '}')) return object
  do {
    skipSpace(cursor)
    const key = readString(cursor)
    if (object.has(key)) throw fail(cursor, 'a key stands twice in one object')
    if (!takes(cursor, ':')) throw fail(cursor, 'a colon is missing')
    object.set(key, readValue(cursor, { depth: depth + 1, from: cursor.at }))
  } while (takes(cursor, ','))
  if (!takes(cursor, '}')) throw fail(cursor, 'a comma or a closing brace is missing')
  return object
}

function readList(cursor: Cursor, depth: number): readonly JsonValue[] {
  const list: JsonValue[] = []
  let from = (cursor.at += 1)
  if (takes(cursor, ']')) return list
  for (;;) {
    list.push(readValue(cursor, { depth: depth + 1, from }))
    if (!takes(cursor, ',')) break
    from = cursor.at
  }
  if (!takes(cursor, ']')) throw fail(cursor, 'a comma or a closing bracket is missing')
  return list
}

/** The shape of a string is found here; its escapes are decoded by `JSON.parse`, which is strict about them. */
function readString(cursor: Cursor): string {
  const start = cursor.at
  if (cursor.text[start] !== '"') throw fail(cursor, 'a text in double quotes is missing')
  for (let at = start + 1; at < cursor.text.length; at += 1) {
    const character = cursor.text[at]
    if (character === '\\') at += 1
    else if (character === '"') {
      cursor.at = at + 1
      return decodeString(cursor, cursor.text.slice(start, cursor.at))
    }
  }
  throw fail(cursor, 'a text is not closed')
}

function decodeString(cursor: Cursor, literal: string): string {
  let value: string
  try {
    value = String(JSON.parse(literal))
  } catch {
    throw fail(cursor, 'a text has a line break or an unknown escape in it')
  }
  if (!value.isWellFormed()) throw fail(cursor, 'a text holds half a character')
  return value
}

/** Sticky, so that it looks only at the cursor; no part of it can match the same text in two ways. */
const word = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y

function readWord(cursor: Cursor): JsonValue {
  word.lastIndex = cursor.at
  const text = word.exec(cursor.text)?.[0]
  if (text === undefined) throw fail(cursor, 'a value is missing')
  cursor.at += text.length
  switch (text) {
    case 'true':
      return true
    case 'false':
      return false
    case 'null':
      return null
    default:
      return { kind: 'number', text }
  }
}

function takes(cursor: Cursor, character: string): boolean {
  skipSpace(cursor)
  if (cursor.text[cursor.at] !== character) return false
  cursor.at += 1
  return true
}

function skipSpace(cursor: Cursor): void {
  while (' \t\n\r'.includes(cursor.text[cursor.at] ?? '.')) cursor.at += 1
}

function fail(cursor: Cursor, detail: string) {
  const lines = cursor.text.slice(0, cursor.at).split('\n')
  const column = (lines.at(-1)?.length ?? 0) + 1
  return new StrictJsonError(`near line ${lines.length}, column ${column}: ${detail}`)
}
