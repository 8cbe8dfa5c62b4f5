import { parseCidr } from './cidr.ts'
import { validationFailure } from './exceptions/request.ts'
import type { TrailAttribute, TrailCondition } from './trail-search.ts'

/** As EC2 has filters: one of the values, and all of the filters. */
export interface SearchFilter {
  readonly name: string
  readonly values: readonly string[]
}

const ATTRIBUTES: Readonly<Record<string, TrailAttribute>> = {
  'access-key-id': 'accessKeyId',
  'event-id': 'eventId',
  'event-name': 'eventName',
  'event-source': 'eventSource',
  fingerprint: 'fingerprint',
  instance: 'instance',
  'os-user': 'osUser',
  outcome: 'outcome',
  principal: 'principal',
  'read-only': 'readOnly',
  'request-id': 'requestId',
  resource: 'resourceName',
  'resource-type': 'resourceType',
}

/** Before the name of a filter: none of the values. */
const NOT = 'not:'

/** Throws ValidationException for a name that is none, and for an address that is none. */
export function conditionsOf(filters: readonly SearchFilter[]): readonly TrailCondition[] {
  return filters.map(({ name, values }) => {
    if (name === 'source-address') return { kind: 'from', ranges: values.map(rangeOf) }
    return name.startsWith(NOT)
      ? { kind: 'is not', ...valuesOf(name.slice(NOT.length), values) }
      : { kind: 'is', ...valuesOf(name, values) }
  })
}

function valuesOf(name: string, values: readonly string[]) {
  if (name.startsWith('tag:')) {
    const tags = values.map((value) => `${name.slice('tag:'.length)}=${value}`)
    return { attribute: 'tag', values: tags } as const
  }
  const attribute = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined
  if (attribute === undefined) throw unknownFilter(name)
  return { attribute, values }
}

/** The words of a text; what stands in double quotes is one. */
export function wordsOf(text: string): readonly string[] {
  const words = Array.from(text.matchAll(/"([^"]+)"|[^\s"]+/g), ([word, quoted]) => quoted ?? word)
  if (words.length > 0) return words
  throw validationFailure('Text holds no word to look for.')
}

function rangeOf(text: string) {
  const range = parseCidr(text)
  if (range !== undefined) return range
  throw validationFailure(
    `A value of the filter source-address is no address or range such as 203.0.113.7 or 203.0.113.0/24 (bits beyond the prefix must be 0).`,
  )
}

const unknownFilter = (name: string) =>
  validationFailure(
    `There is no filter "${name.slice(0, 64)}". Filters are: ${[...Object.keys(ATTRIBUTES), 'source-address', 'tag:KEY'].join(', ')}; and each but source-address with not: before it.`,
  )
