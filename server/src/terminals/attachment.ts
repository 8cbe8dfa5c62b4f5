import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import type { ServerFrame, TerminalReady } from '@fleetkey/wire/terminal/server-frame'
import type { Device } from './device.ts'
import { WaitingOutput } from './waiting-output.ts'

/** What a device may be sent beyond what it has rendered. One that takes less than the others is left behind, and painted anew. */
const MAX_AHEAD = 2048 * 1024
/** Of a flood of lines so much is under way at once: enough for a picture of what runs by, and little before the answer to a key. */
const UNDER_WAY = 128 * 1024
/** And so much waits to become needless, as 5,000 lines of 75 bytes do. Where more is kept than that, it goes. */
const MAX_WAITING = 512 * 1024
/** It waits no longer than more comes: then it is what remains. */
const QUIET_MS = 5
/** What comes after a key and after more than this is no answer to it, but what a command prints. */
const ANSWER = 1024 * 1024
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
  readonly #waiting = new WaitingOutput()
  #skipped = 0
  /** Lines that the device keeps of what is written, as it last said. */
  #linesKept = Infinity
  /** What was sent up to here may have changed how many these are. */
  #unsureUntil = 0
  /** What came since a key was pressed here; undefined when it is no answer any more. */
  #sinceKey: number | undefined
  #hasCome = false
  #quiet: NodeJS.Timeout | undefined

  constructor(device: Device, size: TerminalSize | undefined) {
    this.device = device
    this.size = size
    this.isWatcher = size === undefined
  }

  /** Of all output of the terminal, how much this device has rendered, or need not: what waits to become needless holds nobody up. */
  get rendered(): number {
    const needless = this.#skipped + (this.#isWorthWaiting ? this.#waiting.bytes : 0)
    return this.#base + Math.max(0, this.#rendered - this.#replayed) + needless
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
    this.#skipped = 0
    this.#unsureUntil = replay.length
    this.#dropWaiting()
    this.#isBehind = false
    this.device.say({ ...ready, replayBytes: replay.length })
    this.#send(replay)
    this.device.say({ type: 'replayed' })
  }

  show(bytes: Uint8Array): void {
    if (this.#isBehind) return
    if (this.#underWay + this.#waiting.bytes + bytes.length > MAX_AHEAD) {
      this.#isBehind = true
      this.#dropWaiting()
      return
    }
    if (this.#sinceKey !== undefined) {
      this.#sinceKey += bytes.length
      if (this.#sinceKey > ANSWER) this.#sinceKey = undefined
    }
    this.#waiting.push(bytes)
    if (this.#isSure) this.#skipped += this.#waiting.skipUnseen(this.#linesKept)
    this.#sendOn()
    this.#hasCome = true
    if (this.#waiting.bytes > 0) this.#quiet ??= this.#sendRestWhenQuiet()
  }

  /**
   * Somebody pressed a key there. What waits of a flood then waits until it is over, or goes on: that it stops is what they pressed it for, and
   * each piece more is drawn before they see it.
   */
  typed(): void {
    this.#sinceKey = 0
  }

  /** What is not output comes in its place between it. */
  say(frame: ServerFrame): void {
    this.#sendRest()
    this.device.say(frame)
  }

  /**
   * False when it claims what cannot be.
   *
   * @param total bytes since it was painted
   * @param linesKept of what is written: those shown, and those above; Infinity where it is not as simple as that
   */
  acknowledge(total: number, linesKept = Infinity): boolean {
    if (total < this.#rendered || total > this.#sent) return false
    this.#rendered = total
    this.#linesKept = linesKept
    this.#sendOn()
    return true
  }

  get #underWay(): number {
    return this.#sent - this.#rendered
  }

  /** Whether all that it renders now does nothing but write lines. */
  get #isSure(): boolean {
    return this.#rendered >= this.#unsureUntil
  }

  /** Whether what waits may become needless. */
  get #isWorthWaiting(): boolean {
    const { isPlain, bytes } = this.#waiting
    return isPlain && this.#isSure && this.#linesKept < Infinity && bytes < MAX_WAITING
  }

  #sendOn(): void {
    if (this.#quiet !== undefined && this.#sinceKey !== undefined && this.#isWorthWaiting) return
    while (this.#waiting.bytes > 0 && (this.#underWay < UNDER_WAY || !this.#isWorthWaiting)) {
      this.#sendNext()
    }
  }

  #dropWaiting(): void {
    this.#waiting.take(Infinity)
    this.#forgetQuiet()
  }

  #forgetQuiet(): void {
    clearTimeout(this.#quiet)
    this.#quiet = undefined
  }

  #sendRest(): void {
    while (this.#waiting.bytes > 0) this.#sendNext()
  }

  #sendRestWhenQuiet(): NodeJS.Timeout {
    this.#hasCome = false
    return setTimeout(() => {
      if (this.#hasCome) this.#quiet = this.#sendRestWhenQuiet()
      else this.#sendRest()
    }, QUIET_MS).unref()
  }

  #sendNext(): void {
    const isPlain = this.#waiting.isPlain
    this.#send(this.#waiting.take(MAX_MESSAGE))
    if (!isPlain) this.#unsureUntil = this.#sent
    if (this.#waiting.bytes === 0) this.#forgetQuiet()
  }

  #send(bytes: Uint8Array): void {
    this.#sent += bytes.length
    for (let at = 0; at < bytes.length; at += MAX_MESSAGE) {
      this.device.show(bytes.subarray(at, at + MAX_MESSAGE))
    }
  }
}
