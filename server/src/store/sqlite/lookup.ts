import type { TrailAttribute, TrailCondition } from '@fleetkey/domain/trail-search'
import type { StoredTrailEntry, TrailQuery, TrailStore } from '../store.ts'

/**
 * As many as there are, however far it must look: for what the server itself looks up. By pages, between which others are served: after an upgrade that makes the
 * index anew, all of a long trail may have to be read for one that is not there.
 */
export async function lookup(
  trail: Pick<TrailStore, 'search'>,
  query: TrailQuery,
): Promise<readonly StoredTrailEntry[]> {
  const { from, to, limit } = query
  const entries: StoredTrailEntry[] = []
  let after = query.beforeSeq
  while (entries.length < limit) {
    // oxlint-disable-next-line no-await-in-loop -- each page begins where the last has ended
    const page = await trail.search({
      conditions: conditionsOf(query),
      order: 'newest',
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(after === undefined ? {} : { after }),
      limit: limit - entries.length,
    })
    entries.push(...page.entries)
    if (page.isEnd) break
    after = page.lookedTo
  }
  return entries
}

function conditionsOf(query: TrailQuery): readonly TrailCondition[] {
  const asked: readonly (readonly [TrailAttribute, string | undefined])[] = [
    ['requestId', query.requestId],
    ['instance', query.resource],
    ['userName', query.userName],
    ['eventName', query.eventName],
  ]
  return asked.flatMap(([attribute, value]) =>
    value === undefined ? [] : [{ kind: 'is' as const, attribute, values: [value] }],
  )
}
