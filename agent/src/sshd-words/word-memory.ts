import type { HeardWord } from './sshd-word.ts'

/** A grant lives a minute, and somebody may ask why it did not work a while later. */
const KEPT_HUNDREDTHS = 180_00
/** Whoever floods sshd with connections must not fill the agent's memory. */
const MAX_WORDS = 2048
/** Of connections that come to no login the last few tell all, and whoever sends many must not have words of logins forgotten. */
const MAX_ASIDE = 256

/** What sshd said lately, and who wants to hear of it. */
export class WordMemory {
  readonly #words: HeardWord[] = []
  readonly #aside: HeardWord[] = []
  readonly #listeners = new Set<(heard: HeardWord) => void>()

  add(heard: HeardWord): void {
    if (isAside(heard)) keep(this.#aside, heard, MAX_ASIDE)
    else keep(this.#words, heard, MAX_WORDS)
    for (const listener of this.#listeners) listener(heard)
  }

  /** Those heard at that moment of the boot clock or later, oldest first: the listener's of what comes to no login, then those of logins. */
  since(bootAt: number): readonly HeardWord[] {
    return [...this.#aside, ...this.#words].filter((heard) => heard.bootAt >= bootAt)
  }

  /** Returns what ends it. */
  listen(listener: (heard: HeardWord) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}

const isAside = ({ word }: HeardWord): boolean =>
  word.kind === 'dropped' || word.kind === 'penalised'

function keep(words: HeardWord[], heard: HeardWord, most: number): void {
  words.push(heard)
  const oldest = heard.bootAt - KEPT_HUNDREDTHS
  const outdated = words.findIndex(({ bootAt }) => bootAt >= oldest)
  words.splice(0, Math.max(outdated, words.length - most, 0))
}
