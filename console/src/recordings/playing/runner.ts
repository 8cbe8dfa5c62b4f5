import type { CastEvent } from '@fleetkey/domain/asciicast'
import type { Keyframes } from './keyframes.ts'
import type { PlayedScreen } from './played-screen.ts'
import type { RecordingPage, RecordingPages } from './recording-pages.ts'

/** Text that is shown at once: more is cut, so that a long way can be left. */
const MOST_AT_ONCE = 64 << 10

/** Brings a screen to any moment of a recording. One way at a time: a new one begins where the last was left. */
export class Runner {
  readonly #pages: RecordingPages
  readonly #screen: PlayedScreen
  readonly #keyframes: Keyframes
  #page: RecordingPage | undefined
  /** Of the next event in its page. */
  #index = 0
  #at = 0

  constructor(parts: {
    readonly pages: RecordingPages
    readonly screen: PlayedScreen
    /** May be shared by several. */
    readonly keyframes: Keyframes
  }) {
    this.#pages = parts.pages
    this.#screen = parts.screen
    this.#keyframes = parts.keyframes
  }

  /** When the last shown event was. */
  get at(): number {
    return this.#at
  }

  /** When the next event is; undefined at the end, or as long as it is not known. */
  get nextAt(): number | undefined {
    return this.#next()?.at
  }

  /** Everything up to that moment, and nothing later, is shown. Rejects when it is aborted, and may be called again then. */
  async runTo(at: number, signal: AbortSignal): Promise<void> {
    await this.#begin(at, signal)
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const page = await this.#current(signal)
      if (page === undefined) return
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await this.#showUpTo(at, signal)
      if (this.#index < page.events.length) return
    }
  }

  /** To the nearest known place before, unless what was shown last is nearer. */
  async #begin(at: number, signal: AbortSignal): Promise<void> {
    const frame = this.#keyframes.before(at)
    const isAhead = this.#page === undefined || this.#at > at
    if (!isAhead && (frame === undefined || frame.offset <= this.#pageOffset())) return
    if (frame !== undefined) {
      const page = await this.#pages.page(frame.offset, signal)
      await this.#screen.restore(frame.snapshot)
      this.#go(page, frame.at)
      return
    }
    const first = await this.#pages.page(0, signal)
    const { width: cols = 80, height: rows = 24 } = first.header ?? {}
    await this.#screen.restore({ cols, rows, text: '' })
    this.#go(first, 0)
  }

  #go(page: RecordingPage, at: number): void {
    this.#page = page
    this.#index = 0
    this.#at = at
    // While this one is shown the next comes: what is played does not stop between the two.
    this.#pages.ahead(page.next)
  }

  #pageOffset(): number {
    return this.#page?.offset ?? 0
  }

  #next(): CastEvent | undefined {
    return this.#page?.events[this.#index]
  }

  /** The page with the next event. Undefined when there is none. */
  async #current(signal: AbortSignal): Promise<RecordingPage | undefined> {
    signal.throwIfAborted()
    const page = this.#page
    if (page === undefined || this.#index < page.events.length) return page
    const next = await this.#pages.page(page.next, signal)
    if (next.next === next.offset) return undefined
    if (this.#keyframes.wants(next.offset)) {
      const snapshot = this.#screen.snapshot()
      this.#keyframes.add({ offset: next.offset, at: this.#at, snapshot })
    }
    this.#go(next, this.#at)
    return next
  }

  async #showUpTo(at: number, signal: AbortSignal): Promise<void> {
    let text = ''
    let upTo = this.#index
    const flush = async () => {
      const until = upTo
      if (text !== '') await this.#screen.show(text)
      text = ''
      this.#at = this.#page?.events[until - 1]?.at ?? this.#at
      this.#index = until
    }
    for (const event of this.#page?.events.slice(this.#index) ?? []) {
      if (event.at > at) break
      if (event.code === 'r') {
        await flush()
        this.#screen.resize(event)
      } else if (event.code === 'o') text += event.text
      upTo += 1
      if (text.length < MOST_AT_ONCE) continue
      await flush()
      signal.throwIfAborted()
    }
    await flush()
  }
}
