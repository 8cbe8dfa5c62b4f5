import { serializationFailure } from '@fleetkey/domain/exceptions/request'
import type { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { QueryText, type Fields } from './fields.ts'
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

export interface ListConstraints {
  /** Counts of items. */
  readonly min?: number
  readonly max?: number
}

/**
 * Reads the members of one structure. What came as Query text becomes the number or boolean that is asked for, if it is spelt as one;
 * JSON has types of its own, there `"5"` is no number. A member of another type throws `SerializationException` at once; `null`
 * counts as absent.
 */
export interface Members {
  requiredString(member: string, constraints?: StringConstraints): string
  optionalString(member: string, constraints?: StringConstraints): string | undefined
  requiredInteger(member: string, constraints?: NumberConstraints): number
  optionalInteger(member: string, constraints?: NumberConstraints): number | undefined
  optionalNumber(member: string, constraints?: NumberConstraints): number | undefined
  requiredBoolean(member: string): boolean
  optionalBoolean(member: string): boolean | undefined
  /** Absent is empty. `each` holds for every item. */
  stringList(
    member: string,
    constraints?: ListConstraints & { readonly each?: StringConstraints },
  ): readonly string[]
  structure(member: string): Members | undefined
  /** Absent is empty. No more than `max` are given back. */
  structureList(member: string, constraints?: ListConstraints): readonly Members[]
}

/**
 * Collects what is wrong with the members that are read, in AWS's words ("2 validation errors detected: …; …"). Read all, also those
 * further in, then call `finish`: only when it returns are the values that were read to be used.
 */
export interface Validation extends Members {
  /** Throws what `refuse` makes of the message, if any constraint failed. */
  finish(refuse: (detail: string) => ServiceException): void
}

export function validate(fields: Fields): Validation {
  const failures: string[] = []
  return {
    ...readMembers(fields, '', failures),
    finish(refuse) {
      if (failures.length === 0) return
      const errors = failures.length === 1 ? 'error' : 'errors'
      throw refuse(`${failures.length} validation ${errors} detected: ${failures.join('; ')}`)
    },
  }
}

/** `path` leads to the structure, `tags.1.member.`; what is wrong is added to `failures`. */
function readMembers(fields: Fields, path: string, failures: string[]): Members {
  function fail(shown: string, member: string, constraints: readonly string[]): void {
    for (const constraint of constraints) {
      failures.push(
        `Value ${shown}at '${place(member)}' failed to satisfy constraint: Member must ${constraint}`,
      )
    }
  }

  /** AWS names members in lower camel case here: `instanceOSUser`, and also `sSHPublicKey`. */
  function place(member: string): string {
    return `${path}${member.charAt(0).toLowerCase()}${member.slice(1)}`
  }

  /** Reads with `read`, which answers undefined for another type. */
  function optional<T>(
    member: string,
    wanted: string,
    read: (value: unknown) => T | undefined,
  ): T | undefined {
    const value = fields.get(member) ?? undefined
    return value === undefined ? undefined : expect(value, wanted, member, read)
  }

  function expect<T>(
    value: unknown,
    wanted: string,
    member: string,
    read: (value: unknown) => T | undefined,
  ): T {
    const found = read(value)
    if (found !== undefined) return found
    // The value itself stays out: a private key may stand in any member.
    throw serializationFailure(
      `${typeName(value)} cannot be converted to ${wanted} at '${place(member)}'`,
    )
  }

  function required<T>(value: T | undefined, member: string, instead: T): T {
    if (value === undefined) fail('null ', member, ['not be null'])
    return value ?? instead
  }

  function optionalString(member: string, constraints: StringConstraints = {}): string | undefined {
    const value = optional(member, 'String', textOf)
    if (value === undefined) return undefined
    const shown = constraints.secret ? '' : `'${shownText(value, 128)}' `
    fail(shown, member, broken(value, constraints))
    return value
  }

  function optionalNumber(
    member: string,
    { min = -Infinity, max = Infinity }: NumberConstraints = {},
  ): number | undefined {
    const value = optional(member, 'Number', numberOf)
    if (value === undefined) return undefined
    if (value > max) fail(`'${value}' `, member, [`have value less than or equal to ${max}`])
    if (value < min) fail(`'${value}' `, member, [`have value greater than or equal to ${min}`])
    return value
  }

  function optionalInteger(member: string, constraints?: NumberConstraints): number | undefined {
    const value = optionalNumber(member, constraints)
    if (value === undefined || Number.isSafeInteger(value)) return value
    return expect(fields.get(member), 'Integer', member, () => undefined)
  }

  function optionalBoolean(member: string): boolean | undefined {
    return optional(member, 'Boolean', booleanOf)
  }

  function list(member: string, { min = 0, max = Infinity }: ListConstraints): readonly unknown[] {
    const items = optional(member, 'List', listOf) ?? []
    const shown = `of ${items.length} items `
    if (items.length > max) fail(shown, member, [`have length less than or equal to ${max}`])
    if (items.length < min) fail(shown, member, [`have length greater than or equal to ${min}`])
    return items
  }

  return {
    optionalString,
    optionalNumber,
    optionalInteger,
    optionalBoolean,
    requiredString: (member, constraints) =>
      required(optionalString(member, constraints), member, ''),
    requiredInteger: (member, constraints) =>
      required(optionalInteger(member, constraints), member, 0),
    requiredBoolean: (member) => required(optionalBoolean(member), member, false),

    stringList(member, { each = {}, ...constraints } = {}) {
      const items = list(member, constraints).map((item) => expect(item, 'String', member, textOf))
      if (items.some((item) => broken(item, each).length > 0)) {
        const shown = each.secret ? '' : `'[${shownText(items.join(', '), 128)}]' `
        const told = described(each).map((constraint) => `Member must ${constraint}`)
        fail(shown, member, [`satisfy constraint: [${told.join(', ')}]`])
      }
      return items
    },

    structure(member) {
      const below = optional(member, 'Structure', membersOf)
      return below && readMembers(below, `${place(member)}.`, failures)
    },

    structureList(member, constraints = {}) {
      const items = list(member, constraints).slice(0, constraints.max)
      return items.map((item, index) => {
        const below = expect(item, 'Structure', member, membersOf)
        return readMembers(below, `${place(member)}.${index + 1}.member.`, failures)
      })
    },
  }
}

/** What AWS says of each constraint that a text breaks. */
function broken(value: string, { min, max, pattern }: StringConstraints): readonly string[] {
  const tooLong = max !== undefined && value.length > max
  return described({
    ...(tooLong ? { max } : {}),
    ...(min !== undefined && value.length < min ? { min } : {}),
    // Not on a text of any length: patterns are written for short ones.
    ...(pattern && !tooLong && !pattern.test(value) ? { pattern } : {}),
  })
}

function described({ min, max, pattern }: StringConstraints): readonly string[] {
  return [
    ...(max === undefined ? [] : [`have length less than or equal to ${max}`]),
    ...(min === undefined ? [] : [`have length greater than or equal to ${min}`]),
    ...(pattern ? [`satisfy regular expression pattern: ${pattern.source}`] : []),
  ]
}

function textOf(value: unknown): string | undefined {
  if (value instanceof QueryText) return value.text
  return typeof value === 'string' ? value : undefined
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (!(value instanceof QueryText)) return undefined
  // What a double holds exactly enough: `1e3`, `0x10` and `+1` are written by no client.
  return /^-?[0-9]{1,16}(\.[0-9]{1,16})?$/.test(value.text) ? Number(value.text) : undefined
}

function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (!(value instanceof QueryText)) return undefined
  return value.text === 'true' ? true : value.text === 'false' ? false : undefined
}

function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  // How Query spells an empty list: `Tags=`.
  return value instanceof QueryText && value.text === '' ? [] : undefined
}

function membersOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value) || value instanceof QueryText) return undefined
  return new Map(Object.entries(value))
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'LIST_VALUE'
  if (typeof value === 'string' || value instanceof QueryText) return 'STRING_VALUE'
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE'
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE'
  return value === null ? 'NULL_VALUE' : 'STRUCTURE_VALUE'
}
