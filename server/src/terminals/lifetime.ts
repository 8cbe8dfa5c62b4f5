import type { TerminalEnd } from '@fleetkey/domain/terminal-end'

/** The end is announced so long before, or a tenth of the whole. */
const ANNOUNCED_MS = 60_000

export interface TerminalTimes {
  /** Without a device. Milliseconds. */
  readonly graceMs: number
  /** Without a key pressed; Infinity for ever. */
  readonly idleMs: number
  /** Of its whole life. */
  readonly maxMs: number
}

/** Why a terminal ends soon, and in how many seconds. */
export interface ComingEnd {
  readonly because: 'idle' | 'duration'
  readonly inSeconds: number
}

/** How long a terminal may go on: by its age, since somebody typed, since the last device left. */
export class Lifetime {
  readonly #times: TerminalTimes
  readonly #now: () => number
  readonly #begunAt: number
  #typedAt: number
  /** Undefined while a device is there. */
  #leftAt: number | undefined
  readonly #announced = new Set<ComingEnd['because']>()

  /** @param now milliseconds of a clock that nobody sets */
  constructor(times: TerminalTimes, now: () => number) {
    this.#times = times
    this.#now = now
    this.#begunAt = now()
    this.#typedAt = this.#begunAt
    this.#leftAt = this.#begunAt
  }

  /** Milliseconds since somebody typed. */
  get idleMs(): number {
    return this.#now() - this.#typedAt
  }

  /** A device is there. */
  attended(): void {
    this.#leftAt = undefined
  }

  /** The last device has gone. */
  left(): void {
    this.#leftAt = this.#now()
  }

  /** Somebody typed. True when an end was announced that does not come now. */
  typed(): boolean {
    this.#typedAt = this.#now()
    return this.#announced.delete('idle')
  }

  /** Why it is over; undefined when it is not. */
  over(): TerminalEnd | undefined {
    const { graceMs, idleMs, maxMs } = this.#times
    if (this.#leftAt !== undefined && this.#now() - this.#leftAt >= graceMs) {
      return {
        cause: 'unattended',
        says: `No device came back to the terminal within ${inWords(graceMs)}.`,
        mend: 'Run what is to go on by itself under tmux, screen or nohup.',
      }
    }
    if (this.#restMs.duration <= 0) {
      return {
        cause: 'duration',
        says: `The terminal was open for ${inWords(maxMs)}, as long as one may be.`,
        mend: 'Open a new one.',
      }
    }
    if (this.#restMs.idle <= 0) {
      return {
        cause: 'idle',
        says: `Nobody typed for ${inWords(idleMs)}.`,
        mend: 'Open a new one.',
      }
    }
    return undefined
  }

  /** Ends that are to be announced now, each once. */
  coming(): readonly ComingEnd[] {
    const { idleMs, maxMs } = this.#times
    const rest = this.#restMs
    return [
      ...this.#announce('duration', rest.duration, maxMs),
      ...this.#announce('idle', rest.idle, idleMs),
    ]
  }

  get #restMs(): Readonly<Record<ComingEnd['because'], number>> {
    const { idleMs, maxMs } = this.#times
    const at = this.#now()
    return { duration: this.#begunAt + maxMs - at, idle: this.#typedAt + idleMs - at }
  }

  #announce(because: ComingEnd['because'], restMs: number, wholeMs: number): ComingEnd[] {
    if (restMs > Math.min(ANNOUNCED_MS, wholeMs / 10) || this.#announced.has(because)) return []
    this.#announced.add(because)
    return [{ because, inSeconds: Math.ceil(restMs / 1000) }]
  }
}

function inWords(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds % 60 === 0 && seconds >= 120 ? `${seconds / 60} minutes` : `${seconds} seconds`
}
