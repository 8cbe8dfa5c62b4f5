import type { TerminalEnd } from '@fleetkey/domain/terminal-end'

/** Why a terminal ended is told to whoever comes back to it within this time, of so many terminals. */
const REMEMBERED = { ms: 30 * 60_000, most: 5000 }

interface PastTerminal {
  readonly owner: string
  readonly end: TerminalEnd
  readonly at: number
}

/** Why terminals ended, for their owners. Nothing is known of those that a server had before this one. */
export class PastTerminals {
  readonly #elapsed: () => number
  readonly #begun: number
  readonly #past = new Map<string, PastTerminal>()

  /** @param elapsed milliseconds of a clock that nobody sets */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed
    this.#begun = elapsed()
  }

  /** Whether some may have ended so lately that they would be remembered, had not another server had them. */
  get isYoung(): boolean {
    return this.#elapsed() - this.#begun < REMEMBERED.ms
  }

  remember(
    { terminalId, owner }: { readonly terminalId: string; readonly owner: string },
    end: TerminalEnd,
  ): void {
    const at = this.#elapsed()
    for (const [id, past] of this.#past) {
      if (this.#past.size < REMEMBERED.most && at - past.at < REMEMBERED.ms) break
      this.#past.delete(id)
    }
    this.#past.set(terminalId, { owner, end, at })
  }

  /** Of the owner's own alone. */
  find(owner: string, terminalId: string): TerminalEnd | undefined {
    const past = this.#past.get(terminalId)
    return past?.owner === owner ? past.end : undefined
  }
}
