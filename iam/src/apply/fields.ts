import { ApplyFault } from './apply-fault.ts'

/** A JSON object. Its members are read with the functions below, which refuse what is of another type. */
export type Fields = Readonly<Record<string, unknown>>

export function asFields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw unexpected(`${what} is not an object`)
}

export function textOf(fields: Fields, member: string): string {
  const value = fields[member]
  if (typeof value === 'string') return value
  throw unexpected(`${member} is not a text`)
}

export function optionalTextOf(fields: Fields, member: string): string | undefined {
  return fields[member] === undefined || fields[member] === null
    ? undefined
    : textOf(fields, member)
}

export function numberOf(fields: Fields, member: string): number {
  const value = fields[member]
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw unexpected(`${member} is not a number`)
}

/** Absent is empty. */
function listOf(fields: Fields, member: string): readonly unknown[] {
  const value = fields[member] ?? []
  if (Array.isArray(value)) return value
  throw unexpected(`${member} is not a list`)
}

export function eachOf(fields: Fields, member: string): readonly Fields[] {
  return listOf(fields, member).map((one) => asFields(one, `an entry of ${member}`))
}

export function textsOf(fields: Fields, member: string): readonly string[] {
  return listOf(fields, member).map((one) => {
    if (typeof one === 'string') return one
    throw unexpected(`an entry of ${member} is not a text`)
  })
}

export const unexpected = (detail: string): ApplyFault =>
  new ApplyFault('answer', 'The server answered something that is not known here.', {
    why: [detail],
    todo: ['Check that it is a Fleetkey server, and that both have the same version.'],
  })
