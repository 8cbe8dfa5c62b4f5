import { call } from '../../../api/call.ts'
import type { Service } from '../../../api/services.ts'

/** Asks IAM. */
export async function iam<Answer>(
  operation: string,
  input: object = {},
  signal?: AbortSignal,
): Promise<Answer> {
  return await call<Answer>('iam', operation, input, signal)
}

/** The most that a page of a listing holds. */
const PAGE = 1000

/** A listing, page after page. */
export interface Listing {
  readonly service?: Service
  readonly operation: string
  /** Where the answer has the items. */
  readonly member: string
  readonly input?: object
}

/** Each page as it comes. */
export async function* pagesOf<Item>(
  { service = 'iam', operation, member, input }: Listing,
  signal: AbortSignal,
): AsyncGenerator<readonly Item[]> {
  let marker: string | undefined
  do {
    const page = { ...input, MaxItems: PAGE, ...(marker !== undefined && { Marker: marker }) }
    const answer: Readonly<Record<string, unknown>> = await call(service, operation, page, signal)
    yield (answer[member] ?? []) as readonly Item[]
    marker = answer['IsTruncated'] === true ? String(answer['Marker']) : undefined
  } while (marker !== undefined)
}

/** All of it, of what is never long. */
export async function listAll<Item>(
  listing: Listing,
  signal: AbortSignal,
): Promise<readonly Item[]> {
  const items: Item[] = []
  for await (const page of pagesOf<Item>(listing, signal)) items.push(...page)
  return items
}
