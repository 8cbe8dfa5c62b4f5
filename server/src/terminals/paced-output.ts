import type { Device } from './device.ts'
import { WaitingOutput } from './waiting-output.ts'

/** Of a flood of lines so much is under way at once: enough for a picture of what runs by, and little before the answer to a key. */
const UNDER_WAY = 64 * 1024
/** And so much waits to become needless, as 5,000 lines of 75 bytes do. Where more is kept than that, it goes. */
const MAX_WAITING = 512 * 1024
/** It waits no longer than more comes: then it is what remains. Shorter, and it goes whenever a busy host takes breath. */
const QUIET_MS = 10
/** What comes after a key and after more than this is no answer to it, but what a command prints. */
const ANSWER = 1024 * 1024
/** Somebody who presses a key while so much is on its way does so in a flood. */
const FLOOD = 32 * 1024
/** The longest message of output. */
const MAX_MESSAGE = 64 * 1024

/**
 * Output on its way to one device. Of a flood of lines little is under way at once, and what waits behind it falls out where later lines would
 * push it out of all that the device keeps.
 */
export class PacedOutput {
  readonly #device: Device
  #sent = 0
  #rendered = 0
  readonly #waiting = new WaitingOutput()
  #skipped = 0
  /** Lines that the device keeps of what is written, as it last said. */
  #linesKept = Infinity
  /** What was sent up to here may have changed how many these are. */
  #unsureUntil = 0
  /** What came since a key was pressed here; undefined when it is no answer any more. */
  #sinceKey: number | undefined
  /** A key was pressed in a flood, of which the device shows no more until it hears that nothing is held back here. */
  #owesCaughtUp = false
  #hasCome = false
  #quiet: NodeJS.Timeout | undefined

  constructor(device: Device) {
    this.#device = device
  }

  /** Bytes that the device has rendered, since the beginning. */
  get rendered(): number {
    return this.#rendered
  }

  /** Bytes that it need not render: those that fell out, and those that may. */
  get needless(): number {
    return this.#skipped + (this.#isWorthWaiting ? this.#waiting.bytes : 0)
  }

  /** Bytes that it is behind. */
  get ahead(): number {
    return this.#underWay + this.#waiting.bytes
  }

  /** Whether it has rendered all that it was sent. */
  get isRendered(): boolean {
    return this.#underWay === 0
  }

  /** Begins anew, with what the device is painted with: counts are of what follows. */
  begin(paint: Uint8Array): void {
    this.drop()
    this.#sent = 0
    this.#rendered = 0
    this.#skipped = 0
    this.#unsureUntil = paint.length
    this.#send(paint)
  }

  push(bytes: Uint8Array): void {
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
    // Who keeps a key down would see nothing any more.
    if (this.#quiet === undefined) this.#sinceKey = 0
    else this.#sinceKey ??= 0
    this.#owesCaughtUp = this.ahead >= FLOOD
    this.#sayCaughtUp()
  }

  /**
   * False when it claims what cannot be.
   *
   * @param total bytes since the beginning
   * @param linesKept of what is written: those shown, and those above; Infinity where it is not as simple as that
   */
  acknowledge(total: number, linesKept: number): boolean {
    if (total < this.#rendered || total > this.#sent) return false
    this.#rendered = total
    this.#linesKept = linesKept
    this.#sendOn()
    return true
  }

  /** Sends all that waits. */
  flush(): void {
    while (this.#waiting.bytes > 0) this.#sendNext()
    this.#sayCaughtUp()
  }

  /** Forgets what waits. */
  drop(): void {
    this.#waiting.take(Infinity)
    this.#forgetQuiet()
    this.#sayCaughtUp()
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
    this.#sayCaughtUp()
  }

  #sayCaughtUp(): void {
    const isHeldBack = this.#waiting.bytes > 0 && this.#sinceKey !== undefined
    if (!this.#owesCaughtUp || isHeldBack) return
    this.#owesCaughtUp = false
    this.#device.say({ type: 'caught-up' })
  }

  #forgetQuiet(): void {
    clearTimeout(this.#quiet)
    this.#quiet = undefined
  }

  #sendRestWhenQuiet(): NodeJS.Timeout {
    this.#hasCome = false
    return setTimeout(() => {
      if (this.#hasCome) this.#quiet = this.#sendRestWhenQuiet()
      else this.flush()
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
      this.#device.show(bytes.subarray(at, at + MAX_MESSAGE))
    }
  }
}
