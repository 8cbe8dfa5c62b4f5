import type { StoredTrailEntry, TrailStore } from '../store/store.ts'
import { RECENT_MS, type LiveSource } from './live-source.ts'

/** Records that are told at a time. When there are more, the rest is missed: who wants it all searches. */
const MAX_AT_ONCE = 200

/**
 * New records of the trail, in its order, whoever wrote them: each act once, as it is settled. Where it is stands in the trail's own
 * numbers, so that nothing is told twice or left out unsaid.
 */
export function trailSource(
  trail: Pick<TrailStore, 'read' | 'head'>,
  now: () => number,
): LiveSource<readonly StoredTrailEntry[]> {
  let place = 0
  let recent: readonly StoredTrailEntry[] = []

  const isRecent = ({ time }: StoredTrailEntry) => time >= now() - RECENT_MS

  return {
    async begin() {
      const { seq } = await trail.head()
      const before = Math.max(0, seq - MAX_AT_ONCE)
      recent = settled(await trail.read(before, seq - before))
      place = seq
    },
    async drain() {
      // An act that began and one that ended are two records: so many are read that of the settled ones there can be enough.
      const read = await trail.read(place, 2 * MAX_AT_ONCE + 1)
      const found = settled(read)
      const last = read.at(-1)
      if (last === undefined) return { news: undefined, hasMissed: false }
      const told = found.slice(0, MAX_AT_ONCE)
      const hasMissed = found.length > MAX_AT_ONCE || read.length > 2 * MAX_AT_ONCE
      place = hasMissed ? (await trail.head()).seq : last.seq
      recent = [...recent, ...told].slice(-MAX_AT_ONCE).filter(isRecent)
      return { news: told.length === 0 ? undefined : told, hasMissed }
    },
    async recent() {
      const found = recent.filter(isRecent)
      return found.length === 0 ? undefined : found
    },
  }
}

const settled = (entries: readonly StoredTrailEntry[]) =>
  entries.filter(({ phase }) => phase !== 'intent')
