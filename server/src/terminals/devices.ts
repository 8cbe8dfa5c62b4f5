import type { ServerFrame } from '@fleetkey/wire/terminal/server-frame'
import type { Attachment } from './attachment.ts'

/** The devices that a terminal is on. The one that somebody turned to last has the say about its size, and answers what the host asks. */
export class Devices {
  /** Those that had the say come last, in the order in which they had it. */
  readonly #attachments = new Set<Attachment>()
  /** One, whenever there are any but watchers. */
  #voice: Attachment | undefined
  /** Of those that had the say before: of all output so much had come then, and what is asked in it is theirs to answer. */
  readonly #askedUntil = new WeakMap<Attachment, number>()

  get count(): { readonly attached: number; readonly watching: number } {
    const watching = [...this.#attachments].filter(({ isWatcher }) => isWatcher).length
    return { attached: this.#attachments.size - watching, watching }
  }

  /** Of all output, how much the fastest has rendered. Those who watch set no pace. */
  get rendered(): number {
    let fastest = 0
    for (const one of this.#attachments) {
      if (!one.isWatcher) fastest = Math.max(fastest, one.rendered)
    }
    return fastest
  }

  add(attachment: Attachment): void {
    this.#attachments.add(attachment)
  }

  /** False when it was none of them. Nobody has the say then who had it: see `next`. */
  remove(attachment: Attachment): boolean {
    if (this.#voice === attachment) this.#voice = undefined
    return this.#attachments.delete(attachment)
  }

  clear(): void {
    this.#attachments.clear()
    this.#voice = undefined
  }

  hasSay(attachment: Attachment): boolean {
    return this.#voice === attachment
  }

  /** Who is to have the say where nobody has. */
  get next(): Attachment | undefined {
    if (this.#voice !== undefined) return undefined
    return [...this.#attachments].findLast(({ isWatcher }) => !isWatcher)
  }

  /** @param received of all output, so much has come */
  giveSay(attachment: Attachment, received: number): void {
    if (this.#voice !== undefined) {
      this.#askedUntil.set(this.#voice, received)
      this.#putLast(this.#voice)
    }
    this.#voice = attachment
    this.#putLast(attachment)
  }

  /** Not who watches, nor who was let go: what such a page sends comes until its connection is gone. */
  mayType(attachment: Attachment): boolean {
    return !attachment.isWatcher && this.#attachments.has(attachment)
  }

  /** Each question by one: who has the say, or who had it when that was asked, and tells that all until then is rendered after the answers to it. */
  mayAnswer(attachment: Attachment): boolean {
    if (!this.mayType(attachment)) return false
    return this.hasSay(attachment) || attachment.rendered < (this.#askedUntil.get(attachment) ?? 0)
  }

  show(bytes: Uint8Array): void {
    for (const attachment of this.#attachments) attachment.show(bytes)
  }

  say(frame: ServerFrame): void {
    for (const attachment of this.#attachments) attachment.say(frame)
  }

  /** Between the same bytes for all: each question in them is answered by one, whenever that changes. */
  tellCount(): void {
    const { count } = this
    for (const attachment of this.#attachments) {
      attachment.say({ type: 'devices', ...count, answers: this.hasSay(attachment) })
    }
  }

  /** Sends all away. @param code TERMINAL_CLOSE */
  close(code: number): void {
    for (const { device } of this.#attachments) device.close(code)
    this.clear()
  }
  #putLast(attachment: Attachment): void {
    this.#attachments.delete(attachment)
    this.#attachments.add(attachment)
  }
}
