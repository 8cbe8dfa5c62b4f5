import type { HeardWord } from './sshd-word.ts'

/** A grant lives a minute, and somebody may ask why it did not work a while later. */
const KEPT_HUNDREDTHS = 180_00
/** Whoever floods sshd with connections must not fill the agent's memory. */
const MAX_WORDS = 2048

/** What sshd said lately, and who wants to hear of it. */
export class WordMemory {
  readonly #words: HeardWord[] = []
  readonly #listeners = new Set<(heard: HeardWord) => void>()

  add(heard: HeardWord): void {
    this.#words.push(heard)
    const oldest = heard.bootAt - KEPT_HUNDREDTHS
    const outdated = this.#words.findIndex(({ bootAt }) => bootAt >= oldest)
    const over = this.#words.length - MAX_WORDS
    this.#words.splice(0, Math.max(outdated, over, 0))
    for (const listener of this.#listeners) listener(heard)
  }

  /** Those heard at that moment of the boot clock or later, oldest first. */
  since(bootAt: number): readonly HeardWord[] {
    return this.#words.filter((heard) => heard.bootAt >= bootAt)
  }

  /** Returns what ends it. */
  listen(listener: (heard: HeardWord) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
