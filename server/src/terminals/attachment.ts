import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import type { ServerFrame, TerminalReady } from '@fleetkey/wire/terminal/server-frame'
import type { Device } from './device.ts'
import { PacedOutput } from './paced-output.ts'

/** What a device may be sent beyond what it has rendered. One that takes less than the others is left behind, and painted anew. */
const MAX_AHEAD = 2048 * 1024

/** A terminal on one device. */
export class Attachment {
  readonly device: Device
  readonly isWatcher: boolean
  /** Of its window. Undefined for a watcher, which has no say. */
  size: TerminalSize | undefined
  readonly #output: PacedOutput
  /** Of all output of the terminal, so much came before this device was painted. */
  #base = 0
  #replayed = 0
  #isBehind = false

  constructor(device: Device, size: TerminalSize | undefined) {
    this.device = device
    this.size = size
    this.isWatcher = size === undefined
    this.#output = new PacedOutput(device)
  }

  /** Of all output of the terminal, how much this device has rendered, or need not: what waits to become needless holds nobody up. */
  get rendered(): number {
    const { rendered, needless } = this.#output
    return this.#base + Math.max(0, rendered - this.#replayed) + needless
  }

  /** Whether it waits to be painted anew, and has rendered what it was sent. */
  get wantsPaint(): boolean {
    return this.#isBehind && this.#output.isRendered
  }

  /** Paints all anew. @param received of all output, so much has come */
  paint(ready: Omit<TerminalReady, 'replayBytes'>, replay: Uint8Array, received: number): void {
    this.#base = received
    this.#replayed = replay.length
    this.#isBehind = false
    this.device.say({ ...ready, replayBytes: replay.length })
    this.#output.begin(replay)
    this.device.say({ type: 'replayed' })
  }

  show(bytes: Uint8Array): void {
    if (this.#isBehind) return
    if (this.#output.ahead + bytes.length > MAX_AHEAD) {
      this.#isBehind = true
      this.#output.drop()
      return
    }
    this.#output.push(bytes)
  }

  /** Somebody pressed a key there: the answer is what they wait for. */
  typed(): void {
    this.#output.typed()
  }

  /** What is not output comes in its place between it. */
  say(frame: ServerFrame): void {
    this.#output.flush()
    this.device.say(frame)
  }

  /**
   * False when it claims what cannot be.
   *
   * @param total bytes since it was painted
   * @param linesKept of what is written: those shown, and those above; Infinity where it is not as simple as that
   */
  acknowledge(total: number, linesKept = Infinity): boolean {
    return this.#output.acknowledge(total, linesKept)
  }
}
