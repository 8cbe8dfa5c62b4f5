import type { DatabaseSync } from 'node:sqlite'
import type { TrailAttribute, TrailCondition } from '@fleetkey/domain/trail-search'
import type { StoredTrailEntry, TrailQuery } from '../store.ts'
import { search } from './trail-search/search.ts'

/** All at once, however far it must look: for what the server itself looks up. */
export function lookup(db: DatabaseSync, query: TrailQuery): readonly StoredTrailEntry[] {
  const { from, to, limit } = query
  const entries: StoredTrailEntry[] = []
  let after = query.beforeSeq
  while (entries.length < limit) {
    const page = search(db, {
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
