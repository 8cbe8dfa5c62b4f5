import {
  FILTER_OPERATORS,
  NO_FILTER,
  type FilterOperator,
  type FilterToken,
  type InstanceFilter,
} from './instance-filter.ts'

// A filter stands in the URL, so that it can be sent to somebody: filter=state=running&filter=tag:Env=prod,staging&match=any

const FILTER = 'filter'
const MATCH = 'match'
/** As many as a person can read; a URL from elsewhere may hold any number. */
const MAX_TOKENS = 50

/** The parameters of before, with this filter in them. */
export function withFilter(before: URLSearchParams, filter: InstanceFilter): URLSearchParams {
  const params = new URLSearchParams(before)
  params.delete(FILTER)
  params.delete(MATCH)
  for (const token of filter.tokens) params.append(FILTER, tokenText(token))
  if (filter.operation === 'or' && filter.tokens.length > 1) params.set(MATCH, 'any')
  return params
}

/** What cannot be read is left out. */
export function filterIn(params: URLSearchParams): InstanceFilter {
  const tokens = params
    .getAll(FILTER)
    .slice(0, MAX_TOKENS)
    .flatMap((text) => readToken(text) ?? [])
  if (tokens.length === 0) return NO_FILTER
  return { operation: params.get(MATCH) === 'any' ? 'or' : 'and', tokens }
}

/** `tag:Env=prod`; without a field `:web`. Several values are separated by commas and begin with an empty one. */
function tokenText({ propertyKey = '', operator, value }: FilterToken): string {
  const written =
    typeof value === 'string'
      ? value.replaceAll(/%|^,/g, hexed)
      : ['', ...value.map((each) => each.replaceAll(/[%,]/g, hexed))].join(',')
  return `${propertyKey.replaceAll(/[%=!<>^]|(?<!^tag):/g, hexed)}${operator}${written}`
}

const hexed = (text: string): string =>
  `%${(text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}`

const TOKEN = /^((?:tag:)?[^=!:<>^]*)(!=|!:|!\^|<=|>=|[=:^<>])(.*)$/s

function readToken(text: string): FilterToken | undefined {
  const [, key = '', operator = '', written = ''] = TOKEN.exec(text) ?? []
  if (!isOperator(operator)) return undefined
  const propertyKey = unhexed(key)
  const values = written.startsWith(',') ? written.slice(1).split(',').map(unhexed) : undefined
  const value = values ?? unhexed(written)
  return { ...(propertyKey !== '' && { propertyKey }), operator, value }
}

const isOperator = (text: string): text is FilterOperator =>
  FILTER_OPERATORS.some((each) => each === text)

const unhexed = (text: string): string =>
  text.replaceAll(/%([0-9A-F]{2})/g, (_, digits: string) =>
    String.fromCodePoint(Number.parseInt(digits, 16)),
  )
