/**
 * What an operation may answer. One value for all protocols: each codec spells it in its own way (json-output.ts, query-output.ts).
 * A list is an array, a map of free keys a `Map`, a structure an object; a member that is undefined is left out.
 */
export type Output =
  | string
  | number
  | boolean
  | null
  | Date
  | PolicyText
  | Uint8Array
  | readonly Output[]
  | ReadonlyMap<string, Output>
  | OutputStructure

export interface OutputStructure {
  readonly [member: string]: Output | undefined
}

/** A policy document as it was stored. Query answers carry it URL-encoded (RFC 3986), as IAM's do. */
export class PolicyText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** In the trail it is its text too. */
  toJSON(): string {
    return this.text
  }
}

export const policyText = (text: string): PolicyText => new PolicyText(text)

/** An output with its kind told: what a codec switches over. Absent are undefined and null. */
export type ToldOutput =
  | { readonly kind: 'absent' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'boolean'; readonly boolean: boolean }
  | { readonly kind: 'time'; readonly time: Date }
  | { readonly kind: 'policy'; readonly text: string }
  | { readonly kind: 'blob'; readonly bytes: Uint8Array }
  | { readonly kind: 'list'; readonly items: readonly Output[] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Output> }
  | { readonly kind: 'structure'; readonly members: OutputStructure }

/** Throws a TypeError for a number or time that has no spelling: a bug of the operation. */
export function tellOutput(value: Output | undefined): ToldOutput {
  if (value === undefined || value === null) return { kind: 'absent' }
  if (typeof value === 'string') return { kind: 'text', text: value }
  if (typeof value === 'boolean') return { kind: 'boolean', boolean: value }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`an output is ${value}`)
    return { kind: 'number', number: value }
  }
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new TypeError('an output is a time that is none')
    return { kind: 'time', time: value }
  }
  if (value instanceof PolicyText) return { kind: 'policy', text: value.text }
  if (value instanceof Uint8Array) return { kind: 'blob', bytes: value }
  if (value instanceof Map) return { kind: 'map', entries: value }
  if (Array.isArray(value)) return { kind: 'list', items: value }
  return { kind: 'structure', members: value as OutputStructure }
}
