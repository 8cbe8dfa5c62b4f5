import type { ServerFrame } from '@fleetkey/wire/terminal/server-frame'
import type { Attachment } from './attachment.ts'

/** The devices that a terminal is on. The one that somebody turned to last has the say about its size, and answers what the host asks. */
export class Devices {
  /** Those that somebody turned to come after those that they turned to before. */
  readonly #attachments = new Set<Attachment>()
  /** One, whenever there are any but watchers. */
  #voice: Attachment | undefined

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

  giveSay(attachment: Attachment): void {
    this.#voice = attachment
    this.#putLast(attachment)
  }

  /** Not who watches, nor who was let go: what such a page sends comes until its connection is gone. */
  mayType(attachment: Attachment): boolean {
    return !attachment.isWatcher && this.#attachments.has(attachment)
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
