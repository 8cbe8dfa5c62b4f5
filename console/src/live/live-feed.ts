import {
  LIVE_CLOSE,
  LIVE_DEAD_AFTER_MS,
  LIVE_TOPICS,
  type LiveTopic,
} from '@fleetkey/wire/live/protocol'
import type { LiveRequest } from '@fleetkey/wire/live/client-message'
import {
  parseLiveMessage,
  type LiveMessage,
  type LiveNews,
} from '@fleetkey/wire/live/server-message'
import { backoffMs } from '../api/backoff.ts'

/** A server that is not there is asked often, which costs it nothing: people see its news within two seconds of its being back. */
const UNREACHED = { firstMs: 500, longestMs: 2000 }
/** One that says that it cannot now has enough to do. */
const BUSY = { firstMs: 500, longestMs: 30_000 }

/** What a page hears of its topic: news, or that it missed some and is to read again. */
export type Heard<Topic extends LiveTopic> =
  | Extract<LiveNews, { readonly type: Topic }>
  | { readonly type: 'missed'; readonly topic: LiveTopic }

/** How it stands with a topic. */
export type LiveState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** The server is not reached, or says that it cannot now; it is tried again by itself. */
  | { readonly kind: 'away'; readonly says?: string }
  /** It is not told, and why not. */
  | { readonly kind: 'refused'; readonly says: string }

/** Of a WebSocket, what is used. */
export interface LiveSocket {
  send(text: string): void
  close(): void
}

/** What a WebSocket tells. */
export interface LiveSocketEvents {
  readonly opened: () => void
  readonly said: (text: string) => void
  /** @param code of RFC 6455 §7.4, and ours */
  readonly closed: (code: number) => void
}

export interface LiveSurroundings {
  open(events: LiveSocketEvents): LiveSocket
  csrf(): string
  /** Nobody may be signed in here any more: the server says so, or lets nobody in, of which browsers do not tell why. */
  doubt(): void
  /** Calls back once; what it returns takes that back. */
  after(ms: number, work: () => void): () => void
  /** 0 to 1. */
  random(): number
}

type Listener = (heard: Heard<LiveTopic>) => void

/** A page that goes and another that comes within this time share the WebSocket. */
const LINGER_MS = 5000

/** Refusals that asking again changes nothing about. */
const FINAL = /^AccessDenied/
/** Likewise, until somebody has signed in. */
const NOBODY = /^(ExpiredToken|UnrecognizedClient|MissingAuthenticationToken)/

const SIGNED_OUT = 'You are signed out.'

const CONNECTING: LiveState = { kind: 'connecting' }
const AWAY: LiveState = { kind: 'away' }
const LIVE: LiveState = { kind: 'live' }

/**
 * The one WebSocket of the console: open while anybody is signed in, opened anew when it is lost, with what is listened to by then. Who
 * listens hears `missed` when there was a time without it. By it a page learns at once that it was signed out elsewhere.
 */
export class LiveFeed {
  readonly #surroundings: LiveSurroundings
  readonly #listeners = new Map<LiveTopic, Set<Listener>>()
  readonly #stateListeners = new Set<() => void>()
  #states = new Map<LiveTopic, LiveState>()
  #base: LiveState = CONNECTING
  #socket: LiveSocket | undefined
  #isOpen = false
  #asked: string | undefined
  #stays = 0
  #tries = 0
  #wasLost = false
  #isBusy = false
  #isOver = false
  #isSignedOut = false
  #hasDoubted = false
  #stopWaiting = () => {}
  #stopWatching = () => {}

  constructor(surroundings: LiveSurroundings) {
    this.#surroundings = surroundings
  }

  /** Until what it returns is called. */
  listen<Topic extends LiveTopic>(topic: Topic, hear: (heard: Heard<Topic>) => void): () => void {
    const own = this.#listeners.get(topic) ?? new Set()
    const listener = hear as Listener
    this.#listeners.set(topic, own.add(listener))
    this.#follow()
    return () => {
      own.delete(listener)
      if (own.size === 0) this.#listeners.delete(topic)
      this.#follow()
    }
  }

  /** Keeps it open without listening, until what it returns is called. */
  stay(): () => void {
    this.#stays++
    this.#follow()
    return () => {
      this.#stays--
      this.#follow()
    }
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  stateOf(topic: LiveTopic): LiveState {
    return this.#base === LIVE ? (this.#states.get(topic) ?? CONNECTING) : this.#base
  }

  onState(listener: () => void): () => void {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  /** They are signed in after all: by a session that began meanwhile. */
  goOn(): void {
    if (this.#isSignedOut) this.tryNow()
  }

  /** Whoever signed in anew, or whose network is back, need not wait. */
  tryNow(): void {
    this.#isOver = false
    this.#isSignedOut = false
    this.#tries = 0
    if (this.#socket === undefined) this.#connect()
  }

  get #topics(): readonly LiveTopic[] {
    return LIVE_TOPICS.filter((topic) => this.#listeners.has(topic))
  }

  get #isWanted(): boolean {
    return this.#stays > 0 || this.#topics.length > 0
  }

  #follow(): void {
    this.#stopWaiting()
    const wait = (ms: number, work: () => void) => {
      this.#stopWaiting = this.#surroundings.after(ms, work)
    }
    if (!this.#isWanted) wait(LINGER_MS, () => this.#leave())
    // In the same moment others may come and go.
    else if (this.#isOpen) wait(0, () => this.#say())
    else if (this.#socket === undefined) wait(this.#pauseMs(), () => this.#connect())
  }

  #connect(): void {
    if (this.#socket !== undefined || this.#isOver || !this.#isWanted) return
    this.#stopWaiting()
    if (this.#surroundings.csrf() === '') {
      // Who somebody is has not been told yet.
      this.#tries++
      return this.#follow()
    }
    const ofThis = (work: () => void) => {
      if (this.#socket === socket) work()
    }
    const socket = this.#surroundings.open({
      opened: () => ofThis(() => this.#opened()),
      said: (text) => ofThis(() => this.#hear(text)),
      closed: (code) => ofThis(() => this.#closed(code)),
    })
    this.#socket = socket
    this.#watch()
  }

  #opened(): void {
    this.#isOpen = true
    this.#asked = undefined
    this.#say()
  }

  #say(): void {
    const topics = this.#topics
    const text = topics.join()
    if (!this.#isOpen || text === this.#asked) return
    const request: LiveRequest =
      this.#asked === undefined
        ? { type: 'watch', csrf: this.#surroundings.csrf(), topics }
        : { type: 'topics', topics }
    this.#asked = text
    this.#socket?.send(JSON.stringify(request))
  }

  #hear(text: string): void {
    this.#watch()
    const message = parseLiveMessage(text)
    if (message !== undefined) this.#take(message)
  }

  #take(message: LiveMessage): void {
    switch (message.type) {
      case 'watching':
        return this.#watching(message)
      case 'missed':
        return this.#tell(message.topic, message)
      case 'instances':
      case 'events':
      case 'sessions':
      case 'terminals':
        return this.#tell(message.type, message)
      case 'refused':
        if (NOBODY.test(message.code)) return this.#signedOut()
        return this.#over(message.message, FINAL.test(message.code))
      case 'ended':
        if (message.cause === 'signed-out') return this.#signedOut()
        return this.#over(message.says, message.cause !== 'stopping')
      case 'beat':
        return undefined
    }
  }

  #watching({ topics, refused }: Extract<LiveMessage, { readonly type: 'watching' }>): void {
    this.#tries = 0
    this.#hasDoubted = false
    this.#states = new Map([
      ...topics.map((topic) => [topic, LIVE] as const),
      ...refused.map(({ topic, message }) => [topic, { kind: 'refused', says: message }] as const),
    ])
    this.#stand(LIVE)
    if (!this.#wasLost) return
    this.#wasLost = false
    for (const topic of topics) this.#tell(topic, { type: 'missed', topic })
  }

  #tell(topic: LiveTopic, heard: Heard<LiveTopic>): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener(heard)
  }

  #over(says: string, isFinal: boolean): void {
    this.#isOver = isFinal
    this.#leave()
    this.#wasLost = true
    if (isFinal) return this.#stand({ kind: 'refused', says })
    this.#tries++
    this.#isBusy = says !== ''
    this.#stand(this.#isBusy ? { kind: 'away', says } : AWAY)
    this.#follow()
  }

  #closed(code: number): void {
    if (code === LIVE_CLOSE.signedOut) return this.#signedOut()
    const isFirst = !this.#isOpen && !this.#hasDoubted
    this.#lost()
    // Once: asking counts as use, and where WebSockets do not pass, a page that nobody looks at would stay signed in for ever.
    if (isFirst) this.#surroundings.doubt()
    this.#hasDoubted ||= isFirst
  }

  #signedOut(): void {
    this.#over(SIGNED_OUT, true)
    this.#isSignedOut = true
    this.#surroundings.doubt()
  }

  #lost(): void {
    this.#over('', false)
  }

  #leave(): void {
    this.#stopWatching()
    const socket = this.#socket
    this.#socket = undefined
    this.#isOpen = false
    socket?.close()
  }

  /** A network that went away says nothing: neither does a server that is not reached any more. */
  #watch(): void {
    this.#stopWatching()
    this.#stopWatching = this.#surroundings.after(LIVE_DEAD_AFTER_MS, () => this.#lost())
  }

  #pauseMs(): number {
    // The first attempt after one that went well is made at once.
    if (this.#tries === 0) return 0
    const again = this.#isBusy ? BUSY : UNREACHED
    return backoffMs(this.#tries - 1, { ...again, random: this.#surroundings.random() })
  }

  #stand(state: LiveState): void {
    this.#base = state
    for (const listener of this.#stateListeners) listener()
  }
}
