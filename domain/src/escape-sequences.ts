/**
 * What a terminal is sent, cut into what it would do (ECMA-48; the states of Paul Williams' parser of DEC terminals). `text` is printed as it
 * is; a `control` is one character of C0 or C1, or DEL; `escape` is ESC with its intermediates and final; `csi` a control sequence; `string`
 * what begins with OSC, DCS, SOS, PM or APC, whatever it holds.
 */
export type TerminalToken =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'control'; readonly text: string }
  /** `name`: intermediates and final, e.g. `(B`, `7`. */
  | { readonly kind: 'escape'; readonly name: string }
  | { readonly kind: 'csi'; readonly csi: ControlSequence }
  | { readonly kind: 'string' }

export interface ControlSequence {
  /** `?`, `>`, `=`, `<` or empty. */
  readonly prefix: string
  /** Digits, `;` and `:`. */
  readonly parameters: string
  readonly intermediates: string
  readonly final: string
}

/** `osc` is the string that BEL ends, too. */
type State = 'ground' | 'escape' | 'csi' | 'osc' | 'string'

/** A longer one does nothing in any terminal: it is dropped, and never held. */
const MAX_SEQUENCE = 256

/** Cuts a stream whose pieces may end anywhere, also within a sequence. Holds no more than one short sequence. */
export class EscapeSequences {
  #state: State = 'ground'
  #held = ''

  /** What is complete with this piece. */
  read(piece: string): readonly TerminalToken[] {
    const tokens: TerminalToken[] = []
    let textFrom = -1
    for (let at = 0; at < piece.length; at++) {
      const code = piece.charCodeAt(at)
      if (this.#state === 'ground' && code >= 0x20 && (code < 0x7f || code > 0x9f)) {
        if (textFrom === -1) textFrom = at
        continue
      }
      if (textFrom !== -1) {
        tokens.push({ kind: 'text', text: piece.slice(textFrom, at) })
        textFrom = -1
      }
      const token = this.#step(piece.charAt(at), code)
      if (token !== undefined) tokens.push(token)
    }
    if (textFrom !== -1) tokens.push({ kind: 'text', text: piece.slice(textFrom) })
    return tokens
  }

  #step(character: string, code: number): TerminalToken | undefined {
    if (this.#state === 'string' || this.#state === 'osc') return this.#inString(code, character)
    // ESC and C1 begin anew wherever they stand; CAN and SUB end a sequence.
    if (code === 0x1b) return this.#go('escape')
    if (code >= 0x80 && code <= 0x9f) return this.#c1(code, character)
    if (code === 0x18 || code === 0x1a) return this.#go('ground')
    // Other controls act at once, also within a sequence.
    if (code < 0x20 || code === 0x7f) return { kind: 'control', text: character }
    if (this.#state === 'escape') return this.#inEscape(character, code)
    return this.#inCsi(character, code)
  }

  #inEscape(character: string, code: number): TerminalToken | undefined {
    if (this.#held === '') {
      if (character === '[') return this.#go('csi')
      if (character === ']') return this.#go('osc')
      if ('P^_X'.includes(character)) return this.#go('string')
      // ST: what it ends has ended with its ESC.
      if (character === '\\') return this.#go('ground')
    }
    this.#held += character
    if (code <= 0x2f && this.#held.length < MAX_SEQUENCE) return undefined
    const name = this.#held
    this.#go('ground')
    return { kind: 'escape', name }
  }

  #inCsi(character: string, code: number): TerminalToken | undefined {
    if (code < 0x40) {
      if (this.#held.length < MAX_SEQUENCE) this.#held += character
      return undefined
    }
    const [, prefix, parameters, intermediates] =
      /^([<-?]?)([0-9:;]*)([ -/]*)$/.exec(this.#held) ?? []
    const isTooLong = this.#held.length >= MAX_SEQUENCE
    this.#go('ground')
    if (prefix === undefined || parameters === undefined || intermediates === undefined) {
      return undefined
    }
    // Beyond ASCII there are no finals.
    if (isTooLong || code > 0x7e) return undefined
    return { kind: 'csi', csi: { prefix, parameters, intermediates, final: character } }
  }

  /** Whatever ends it in a terminal: one that was looked for to its ST would hide all that is shown after it from whoever looks it up. */
  #inString(code: number, character: string): TerminalToken | undefined {
    const isC1 = code >= 0x80 && code <= 0x9f
    const isBell = code === 0x07 && this.#state === 'osc'
    if (!isC1 && !isBell && ![0x18, 0x1a, 0x1b].includes(code)) return undefined
    if (code === 0x1b) this.#go('escape')
    else if (isC1) this.#c1(code, character)
    else this.#go('ground')
    return { kind: 'string' }
  }

  #c1(code: number, character: string): TerminalToken | undefined {
    if (code === 0x9b) return this.#go('csi')
    if (code === 0x9d) return this.#go('osc')
    if ([0x90, 0x98, 0x9e, 0x9f].includes(code)) return this.#go('string')
    this.#go('ground')
    return { kind: 'control', text: character }
  }

  #go(state: State): undefined {
    this.#state = state
    this.#held = ''
  }
}
