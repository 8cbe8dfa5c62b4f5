import type { ScreenSnapshot } from './played-screen.ts'

/** The screen as it was before a page of the recording. */
export interface Keyframe {
  /** Of the page. */
  readonly offset: number
  /** When the last event before it was, in seconds. */
  readonly at: number
  readonly snapshot: ScreenSnapshot
}

/** So many are kept, whatever the length: some 20 KB each. */
const MOST = 256

/** Screens from which playing can go on, so that seeking shows only what came after the nearest. */
export class Keyframes {
  /** In their order. */
  #frames: Keyframe[] = []
  /** In bytes of the recording: frames nearer to each other are not kept. */
  #spacing = 0

  get count(): number {
    return this.#frames.length
  }

  /** Whether one at this place would be kept. */
  wants(offset: number): boolean {
    const index = this.#after(offset, 'offset')
    const before = this.#frames[index - 1]
    if (before?.offset === offset) return false
    const next = this.#frames[index]
    const isFar = (other: Keyframe | undefined) =>
      other === undefined || Math.abs(other.offset - offset) >= this.#spacing
    return isFar(before) && isFar(next)
  }

  add(frame: Keyframe): void {
    if (!this.wants(frame.offset)) return
    this.#frames.splice(this.#after(frame.offset, 'offset'), 0, frame)
    if (this.#frames.length <= MOST) return
    // Every second one goes; from now on they are twice as far from each other.
    this.#frames = this.#frames.filter((_, index) => index % 2 === 0)
    const last = this.#frames.at(-1)
    this.#spacing = last === undefined ? 0 : (2 * last.offset) / MOST
  }

  /** The nearest from which that moment is reached. Undefined: from the beginning. */
  before(at: number): Keyframe | undefined {
    return this.#frames[this.#after(at, 'at') - 1]
  }

  /** Of the first that lies beyond. */
  #after(value: number, by: 'offset' | 'at'): number {
    let low = 0
    let high = this.#frames.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#frames[middle]?.[by] ?? Infinity) <= value) low = middle + 1
      else high = middle
    }
    return low
  }
}
