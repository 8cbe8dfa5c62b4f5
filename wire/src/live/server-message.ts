import { isLiveTopic, type LiveTopic } from './protocol.ts'

/** Something as an operation of the API answers it (docs/api): what a page does with an answer, it does with this. */
export type Told = Readonly<Record<string, unknown>>

/** News of a topic. */
export type LiveNews =
  | {
      readonly type: 'instances'
      /** As `Instances` of DescribeInstances: as they are now. */
      readonly changed: readonly Told[]
      /** Ids of those that are no more. */
      readonly gone: readonly string[]
    }
  /** As `Events` of SearchEvents: `Seq`, `Hash`, `Record`; oldest first. */
  | { readonly type: 'events'; readonly events: readonly Told[] }
  /** As `Sessions` of ListSSHSessions: as they are now, also those that ended. */
  | { readonly type: 'sessions'; readonly changed: readonly Told[] }
  /** As `Terminals` of ListTerminals; `gone` are ids of those that ended. */
  | {
      readonly type: 'terminals'
      readonly changed: readonly Told[]
      readonly gone: readonly string[]
    }

/** What the server says. */
export type LiveMessage =
  /** What is told of what was asked for, and why the rest is not. Said first, and again when it changes with the person's rights. */
  | {
      readonly type: 'watching'
      readonly topics: readonly LiveTopic[]
      readonly refused: readonly RefusedTopic[]
    }
  | LiveNews
  /** More happened than is told, or than the page took: what it shows of this is old, it is to be read again. */
  | { readonly type: 'missed'; readonly topic: LiveTopic }
  | { readonly type: 'beat' }
  /** Nothing was opened. */
  | {
      readonly type: 'refused'
      readonly code: string
      readonly message: string
      readonly explanation?: string
      readonly requestId?: string
    }
  /** It is over; `says` is a sentence for a person. */
  | { readonly type: 'ended'; readonly cause: LiveEnd; readonly says: string }

/** `signed-out`: sign in again. `not-allowed`: a policy says no now. `stopping`: the server will be back. */
export type LiveEnd = 'signed-out' | 'not-allowed' | 'stopping'

export interface RefusedTopic {
  readonly topic: LiveTopic
  /** e.g. `User: … is not authorized to perform: fleetkey:SearchEvents …` */
  readonly message: string
}

export const encodeLiveMessage = (message: LiveMessage): string => JSON.stringify(message)

/** A message of the server, or undefined when it is none that this version knows: it is then passed over. */
export function parseLiveMessage(text: string): LiveMessage | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isTold(value)) return undefined
  const { type } = value
  switch (type) {
    case 'watching': {
      const { topics, refused } = value
      const isWhole = isListOf(topics, isLiveTopic) && isListOf(refused, isRefusedTopic)
      return isWhole ? { type, topics, refused } : undefined
    }
    case 'instances':
    case 'terminals': {
      const { changed, gone } = value
      return isListOf(changed, isTold) && isListOf(gone, isText)
        ? { type, changed, gone }
        : undefined
    }
    case 'sessions': {
      const { changed } = value
      return isListOf(changed, isTold) ? { type, changed } : undefined
    }
    case 'events': {
      const { events } = value
      return isListOf(events, isTold) ? { type, events } : undefined
    }
    case 'missed': {
      const { topic } = value
      return isLiveTopic(topic) ? { type, topic } : undefined
    }
    case 'beat':
      return { type }
    case 'refused': {
      const { code, message, explanation, requestId } = value
      if (!isText(code) || !isText(message)) return undefined
      return {
        type,
        code,
        message,
        ...(isText(explanation) && { explanation }),
        ...(isText(requestId) && { requestId }),
      }
    }
    case 'ended': {
      const { cause, says } = value
      return isEnd(cause) && isText(says) ? { type, cause, says } : undefined
    }
    default:
      return undefined
  }
}

const ENDS: readonly unknown[] = ['signed-out', 'not-allowed', 'stopping'] satisfies LiveEnd[]
const isEnd = (value: unknown): value is LiveEnd => ENDS.includes(value)

const isText = (value: unknown): value is string => typeof value === 'string'

const isTold = (value: unknown): value is Told =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isRefusedTopic = (value: unknown): value is RefusedTopic =>
  isTold(value) && isLiveTopic(value['topic']) && isText(value['message'])

function isListOf<Item>(
  value: unknown,
  is: (item: unknown) => item is Item,
): value is readonly Item[] {
  return Array.isArray(value) && value.every(is)
}
