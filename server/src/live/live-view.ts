import type { LiveTopic } from '@fleetkey/wire/live/protocol'
import type { LiveNews, RefusedTopic } from '@fleetkey/wire/live/server-message'

/** What one person may be told, as their rights are at a moment. */
export interface LiveView {
  /** Of the news of a topic what they may see; undefined when that is nothing. What is not in here they may not hear of at all. */
  readonly topics: ReadonlyMap<LiveTopic, (news: unknown) => LiveNews | undefined>
  readonly refused: readonly RefusedTopic[]
}

/** Who watches. */
export interface Viewer {
  readonly principalArn: string
  /** When their sign-in is over, in milliseconds since 1970; undefined when it has no end. */
  readonly endsAt: number | undefined
  /** Asks anew what they may. Throws the refusal when they may watch no more, or are signed out. */
  look(): Promise<LiveView>
}
