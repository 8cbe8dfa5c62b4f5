import { invalidNextToken } from '@fleetkey/domain/exceptions/ec2'
import type { Members } from '@fleetkey/wire/aws/validation'

/** Which part of a list is asked for. */
export interface Page {
  readonly maxResults: number
  /** The key of the last row that was given. */
  readonly after: string | undefined
}

/** EC2's bound. Its lower one is 5; here a page may be of one. */
const MAX_PAGE = 1000

/**
 * Reads `MaxResults` and `NextToken`.
 * @param list names the list, so that the token of one is none of another
 */
export function readPage(v: Members, list: string): Page {
  const maxResults = v.optionalInteger('MaxResults', { min: 1, max: MAX_PAGE })
  const token = v.optionalString('NextToken')
  return {
    maxResults: maxResults ?? MAX_PAGE,
    after: token === undefined ? undefined : keyIn(token, list),
  }
}

/**
 * The rows of a page, in the order of their keys, and what to spread into the answer. A token names the last row by its key: rows that come
 * and go between two pages neither repeat nor hide others.
 */
export function pageOf<Row>(
  page: Page,
  rows: readonly Row[],
  { list, keyOf }: { readonly list: string; readonly keyOf: (row: Row) => string },
): { readonly rows: readonly Row[]; readonly end: { readonly NextToken?: string } } {
  const { after, maxResults } = page
  const sorted = rows
    .map((row) => ({ row, key: keyOf(row) }))
    .filter(({ key }) => after === undefined || key > after)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const shown = sorted.slice(0, maxResults)
  const last = shown.at(-1)
  return {
    rows: shown.map(({ row }) => row),
    end:
      last === undefined || shown.length === sorted.length
        ? {}
        : { NextToken: tokenOf(last.key, list) },
  }
}

const BASE64_URL = { alphabet: 'base64url', omitPadding: true } as const
const MAX_TOKEN = 2048

function tokenOf(key: string, list: string): string {
  return new TextEncoder().encode(`${list}\n${key}`).toBase64(BASE64_URL)
}

function keyIn(token: string, list: string): string {
  if (token.length > MAX_TOKEN) throw invalidNextToken()
  const text = decode(token)
  const start = `${list}\n`
  // What is spelt in another way was not given by us.
  if (text === undefined || !text.startsWith(start)) throw invalidNextToken()
  const key = text.slice(start.length)
  if (tokenOf(key, list) !== token) throw invalidNextToken()
  return key
}

function decode(token: string): string | undefined {
  try {
    const bytes = Uint8Array.fromBase64(token, { alphabet: 'base64url' })
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
