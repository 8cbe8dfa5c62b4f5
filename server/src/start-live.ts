import type { Realm } from '@fleetkey/domain/realm'
import type { Presence } from './agents/presence.ts'
import type { FleetNews } from './live/fleet-news.ts'
import { createLiveFeed } from './live/live-feed.ts'
import { trailSource } from './live/trail-source.ts'
import { eventsTopic } from './operations/live/events-topic.ts'
import { instancesTopic } from './operations/live/instances-topic.ts'
import type { LiveTopics } from './operations/live/live-topic.ts'
import { sessionsTopic } from './operations/live/sessions-topic.ts'
import { terminalsTopic } from './operations/live/terminals-topic.ts'
import type { Store } from './store/store.ts'
import type { Terminals } from './terminals/terminals.ts'

/** What pages of the console hear of, and what tells them. Part of the composition root. */
export function startLive(
  news: FleetNews,
  parts: {
    readonly store: Store
    readonly presence: Presence
    readonly terminals: Pick<Terminals, 'list'>
    readonly realm: Realm
    readonly deployment: string
    readonly everyMs: number | undefined
    readonly now: () => number
    readonly log: { error(facts: object, text: string): void }
  },
) {
  const { store, now, log, everyMs } = parts
  const topics: LiveTopics = new Map([
    ['instances', instancesTopic(parts, news)],
    ['events', eventsTopic(trailSource(store.trail, now))],
    ['sessions', sessionsTopic(parts, news)],
    ['terminals', terminalsTopic(parts, news)],
  ])
  const sources = new Map([...topics].map(([topic, { source }]) => [topic, source]))
  const feed = createLiveFeed({
    sources,
    securityVersion: () => store.securityVersion(),
    everyMs,
    now,
    log,
  })
  return { ...feed, topics }
}
