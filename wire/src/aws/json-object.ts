import { serializationFailure } from '@fleetkey/domain/exceptions/request'
import {
  isList,
  isObject,
  parseStrictJson,
  StrictJsonError,
  type JsonValue,
} from '@fleetkey/domain/strict-json'
import type { Fields } from './fields.ts'

/** Deeper than this is nested by nobody but to exhaust the stack. */
const deepest = 32

/**
 * Parses the body of an AWS JSON request, which is an object: its members by name. Objects further in are records
 * without prototype, so that `__proto__` and `constructor` are names like others. Strict (domain/strict-json), and also: strict UTF-8, no
 * byte order mark, no number beyond a double. Throws `SerializationException`, which never holds a part of the body.
 */
export function parseJsonObject(body: Uint8Array): Fields {
  let value: JsonValue
  try {
    value = parseStrictJson(decodeUtf8(body), deepest)
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error
    throw serializationFailure(
      `The request body is not the JSON that is expected: ${error.message}.`,
    )
  }
  if (!isObject(value)) throw serializationFailure('The request body is not a JSON object.')
  return new Map([...value].map(([name, member]) => [name, plain(member)]))
}

function plain(value: JsonValue): unknown {
  if (isObject(value)) {
    const record = Object.create(null) as Record<string, unknown>
    for (const [name, member] of value) record[name] = plain(member)
    return record
  }
  if (isList(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value
  const number = Number(value.text)
  if (!Number.isFinite(number)) throw serializationFailure('A number in the body is too large.')
  return number
}

function decodeUtf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    throw serializationFailure('The request body is not UTF-8.')
  }
}
