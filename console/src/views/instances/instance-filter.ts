import { fieldOf, FIELDS, type InstanceField } from './instance-fields.ts'
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
  const textsOf = propertyKey === undefined ? allTexts : textsOfField(fieldOf(propertyKey))
  if (textsOf === undefined) return () => false
  return (instance) => textsOf(instance).some(fitsText) !== isNegated
}

const versions = new Intl.Collator('en', { numeric: true })

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
      return { isNegated: false, compares: (found, wanted) => versions.compare(found, wanted) < 0 }
    case '<=':
      return { isNegated: false, compares: (found, wanted) => versions.compare(found, wanted) <= 0 }
    case '>':
      return { isNegated: false, compares: (found, wanted) => versions.compare(found, wanted) > 0 }
    case '>=':
      return { isNegated: false, compares: (found, wanted) => versions.compare(found, wanted) >= 0 }
  }
}

function textsOfField(field: InstanceField | undefined) {
  return field && ((instance: ListedInstance) => field.texts(instance).map(lower))
}

/** Made once for each instance: every letter that is typed looks through all of them. */
const known = new WeakMap<ListedInstance, readonly string[]>()

function allTexts(instance: ListedInstance): readonly string[] {
  const before = known.get(instance)
  if (before !== undefined) return before
  const texts = [
    ...FIELDS.flatMap((field) => field.texts(instance)),
    ...[...instance.tags].flatMap(([key, value]) => [key, value, `${key}=${value}`]),
    ...instance.groups.map(({ groupId }) => groupId),
  ].map(lower)
  known.set(instance, texts)
  return texts
}

const MAX_SUGGESTIONS = 100

/** Values of a field that hold the text, each once, as people sort. Few of many: nobody reads a list of thousands. */
export function suggestValues(
  instances: readonly ListedInstance[],
  { fieldId, text }: { readonly fieldId: string; readonly text: string },
): readonly string[] {
  const field = fieldOf(fieldId)
  if (field === undefined) return []
  const wanted = lower(text)
  const found = new Set<string>()
  for (const instance of instances) {
    for (const value of field.texts(instance)) if (lower(value).includes(wanted)) found.add(value)
  }
  return [...found].toSorted(versions.compare).slice(0, MAX_SUGGESTIONS)
}
