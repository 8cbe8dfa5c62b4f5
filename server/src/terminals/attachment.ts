import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import type { TerminalReady } from '@fleetkey/wire/terminal/server-frame'
import type { Device } from './device.ts'

/** What a device may be sent beyond what it has rendered. One that takes less than the others is left behind, and painted anew. */
const MAX_AHEAD = 2048 * 1024
/** The longest message of output. */
const MAX_MESSAGE = 64 * 1024

/** A terminal on one device. */
export class Attachment {
  readonly device: Device
  readonly isWatcher: boolean
  /** Of its window. Undefined for a watcher, which has no say. */
  size: TerminalSize | undefined
  /** Of all output of the terminal, so much came before this device was painted. */
  #base = 0
  #replayed = 0
  #sent = 0
  #rendered = 0
  #isBehind = false

  constructor(device: Device, size: TerminalSize | undefined) {
    this.device = device
    this.size = size
    this.isWatcher = size === undefined
  }

  /** Of all output of the terminal, how much this device has rendered. */
  get rendered(): number {
    return this.#base + Math.max(0, this.#rendered - this.#replayed)
  }

  /** Whether it waits to be painted anew, and has rendered what it was sent. */
  get wantsPaint(): boolean {
    return this.#isBehind && this.#rendered === this.#sent
  }

  /** Paints all anew. @param received of all output, so much has come */
  paint(ready: Omit<TerminalReady, 'replayBytes'>, replay: Uint8Array, received: number): void {
    this.#base = received
    this.#replayed = replay.length
    this.#sent = 0
    this.#rendered = 0
    this.#isBehind = false
    this.device.say({ ...ready, replayBytes: replay.length })
    this.#send(replay)
    this.device.say({ type: 'replayed' })
  }

  show(bytes: Uint8Array): void {
    if (this.#isBehind) return
    if (this.#sent - this.#rendered + bytes.length > MAX_AHEAD) {
      this.#isBehind = true
      return
    }
    this.#send(bytes)
  }

  /** False when it claims what cannot be. @param total bytes since it was painted */
  acknowledge(total: number): boolean {
    if (total < this.#rendered || total > this.#sent) return false
    this.#rendered = total
    return true
  }

  #send(bytes: Uint8Array): void {
    this.#sent += bytes.length
    for (let at = 0; at < bytes.length; at += MAX_MESSAGE) {
      this.device.show(bytes.subarray(at, at + MAX_MESSAGE))
    }
  }
}
