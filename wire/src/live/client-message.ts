import { isLiveTopic, LIVE_TOPICS, MAX_LIVE_REQUEST, type LiveTopic } from './protocol.ts'

/** What a page says. */
export type LiveRequest =
  /** First, within the time that the door gives: proves that it is a page of ours. */
  | { readonly type: 'watch'; readonly csrf: string; readonly topics: readonly LiveTopic[] }
  /** From now on these, and no others. */
  | { readonly type: 'topics'; readonly topics: readonly LiveTopic[] }

const MAX_TOKEN = 256

/** A message of a page, or undefined when it is none: the WebSocket is then closed. */
export function parseLiveRequest(text: string): LiveRequest | undefined {
  if (text.length > MAX_LIVE_REQUEST) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { type, csrf, topics, ...rest } = value as Record<string, unknown>
  if (Object.keys(rest).length > 0 || !isTopics(topics)) return undefined
  if (type === 'topics' && csrf === undefined) return { type, topics }
  if (type !== 'watch' || typeof csrf !== 'string' || csrf.length > MAX_TOKEN) return undefined
  return { type, csrf, topics }
}

const isTopics = (value: unknown): value is readonly LiveTopic[] =>
  Array.isArray(value) &&
  value.length <= LIVE_TOPICS.length &&
  value.every(isLiveTopic) &&
  new Set(value).size === value.length
