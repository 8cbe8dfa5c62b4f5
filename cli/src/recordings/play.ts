import type { CastEvent, CastHeader } from '@fleetkey/domain/asciicast'
import { BACK_TO_NORMAL, createSafeOutput } from './safe-to-show.ts'

export interface PlayParts {
  /** The recording from its beginning, each time it is asked for. */
  readonly events: () => AsyncIterable<CastHeader | CastEvent>
  readonly out: (text: string) => void
  /** The next key, or undefined when there is none within so many milliseconds. */
  readonly keyWithin: (ms: number) => Promise<PlayKey | undefined>
  readonly speed: number
  /** Longer pauses are this long, in seconds of the recording. */
  readonly idleLimit: number
  /** Seconds from the beginning. */
  readonly from: number
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number
}

export type PlayKey = 'pause' | 'back' | 'forward' | 'faster' | 'slower' | 'step' | 'start' | 'quit'

const SEEK_SECONDS = 10
const FASTEST = 64
const SLOWEST = 1 / 8
/** How long nothing happens while it is paused and no key comes, before it is looked again. */
const PAUSE_MS = 60_000
const FRESH_SCREEN = '\u001b[!p\u001b[?1049l\u001b[r\u001b[2J\u001b[H'

type Turn = 'due' | 'again' | 'quit'

/** Plays until its end or until somebody quits. Seeking back begins anew and draws, at once, all up to there. */
export async function play(parts: PlayParts): Promise<'ended' | 'quit'> {
  const player = new Player(parts)
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- once for each seek back
      const end = await player.once()
      if (end !== 'again') return end
    }
  } finally {
    parts.out(BACK_TO_NORMAL)
  }
}

class Player {
  readonly #parts: PlayParts
  /** Of the recording, in seconds: all before it was shown. */
  #position: number
  #speed: number
  #isPaused = false
  /** One event is shown, whenever it is due. */
  #isStep = false

  constructor(parts: PlayParts) {
    this.#parts = parts
    this.#position = parts.from
    this.#speed = parts.speed
  }

  async once(): Promise<'ended' | 'quit' | 'again'> {
    const { events, out } = this.#parts
    const safe = createSafeOutput()
    out(FRESH_SCREEN)
    for await (const event of events()) {
      if (!('code' in event)) continue
      const turn = await this.#until(event.at)
      if (turn !== 'due') return turn
      if (event.code === 'o') out(safe(event.text))
    }
    return 'ended'
  }

  /** Waits for the moment of an event; keys are heeded meanwhile. */
  async #until(at: number): Promise<Turn> {
    const { keyWithin, idleLimit, elapsed } = this.#parts
    // A long pause is entered late.
    this.#position = Math.max(this.#position, at - idleLimit)
    while (at > this.#position && !this.#isStep) {
      const since = elapsed()
      const waitMs = ((at - this.#position) * 1000) / this.#speed
      // oxlint-disable-next-line no-await-in-loop -- until it is due
      const key = await keyWithin(this.#isPaused ? PAUSE_MS : waitMs)
      if (!this.#isPaused) {
        const passed = ((elapsed() - since) * this.#speed) / 1000
        this.#position = key === undefined ? at : Math.min(at, this.#position + passed)
      }
      const turn = key === undefined ? 'due' : this.#heed(key)
      if (turn !== 'due') return turn
    }
    if (this.#isStep) this.#position = Math.max(this.#position, at)
    this.#isStep = false
    return 'due'
  }

  #heed(key: PlayKey): Turn {
    switch (key) {
      case 'pause':
        this.#isPaused = !this.#isPaused
        return 'due'
      case 'faster':
        this.#speed = Math.min(FASTEST, this.#speed * 2)
        return 'due'
      case 'slower':
        this.#speed = Math.max(SLOWEST, this.#speed / 2)
        return 'due'
      case 'step':
        this.#isPaused = true
        this.#isStep = true
        return 'due'
      case 'forward':
        this.#position += SEEK_SECONDS
        return 'due'
      case 'back':
        this.#position = Math.max(0, this.#position - SEEK_SECONDS)
        return 'again'
      case 'start':
        this.#position = 0
        return 'again'
      case 'quit':
        return 'quit'
    }
  }
}
