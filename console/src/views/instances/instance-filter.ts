import { asPeopleCount } from '../../ui/as-people-count.ts'
import { fieldOf, FIELDS } from './instance-fields.ts'
import type { ListedInstance } from './listed-instance.ts'

/** What is looked for, as Cloudscape's property filter has it. */
export interface InstanceFilter {
  /** Whether all of the tokens must fit, or one of them. */
  readonly operation: 'and' | 'or'
  readonly tokens: readonly FilterToken[]
}

export interface FilterToken {
  /** A field; undefined: any of them. */
  readonly propertyKey?: string
  readonly operator: FilterOperator
  /** One of several, where several were ticked. */
  readonly value: string | readonly string[]
}

/** `:` contains, `^` begins with. */
export const FILTER_OPERATORS = ['=', '!=', ':', '!:', '^', '!^', '<', '<=', '>', '>='] as const
export type FilterOperator = (typeof FILTER_OPERATORS)[number]

export const NO_FILTER: InstanceFilter = { operation: 'and', tokens: [] }

/** What the person typed into the filter may be told apart by case nowhere: host names and ids are not. */
const lower = (text: string): string => text.toLowerCase()

type Fits = (instance: ListedInstance) => boolean

/** Those that fit, in the order given. A token on a field that there is not fits nothing: nobody is shown more than was asked for. */
export function filterInstances(
  instances: readonly ListedInstance[],
  { operation, tokens }: InstanceFilter,
): readonly ListedInstance[] {
  const tests = tokens.map(testOf)
  if (tests.length === 0) return instances
  const fits: Fits =
    operation === 'and'
      ? (instance) => tests.every((test) => test(instance))
      : (instance) => tests.some((test) => test(instance))
  return instances.filter(fits)
}

function testOf({ propertyKey, operator, value }: FilterToken): Fits {
  const wanted = (typeof value === 'string' ? [value] : value).map(lower)
  const { isNegated, compares } = comparisonOf(operator)
  const fitsText = (text: string) => wanted.some((each) => compares(text, each))
  if (propertyKey === undefined) {
    // What is to stand anywhere may be looked for in all of it at once.
    return operator === ':' || operator === '!:'
      ? (instance) => fitsText(wholeText(instance)) !== isNegated
      : (instance) => wholeText(instance).split(BETWEEN).some(fitsText) !== isNegated
  }
  const field = fieldOf(propertyKey)
  if (field === undefined) return () => false
  return (instance) => field.texts(instance).some((text) => fitsText(lower(text))) !== isNegated
}

interface Comparison {
  readonly isNegated: boolean
  readonly compares: (found: string, wanted: string) => boolean
}

function comparisonOf(operator: FilterOperator): Comparison {
  switch (operator) {
    case '=':
    case '!=':
      return { isNegated: operator === '!=', compares: (found, wanted) => found === wanted }
    case ':':
    case '!:':
      return { isNegated: operator === '!:', compares: (found, wanted) => found.includes(wanted) }
    case '^':
    case '!^':
      return { isNegated: operator === '!^', compares: (found, wanted) => found.startsWith(wanted) }
    case '<':
      return { isNegated: false, compares: (found, wanted) => asPeopleCount(found, wanted) < 0 }
    case '<=':
      return { isNegated: false, compares: (found, wanted) => asPeopleCount(found, wanted) <= 0 }
    case '>':
      return { isNegated: false, compares: (found, wanted) => asPeopleCount(found, wanted) > 0 }
    case '>=':
      return { isNegated: false, compares: (found, wanted) => asPeopleCount(found, wanted) >= 0 }
  }
}

/** Between texts that are looked through as one: nobody types it. */
const BETWEEN = '\n'

/** Made once for each instance: each filter looks through all of them. */
const known = new WeakMap<ListedInstance, string>()

function wholeText(instance: ListedInstance): string {
  const before = known.get(instance)
  if (before !== undefined) return before
  const texts = FIELDS.flatMap((field) => field.texts(instance))
  for (const [key, value] of instance.tags) texts.push(key, value, `${key}=${value}`)
  for (const { groupId } of instance.groups) texts.push(groupId)
  const text = lower(texts.join(BETWEEN))
  known.set(instance, text)
  return text
}

/** Something of a field that somebody looks for. */
export interface AskedValue {
  readonly fieldId: string
  readonly text: string
}

/** What the filter offers: the values of fields that have few, always, and those that are asked about. */
export function offerValues(
  instances: readonly ListedInstance[],
  asked: AskedValue,
): readonly { readonly propertyKey: string; readonly value: string }[] {
  const others = FIELDS.filter(({ id, kind }) => kind !== 'text' && id !== asked.fieldId)
  return [...others.map(({ id }) => ({ fieldId: id, text: '' })), asked].flatMap((each) =>
    suggestValues(instances, each).map((value) => ({ propertyKey: each.fieldId, value })),
  )
}

const MAX_SUGGESTIONS = 100

/** Values of a field that hold the text, each once, as people sort. Few of many: nobody reads a list of thousands. */
export function suggestValues(
  instances: readonly ListedInstance[],
  { fieldId, text }: AskedValue,
): readonly string[] {
  const wanted = lower(text)
  const values = sortedValues(instances, fieldId)
  if (wanted === '') return values.slice(0, MAX_SUGGESTIONS)
  return values.filter((value) => lower(value).includes(wanted)).slice(0, MAX_SUGGESTIONS)
}

/** Of a list the values of each field that somebody looked through: gathered and sorted once, not at every letter. */
const valuesOf = new WeakMap<readonly ListedInstance[], Map<string, readonly string[]>>()

function sortedValues(instances: readonly ListedInstance[], fieldId: string): readonly string[] {
  const byField = valuesOf.get(instances) ?? new Map<string, readonly string[]>()
  valuesOf.set(instances, byField)
  const before = byField.get(fieldId)
  if (before !== undefined) return before
  const field = fieldOf(fieldId)
  const values = new Set(field && instances.flatMap((instance) => field.texts(instance)))
  const sorted = [...values].toSorted(asPeopleCount)
  byField.set(fieldId, sorted)
  return sorted
}
