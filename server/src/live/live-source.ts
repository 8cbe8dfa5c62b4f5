import type { FleetNews, StateTopic } from './fleet-news.ts'

/** Where news of a topic comes from: read once for all who hear of it, whatever each of them may then be told. */
export interface LiveSource<News> {
  /** Somebody begins to hear after nobody did: what was before is of no interest. */
  begin(): Promise<void>
  /** What is new since it began, or this was last called. */
  drain(): Promise<Drained<News>>
  /** What was new in the last seconds: for who begins to hear, and read just before. */
  recent(): Promise<News | undefined>
}

export interface Drained<News> {
  readonly news: News | undefined
  /** There was more than is told. */
  readonly hasMissed: boolean
}

/** Of what changes, so many are told at a time; the rest waits for the next: a fleet of 5,000 that changes without end is told whole in ten seconds. */
const MAX_AT_ONCE = 500

/** A page reads and begins to hear, in whichever order: as far apart as this. */
export const RECENT_MS = 10_000

/** News of things that have a state: as they are when they are read. */
export function stateSource<News>(
  topic: StateTopic,
  news: FleetNews,
  read: (ids: readonly string[]) => Promise<News>,
): LiveSource<News> {
  return {
    async begin() {
      news.take(topic, Infinity)
    },
    async drain() {
      const { ids, hasLost } = news.take(topic, MAX_AT_ONCE)
      return { news: ids.length === 0 ? undefined : await read(ids), hasMissed: hasLost }
    },
    async recent() {
      const ids = news.recent(topic, RECENT_MS).slice(-MAX_AT_ONCE)
      return ids.length === 0 ? undefined : await read(ids)
    },
  }
}
