import type { LiveTopic } from '@fleetkey/wire/live/protocol'
import type { LiveNews } from '@fleetkey/wire/live/server-message'
import type { LiveSource } from '../../live/live-source.ts'
import type { LiveView } from '../../live/live-view.ts'
import type { Asker } from '../operation.ts'

/** What can be heard of one topic, and by whom. */
export interface LiveTopicOf<News> {
  readonly source: LiveSource<News>
  /** The action that it takes to read the same by asking, for the refusal. */
  readonly action: string
  /** Whether they may hear of it at all. */
  isFor(asker: Asker): boolean
  /** What they may see of it; undefined when that is nothing. */
  show(news: News, asker: Asker): LiveNews | undefined
}

/** A topic of any news: what the table holds. */
export type AnyLiveTopic = LiveTopicOf<unknown>

export type LiveTopics = ReadonlyMap<LiveTopic, AnyLiveTopic>

/** Erases the news' type for the table: each topic is shown only what its own source read. */
export function liveTopic<News>(topic: LiveTopicOf<News>): AnyLiveTopic {
  return topic as unknown as AnyLiveTopic
}

/** What this caller may be told, as their rights are now. */
export function viewOf(topics: LiveTopics, asker: Asker): LiveView {
  const all = [...topics]
  const heard = all.filter(([, of]) => of.isFor(asker))
  return {
    topics: new Map(heard.map(([topic, of]) => [topic, (news) => of.show(news, asker)])),
    refused: all
      .filter(([, of]) => !of.isFor(asker))
      .map(([topic, { action }]) => ({ topic, message: refusalOf(asker, action) })),
  }
}

const refusalOf = ({ principalArn }: Asker, action: string) =>
  `${principalArn} may not see it: no policy allows ${action}, or one denies it.`
