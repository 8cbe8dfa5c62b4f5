import { Runner } from './runner.ts'

/** What the player shows of itself. */
export interface PlaybackState {
  /** Seconds from the beginning of the recording. */
  readonly at: number
  readonly isPlaying: boolean
  /** On the way to a moment that is far. */
  readonly isSeeking: boolean
  /** It plays, and what is due is not here as yet. */
  readonly isWaiting: boolean
  readonly isAtEnd: boolean
  readonly speed: number
  readonly skipsIdle: boolean
  readonly failure: unknown
}

export const SPEEDS = [0.5, 1, 1.5, 2, 4, 8, 16] as const
/** A pause is skipped but for so much of it. */
const IDLE_SECONDS = 1
/** Of what is due: so much later it is said that it is waited for. */
const LATE_MS = 500

/**
 * Plays, pauses and seeks. It does not look at a clock: whoever shows it says how much time has passed, once for each picture, and gets what
 * is due on the screen.
 */
export class Playback {
  readonly #runner: Runner
  readonly #extent: () => { readonly seconds: number; readonly isGrowing: boolean }
  readonly #listeners = new Set<() => void>()
  #state: PlaybackState
  #way: AbortController | undefined
  #isShowing = false
  #lateMs = 0
  /** Where to, the last time. */
  #wanted = 0

  constructor(parts: {
    readonly runner: Runner
    /** How much of the recording there is. */
    readonly extent: () => { readonly seconds: number; readonly isGrowing: boolean }
    readonly skipsIdle?: boolean
  }) {
    this.#runner = parts.runner
    this.#extent = parts.extent
    this.#state = {
      at: 0,
      isPlaying: false,
      isSeeking: false,
      isWaiting: false,
      isAtEnd: false,
      speed: 1,
      skipsIdle: parts.skipsIdle ?? true,
      failure: undefined,
    }
  }

  get state(): PlaybackState {
    return this.#state
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** At the end it begins anew. */
  async play(): Promise<void> {
    const isOver = this.#state.isAtEnd && !this.#extent().isGrowing
    this.#set({ isPlaying: true, isAtEnd: false })
    if (isOver) await this.seek(0)
  }

  pause(): void {
    this.#set({ isPlaying: false })
  }

  toggle(): void {
    if (this.#state.isPlaying) this.pause()
    else void this.play()
  }

  setSpeed(speed: number): void {
    this.#set({ speed })
  }

  faster(steps: 1 | -1): void {
    const index = SPEEDS.findIndex((speed) => speed >= this.#state.speed)
    const speed = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, index + steps))]
    if (speed !== undefined) this.setSpeed(speed)
  }

  skipIdle(skipsIdle: boolean): void {
    this.#set({ skipsIdle })
  }

  /** Settles when that moment is on the screen, or when another was asked for. A failure leaves it at the moment that is on the screen. */
  async seek(at: number): Promise<void> {
    const { seconds } = this.#extent()
    const target = Math.min(Math.max(0, at), seconds > 0 ? seconds : Infinity)
    this.#way?.abort()
    const way = new AbortController()
    this.#way = way
    this.#wanted = target
    this.#set({ at: target, isSeeking: true, isAtEnd: false, failure: undefined })
    try {
      await this.#turn(() => this.#runner.runTo(target, way.signal))
    } catch (failure) {
      if (!way.signal.aborted) this.#failed(failure)
    } finally {
      if (this.#way === way) {
        this.#way = undefined
        this.#set({ isSeeking: false })
      }
    }
  }

  /** To where it failed to get. */
  async retry(): Promise<void> {
    await this.seek(this.#wanted)
  }

  async seekBy(seconds: number): Promise<void> {
    await this.seek(this.#state.at + seconds)
  }

  /** Shows the next thing that was shown, whenever that was. */
  async step(): Promise<void> {
    this.pause()
    const { nextAt } = this.#runner
    if (nextAt !== undefined) await this.seek(nextAt)
  }

  /** So much time has passed since the last picture. */
  async passed(ms: number): Promise<void> {
    const { isPlaying, isSeeking, speed } = this.#state
    if (this.#isShowing) return this.#late(ms)
    if (!isPlaying || isSeeking) return
    const way = new AbortController()
    const at = this.#beyondIdle(this.#state.at + (ms / 1000) * speed)
    this.#isShowing = true
    try {
      await this.#turn(() => this.#runner.runTo(at, way.signal))
      // Somebody may have gone elsewhere meanwhile.
      if (this.#state.isPlaying && !this.#state.isSeeking) this.#arrived(at)
    } catch (failure) {
      // Whoever has gone elsewhere meanwhile is told what comes of that.
      if (this.#state.isSeeking) return
      this.#wanted = at
      this.#failed(failure)
    } finally {
      this.#isShowing = false
      this.#lateMs = 0
      if (this.#state.isWaiting) this.#set({ isWaiting: false })
    }
  }

  #late(ms: number): void {
    this.#lateMs += ms
    if (this.#lateMs >= LATE_MS && !this.#state.isWaiting) this.#set({ isWaiting: true })
  }

  #failed(failure: unknown): void {
    this.#set({ isPlaying: false, at: this.#runner.at, failure })
  }

  #beyondIdle(at: number): number {
    const { nextAt } = this.#runner
    if (!this.#state.skipsIdle || nextAt === undefined) return at
    return Math.max(at, nextAt - IDLE_SECONDS)
  }

  #arrived(at: number): void {
    const { seconds, isGrowing } = this.#extent()
    const isAtEnd = this.#runner.nextAt === undefined && at >= seconds
    if (!isAtEnd) this.#set({ at })
    // One that still runs goes on when there is more.
    else this.#set({ at: Math.max(seconds, this.#runner.at), isAtEnd, isPlaying: isGrowing })
  }

  #last: Promise<unknown> = Promise.resolve()

  /** One way after the other: two at once would mix what they show. */
  #turn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  #set(change: Partial<PlaybackState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}
