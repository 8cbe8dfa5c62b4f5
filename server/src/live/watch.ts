import { parseTopics } from '@fleetkey/wire/live/client-message'
import { LIVE_CLOSE, type LiveTopic } from '@fleetkey/wire/live/protocol'
import {
  encodeLiveMessage,
  type LiveEnd,
  type LiveMessage,
} from '@fleetkey/wire/live/server-message'
import type { WebSocket } from 'ws'
import type { LiveView, Viewer } from './live-view.ts'

/** What a page has not taken yet, in bytes: beyond it nothing more is said but that it missed some. */
const MAX_BUFFERED = 1024 * 1024
/** Whoever reads again each time that something is missed would do nothing else. */
const MISSED_EVERY_MS = 10_000
/** How often a page may change its mind within a beat. */
const MAX_REQUESTS = 50

/** One page of somebody's, that is told what is new. Nothing waits here for a page that is slow. */
export class Watch {
  readonly viewer: Viewer
  /** Topics that it began to hear since it was last told. */
  readonly joined = new Set<LiveTopic>()
  readonly #webSocket: WebSocket
  readonly #onEnd: () => void
  readonly #missed = new Set<LiveTopic>()
  readonly #toldMissedAt = new Map<LiveTopic, number>()
  #view: LiveView
  #topics: ReadonlySet<LiveTopic>
  #requests = 0
  #isAlive = true
  /** What it was last told that it hears, and of what not. */
  #said = ''
  #hasEnded = false

  constructor(parts: {
    readonly webSocket: WebSocket
    readonly viewer: Viewer
    readonly view: LiveView
    readonly topics: readonly LiveTopic[]
    /** Called once, whoever ended it. */
    readonly onEnd: () => void
  }) {
    this.viewer = parts.viewer
    this.#webSocket = parts.webSocket
    this.#view = parts.view
    this.#topics = new Set(parts.topics)
    this.#onEnd = parts.onEnd
    for (const topic of this.#topics) this.joined.add(topic)
    this.#webSocket.on('message', (data: Buffer, isBinary: boolean) =>
      this.#hear(isBinary ? '' : data.toString('utf8')),
    )
    this.#webSocket.on('pong', () => (this.#isAlive = true))
    this.#webSocket.on('error', () => this.#webSocket.terminate())
    this.#webSocket.on('close', () => this.#ended())
    this.#sayWatching()
  }

  /** What it hears of and may. */
  get topics(): readonly LiveTopic[] {
    return [...this.#topics].filter((topic) => this.#view.topics.has(topic))
  }

  /** From now on it may hear this. */
  see(view: LiveView): void {
    const before = new Set(this.topics)
    this.#view = view
    for (const topic of this.topics) if (!before.has(topic)) this.joined.add(topic)
    this.#sayWatching()
  }

  /** Of these news what its person may see. */
  tell(topic: LiveTopic, news: unknown, encode: (message: LiveMessage) => string): void {
    const show = this.#view.topics.get(topic)
    if (show === undefined || !this.#topics.has(topic)) return
    const message = show(news)
    if (message === undefined) return
    if (this.#webSocket.bufferedAmount > MAX_BUFFERED) this.miss(topic)
    else this.#send(encode(message))
  }

  /** Something of this is not told. */
  miss(topic: LiveTopic): void {
    this.#missed.add(topic)
  }

  /** Says what it missed, when it is time to and it takes anything. */
  tellMissed(now: number): void {
    if (this.#webSocket.bufferedAmount > MAX_BUFFERED) return
    for (const topic of this.topics) {
      const last = this.#toldMissedAt.get(topic) ?? -Infinity
      if (!this.#missed.has(topic) || now - last < MISSED_EVERY_MS) continue
      this.#missed.delete(topic)
      this.#toldMissedAt.set(topic, now)
      this.#send(encodeLiveMessage({ type: 'missed', topic }))
    }
  }

  /** That the server is there; one that did not answer the last time is not. */
  beat(): void {
    if (!this.#isAlive) return this.#webSocket.terminate()
    this.#isAlive = false
    this.#requests = 0
    this.#webSocket.ping()
    if (this.#webSocket.bufferedAmount <= MAX_BUFFERED)
      this.#send(encodeLiveMessage({ type: 'beat' }))
  }

  end(cause: LiveEnd, says: string): void {
    this.#send(encodeLiveMessage({ type: 'ended', cause, says }))
    this.#webSocket.close(CODES[cause])
    this.#ended()
  }

  #hear(text: string): void {
    this.#isAlive = true
    const asked = parseTopics(text)
    if (asked === undefined || ++this.#requests > MAX_REQUESTS) {
      this.#webSocket.close(LIVE_CLOSE.policy)
      return this.#ended()
    }
    const topics = new Set(asked)
    for (const topic of topics.difference(this.#topics)) this.joined.add(topic)
    for (const topic of this.#topics.difference(topics)) this.joined.delete(topic)
    this.#topics = topics
    this.#sayWatching()
  }

  #sayWatching(): void {
    const refused = this.#view.refused.filter(({ topic }) => this.#topics.has(topic))
    const text = encodeLiveMessage({ type: 'watching', topics: this.topics, refused })
    if (text === this.#said) return
    this.#said = text
    this.#send(text)
  }

  #send(text: string): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.send(text)
  }

  #ended(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#onEnd()
  }
}

const CODES: Readonly<Record<LiveEnd, number>> = {
  'signed-out': LIVE_CLOSE.signedOut,
  'not-allowed': LIVE_CLOSE.refused,
  stopping: LIVE_CLOSE.goingAway,
}
