import { conditionsOf, wordsOf } from '@fleetkey/domain/trail-filters'
import { trailArn } from '@fleetkey/domain/arn'
import { invalidTimeRange } from '@fleetkey/domain/exceptions/trail'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import type { StoredTrailEntry, TrailSearch } from '../store/store.ts'
import { operation } from './operation.ts'
import { readFilters } from './search-filters.ts'
import { placeInToken, trailToken } from './trail-token.ts'

interface Input {
  readonly search: TrailSearch
  /** What the trail shows of it. */
  readonly asked: Readonly<Record<string, unknown>>
}

const MAX_PAGE = 200

/**
 * Records of the trail by any number of filters, a page at a time. A page takes bounded time: where no index leads (free text, wide ranges
 * of addresses) it may have found few or none and says how far it has looked. Ours; LookupEvents is CloudTrail's.
 */
export const searchEvents = operation<Input>({
  name: 'SearchEvents',
  service: 'fleetkey',
  action: 'fleetkey:SearchEvents',
  access: 'read',
  parse(fields) {
    const v = validate(fields)
    const filters = readFilters(v)
    const text = v.optionalString('Text', { min: 1, max: 256 })
    const from = v.optionalNumber('StartTime', { min: 0 })
    const to = v.optionalNumber('EndTime', { min: 0 })
    const order = v.optionalString('Order', { pattern: /^(newest|oldest)$/ })
    const detail = v.optionalString('Detail', { pattern: /^(notable|acts|records)$/ })
    const limit = v.optionalInteger('MaxResults', { min: 1, max: MAX_PAGE })
    const token = v.optionalString('NextToken', { min: 1, max: 1024 })
    v.finish(validationFailure)
    if (from !== undefined && to !== undefined && from > to) throw invalidTimeRange()
    const notable = { kind: 'is', attribute: 'routine', values: ['no'] } as const
    const search: TrailSearch = {
      conditions: [
        ...conditionsOf(filters),
        ...(text === undefined ? [] : [{ kind: 'says' as const, words: wordsOf(text) }]),
        ...(detail === 'notable' ? [notable] : []),
      ],
      ...(from === undefined ? {} : { from: from * 1000 }),
      // Of the second that it names, all: that is how fine a record shows its time.
      ...(to === undefined ? {} : { to: Math.floor(to) * 1000 + 999 }),
      order: order === 'oldest' ? 'oldest' : 'newest',
      withoutIntents: detail !== 'records',
      limit: limit ?? MAX_PAGE,
    }
    const asked = { filters, text, startTime: from, endTime: to, order, detail }
    const after = token === undefined ? undefined : placeInToken(search, token)
    return { search: { ...search, ...(after !== undefined && { after }) }, asked }
  },
  resources: (_input, { realm }) => [{ arn: trailArn(realm) }],
  trail: ({ asked }) => ({ requestParameters: asked }),
  async run({ search }, { store }) {
    const { entries, lookedTo, isEnd } = await store.trail.search(search)
    const token = trailToken(search, lookedTo)
    return {
      Events: entries.map(shownEntry),
      ...(isEnd ? {} : { NextToken: token }),
      ...(isEnd && search.order === 'oldest' ? { FollowToken: token } : {}),
      ...(isEnd || entries.length === search.limit
        ? {}
        : { SearchedTo: await timeAt(lookedTo, store) }),
    }
  },
})

/** One of `Events`. */
export const shownEntry = ({ seq, hash, record }: StoredTrailEntry) => ({
  Seq: seq,
  Hash: hash,
  Record: JSON.parse(record) as unknown,
})

/** Seconds since 1970. */
async function timeAt(
  seq: number,
  {
    trail,
  }: {
    readonly trail: {
      read(afterSeq: number, limit: number): Promise<readonly { readonly time: number }[]>
    }
  },
): Promise<number | undefined> {
  const [entry] = await trail.read(seq - 1, 1)
  return entry && Math.floor(entry.time / 1000)
}
