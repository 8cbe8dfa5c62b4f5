import { rangeHolds } from '../condition/ip-address.ts'
import { operators } from '../condition/operators.ts'
import type { ClaimValue, ComparisonClaim } from './claim.ts'
import { globCovers, globsMeet, hasVariable, isEverything, type Glob } from './glob.ts'

/** What one value of a condition answers to, by its positive operator. */
export interface ValueSet {
  readonly operator: string
  readonly value: ClaimValue
}

/** The sets of all values of a claim. */
export function valueSets({ operator, values }: ComparisonClaim): readonly ValueSet[] {
  return values.map((value) => ({ operator, value }))
}

/** Does `outer` answer to everything that `inner` answers to? Says no when in doubt. */
export function holdsAll(outer: ValueSet, inner: ValueSet): boolean {
  const [wide, narrow] = [familyOf(outer.operator), familyOf(inner.operator)]
  switch (wide) {
    case 'String':
      return narrow === 'String' && stringHolds(outer, inner)
    case 'Arn':
      return narrow === 'Arn' && arnHolds(outer.value, inner.value)
    case 'IpAddress':
      return narrow === wide && rangeHolds(outer.value.text, inner.value.text)
    default:
      return narrow === wide && orderHolds(outer, inner)
  }
}

/** Is there nothing that both answer to? Says no when in doubt. */
export function areApart(a: ValueSet, b: ValueSet): boolean {
  const family = familyOf(a.operator)
  if (family !== familyOf(b.operator)) return false
  switch (family) {
    case 'String':
      return stringsApart(a, b)
    case 'Arn':
      return arnsApart(a.value, b.value)
    case 'IpAddress':
      return !rangeHolds(a.value.text, b.value.text) && !rangeHolds(b.value.text, a.value.text)
    default:
      return (isPoint(a) && !answers(b, a.value.text)) || (isPoint(b) && !answers(a, b.value.text))
  }
}

/** Does it answer to every value that there is? */
export function isAnything({ operator, value }: ValueSet): boolean {
  return operator === 'StringLike' && value.glob !== undefined && isEverything(value.glob)
}

/** `Date`, `Numeric`, `Bool`, `Binary`, `IpAddress`, `String`, `Arn`: values of two families are never compared. */
function familyOf(operator: string): string {
  return /^(?:String|Arn|Numeric|Date|Binary)/.exec(operator)?.[0] ?? operator
}

/** Numbers and dates, and what is only ever equal. */
function orderHolds(outer: ValueSet, inner: ValueSet): boolean {
  if (outer.operator === inner.operator && areSame(outer.value, inner.value)) return true
  if (isPoint(inner)) return answers(outer, inner.value.text)
  // From a limit on, in the same direction: the wider one answers to the limit of the narrower one.
  return directionOf(outer) === directionOf(inner) && answers(outer, inner.value.text)
}

function areSame(a: ClaimValue, b: ClaimValue): boolean {
  return a.text === b.text
}

function isPoint({ operator }: ValueSet): boolean {
  return directionOf({ operator }) === undefined
}

function directionOf({ operator }: Pick<ValueSet, 'operator'>): string | undefined {
  return /Less|Greater/.exec(operator)?.[0]
}

function answers({ operator, value }: ValueSet, found: string): boolean {
  const compare = operators.get(operator)?.compile(value.text, '2008-10-17')
  return compare?.(found, { values: new Map(), doubled: undefined }) ?? false
}

function stringHolds(outer: ValueSet, inner: ValueSet): boolean {
  const [wide, narrow] = [outer.value.glob, inner.value.glob]
  if (narrow === undefined || isAnything(outer)) return true
  if (wide === undefined) return false
  if (ignoresCase(outer)) {
    if (inner.operator === 'StringLike') return false
    if (!hasVariable(wide) && !hasVariable(narrow)) return lowerCase(wide) === lowerCase(narrow)
    return ignoresCase(inner) && globCovers(wide, narrow)
  }
  return !ignoresCase(inner) && globCovers(wide, narrow)
}

function stringsApart(a: ValueSet, b: ValueSet): boolean {
  const [one, other] = [a.value.glob, b.value.glob]
  if (one === undefined || other === undefined) return true
  if (!ignoresCase(a) && !ignoresCase(b)) return !globsMeet(one, other)
  if (a.operator === 'StringLike' || b.operator === 'StringLike') return false
  if (hasVariable(one) || hasVariable(other)) return false
  return lowerCase(one) !== lowerCase(other)
}

function ignoresCase({ operator }: ValueSet): boolean {
  return operator === 'StringEqualsIgnoreCase'
}

/** Of a pattern without wildcards and variables. */
function lowerCase(glob: Glob): string {
  return glob.join('').toLowerCase()
}

function arnHolds(outer: ClaimValue, inner: ClaimValue): boolean {
  if (inner.glob === undefined) return true
  if (outer.glob === undefined) return false
  // A variable can bring colons with it and move the fields that follow.
  if (hasVariable(outer.glob) || hasVariable(inner.glob)) {
    return outer.glob.join('\n') === inner.glob.join('\n')
  }
  const [wide, narrow] = [fieldsOf(outer.glob), fieldsOf(inner.glob)]
  if (narrow.length !== 6) return true
  return wide.length === 6 && wide.every((field, index) => globCovers(field, narrow[index] ?? []))
}

function arnsApart(a: ClaimValue, b: ClaimValue): boolean {
  if (a.glob === undefined || b.glob === undefined) return true
  if (hasVariable(a.glob) || hasVariable(b.glob)) return false
  const [one, other] = [fieldsOf(a.glob), fieldsOf(b.glob)]
  if (one.length !== 6 || other.length !== 6) return true
  return one.some((field, index) => !globsMeet(field, other[index] ?? []))
}

/** The sixth keeps its colons. */
function fieldsOf(glob: Glob): readonly Glob[] {
  const fields: Glob[] = []
  let rest = glob
  while (fields.length < 5 && rest.includes(':')) {
    const colon = rest.indexOf(':')
    fields.push(rest.slice(0, colon))
    rest = rest.slice(colon + 1)
  }
  return [...fields, rest]
}
