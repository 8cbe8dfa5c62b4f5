import { isLiveTopic, LIVE_TOPICS, MAX_LIVE_REQUEST, type LiveTopic } from './protocol.ts'

/** What a page says. */
export type LiveRequest =
  /** First, within the time that the door gives: proves that it is a page of ours. */
  | { readonly type: 'watch'; readonly csrf: string; readonly topics: readonly LiveTopic[] }
  /** From now on these, and no others. */
  | { readonly type: 'topics'; readonly topics: readonly LiveTopic[] }

/** Of the first message, without the proof that the door has taken: the topics, or undefined when it is none. */
export function readWatch(first: unknown): readonly LiveTopic[] | undefined {
  return topicsOf('watch', first)
}

/** Of every other message: the topics, or undefined when it is none. The WebSocket is then closed. */
export function parseTopics(text: string): readonly LiveTopic[] | undefined {
  if (text.length > MAX_LIVE_REQUEST) return undefined
  try {
    return topicsOf('topics', JSON.parse(text))
  } catch {
    return undefined
  }
}

function topicsOf(wanted: LiveRequest['type'], value: unknown): readonly LiveTopic[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { type, topics, ...rest } = value as Record<string, unknown>
  return type === wanted && isTopics(topics) && Object.keys(rest).length === 0 ? topics : undefined
}

const isTopics = (value: unknown): value is readonly LiveTopic[] =>
  Array.isArray(value) &&
  value.length <= LIVE_TOPICS.length &&
  value.every(isLiveTopic) &&
  new Set(value).size === value.length
