import { serializationFailure, type ServiceException } from '@fleetkey/domain/exceptions'
import { shownText } from './shown-text.ts'

export interface StringConstraints {
  /** Lengths, in UTF-16 units. */
  readonly min?: number
  readonly max?: number
  /** Anchored, without flags; AWS prints it in the message. */
  readonly pattern?: RegExp
  /** The value stays out of the message: it may be a private key that was pasted. */
  readonly secret?: true
}

export interface NumberConstraints {
  readonly min?: number
  readonly max?: number
}

/**
 * Reads the members of a request and collects what is wrong with them, in AWS's words ("2 validation errors detected:
 * …; …"). Read all members, then call `finish`: only when it returns are the values that were read to be used. A member
 * of another JSON type throws `SerializationException` at once; `null` counts as absent.
 */
export interface Validation {
  requiredString(member: string, constraints?: StringConstraints): string
  optionalString(member: string, constraints?: StringConstraints): string | undefined
  optionalInteger(member: string, constraints?: NumberConstraints): number | undefined
  optionalNumber(member: string, constraints?: NumberConstraints): number | undefined
  /** Absent is empty. `max` counts the items. */
  stringList(member: string, constraints?: { readonly max?: number }): readonly string[]
  /** Throws what `refuse` makes of the message, if any constraint failed. */
  finish(refuse: (detail: string) => ServiceException): void
}

export function validate(fields: ReadonlyMap<string, unknown>): Validation {
  const failures: string[] = []

  function fail(shown: string, member: string, constraint: string): void {
    failures.push(
      `Value ${shown}at '${lowerFirst(member)}' failed to satisfy constraint: Member must ${constraint}`,
    )
  }

  function optionalString(
    member: string,
    { min = 0, max = Infinity, pattern, secret }: StringConstraints = {},
  ): string | undefined {
    const value = fields.get(member) ?? undefined
    if (value === undefined) return undefined
    if (typeof value !== 'string') throw wrongType(value, 'String', member)
    const shown = secret ? '' : `'${shownText(value, 128)}' `
    if (value.length > max) fail(shown, member, `have length less than or equal to ${max}`)
    if (value.length < min) fail(shown, member, `have length greater than or equal to ${min}`)
    // Not on a text of any length: patterns are written for short ones.
    if (pattern && value.length <= max && !pattern.test(value)) {
      fail(shown, member, `satisfy regular expression pattern: ${pattern.source}`)
    }
    return value
  }

  function optionalNumber(
    member: string,
    { min = -Infinity, max = Infinity }: NumberConstraints = {},
  ): number | undefined {
    const value = fields.get(member) ?? undefined
    if (value === undefined) return undefined
    if (typeof value !== 'number') throw wrongType(value, 'Number', member)
    if (value > max) fail(`'${value}' `, member, `have value less than or equal to ${max}`)
    if (value < min) fail(`'${value}' `, member, `have value greater than or equal to ${min}`)
    return value
  }

  return {
    optionalString,
    optionalNumber,

    requiredString(member, constraints) {
      const value = optionalString(member, constraints)
      if (value === undefined) fail('null ', member, 'not be null')
      return value ?? ''
    },

    optionalInteger(member, constraints) {
      const value = optionalNumber(member, constraints)
      if (value === undefined || Number.isSafeInteger(value)) return value
      throw wrongType(value, 'Integer', member)
    },

    stringList(member, { max = Infinity } = {}) {
      const value = fields.get(member) ?? []
      if (!Array.isArray(value)) throw wrongType(value, 'List', member)
      const items: readonly unknown[] = value
      if (items.length > max) {
        fail(`of ${items.length} items `, member, `have length less than or equal to ${max}`)
      }
      return items.map((item) => {
        if (typeof item === 'string') return item
        throw wrongType(item, 'String', member)
      })
    },

    finish(refuse) {
      if (failures.length === 0) return
      const errors = failures.length === 1 ? 'error' : 'errors'
      throw refuse(`${failures.length} validation ${errors} detected: ${failures.join('; ')}`)
    },
  }
}

/** AWS names members in lower camel case here: `instanceOSUser`, and also `sSHPublicKey`. */
function lowerFirst(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1)
}

/** The value itself stays out: a private key may stand in any member. */
function wrongType(value: unknown, wanted: string, member: string): ServiceException {
  return serializationFailure(
    `${jsonType(value)} cannot be converted to ${wanted} at '${lowerFirst(member)}'`,
  )
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'LIST_VALUE'
  if (typeof value === 'string') return 'STRING_VALUE'
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE'
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE'
  return value === null ? 'NULL_VALUE' : 'STRUCTURE_VALUE'
}
