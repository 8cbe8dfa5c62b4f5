import { setImmediate } from 'node:timers/promises'
import { filterLimitExceeded, invalidParameterValue } from '@fleetkey/domain/exceptions/ec2'
import type { Tags } from '@fleetkey/domain/instance'
import { compilePattern, matchesPattern, type PatternPart } from '@fleetkey/iam/wildcard'
import type { Members } from '@fleetkey/wire/aws/validation'

/** EC2's filters: all filters must match, each by any of its values. */
export interface Filter {
  readonly name: string
  readonly values: readonly string[]
}

/** What a list can be filtered by: what a row has under each name. */
export interface Filterable<Row> {
  readonly names: Readonly<Record<string, (row: Row) => readonly string[]>>
  /** With them there are also `tag:KEY`, `tag-key` and `tag-value`. */
  readonly tags?: (row: Row) => Tags
}

// EC2's own (EC2 API reference, "Filter"), and a bound on the work that one request can ask for.
const MAX_FILTERS = 50
const MAX_VALUES = 200
const MAX_ALL_VALUES = 2000
/** Each is tried on each row, where a value without is looked up. */
const MAX_ALL_WILDCARDS = 200
/** Milliseconds; then others have a turn. */
const SLICE_MS = 20

export function readFilters<Row>(v: Members, filterable: Filterable<Row>): readonly Filter[] {
  const given = v.structureList('Filters')
  if (given.length > MAX_FILTERS) {
    throw filterLimitExceeded(`A request has at most ${MAX_FILTERS} filters.`)
  }
  const filters = given.map((filter) => {
    const name = filter.requiredString('Name', { min: 1, max: 256 })
    const values = filter.stringList('Values', { each: { max: 1024 } })
    if (values.length > MAX_VALUES) {
      throw filterLimitExceeded(`A filter has at most ${MAX_VALUES} values.`)
    }
    if (valuesOf(filterable, name) === undefined) {
      throw invalidParameterValue(`The filter '${shown(name)}' is invalid`)
    }
    return { name, values }
  })
  const all = filters.flatMap(({ values }) => values)
  if (all.length > MAX_ALL_VALUES) {
    throw filterLimitExceeded(`The filters of a request have at most ${MAX_ALL_VALUES} values.`)
  }
  if (all.filter(hasWildcard).length > MAX_ALL_WILDCARDS) {
    throw filterLimitExceeded(
      `The filters of a request have at most ${MAX_ALL_WILDCARDS} values with *, ? or a backslash.`,
    )
  }
  return filters
}

/** The rows that fit. Between slices of it other requests are served: nobody holds up the server by what they look for. */
export async function fitting<Row>(
  rows: readonly Row[],
  fits: (row: Row) => boolean,
): Promise<readonly Row[]> {
  const found: Row[] = []
  let since = performance.now()
  for (const row of rows) {
    if (fits(row)) found.push(row)
    if (performance.now() - since < SLICE_MS) continue
    // oxlint-disable-next-line no-await-in-loop -- that is the turn of others
    await setImmediate()
    since = performance.now()
  }
  return found
}

/** Whether a row fits. Case counts; `*` is any run of characters, `?` is one, a backslash takes the next character as it is. */
export function matcherOf<Row>(
  filters: readonly Filter[],
  filterable: Filterable<Row>,
): (row: Row) => boolean {
  const tests = filters.map(({ name, values }) => {
    const found = valuesOf(filterable, name) ?? (() => [])
    const matches = anyOf(values)
    return (row: Row) => found(row).some(matches)
  })
  return (row) => tests.every((test) => test(row))
}

function valuesOf<Row>(
  { names, tags }: Filterable<Row>,
  name: string,
): ((row: Row) => readonly string[]) | undefined {
  if (Object.hasOwn(names, name)) return names[name]
  if (tags === undefined) return undefined
  if (name === 'tag-key') return (row) => Object.keys(tags(row))
  if (name === 'tag-value') return (row) => Object.values(tags(row))
  if (!name.startsWith('tag:')) return undefined
  const key = name.slice('tag:'.length)
  return (row) => {
    const value = Object.hasOwn(tags(row), key) ? tags(row)[key] : undefined
    return value === undefined ? [] : [value]
  }
}

const hasWildcard = (value: string): boolean => /[*?\\]/.test(value)

/** Most values have no wildcard: those are looked up. */
function anyOf(values: readonly string[]): (text: string) => boolean {
  const exact = new Set(values.filter((value) => !hasWildcard(value)))
  const patterns = values
    .filter((value) => !exact.has(value))
    .map((value) => compilePattern(patternParts(value)))
  return (text) => exact.has(text) || patterns.some((pattern) => matchesPattern(pattern, text))
}

function patternParts(value: string): readonly PatternPart[] {
  const pieces = value.match(/\\[^]|[^*?\\]+|[^]/g) ?? []
  return pieces.map((piece) => {
    if (piece === '*') return { kind: 'anyRun' }
    if (piece === '?') return { kind: 'anyOne' }
    return {
      kind: 'text',
      text: piece.length === 2 && piece.startsWith('\\') ? piece.slice(1) : piece,
    }
  })
}

const shown = (name: string): string => name.slice(0, 64).replace(/[^\x20-\x7e]/g, '?')
