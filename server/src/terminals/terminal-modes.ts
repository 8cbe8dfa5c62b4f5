const ESCAPE = 0x1b

/**
 * Modes that outlive what set them and that a repaint needs, by their number in `CSI ? … h` and `l` (xterm's ctlseqs, DECSET): cursor keys, origin, wrap,
 * the cursor, the alternate screens, the mouse, focus, bracketed paste.
 */
const KEPT: ReadonlySet<number> = new Set([
  1, 6, 7, 9, 25, 47, 66, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 1047, 1048, 1049,
  2004,
])
const ALTERNATE_SCREENS = [47, 1047, 1049]
/** More digits are no sequence that anybody means. */
const MAX_SEQUENCE = 64

/** Reads along which modes the output of a terminal has set. */
export class TerminalModes {
  readonly #set: Map<number, boolean>
  /** `ESC =`, `ESC >` */
  #keypad: boolean
  /** The beginning of a sequence whose end was not read yet. */
  #begun: Uint8Array

  private constructor(set: Map<number, boolean>, keypad: boolean, begun: Uint8Array) {
    this.#set = set
    this.#keypad = keypad
    this.#begun = begun
  }

  static none(): TerminalModes {
    return new TerminalModes(new Map(), false, new Uint8Array())
  }

  copy(): TerminalModes {
    return new TerminalModes(new Map(this.#set), this.#keypad, this.#begun)
  }

  get isFullScreen(): boolean {
    return ALTERNATE_SCREENS.some((mode) => this.#set.get(mode) === true)
  }

  read(bytes: Uint8Array): void {
    // A Buffer: its indexOf is a hundred times as fast as that of a Uint8Array.
    const all =
      this.#begun.length === 0
        ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
        : Buffer.concat([this.#begun, bytes])
    this.#begun = new Uint8Array()
    for (let at = all.indexOf(ESCAPE); at >= 0; at = all.indexOf(ESCAPE, at + 1)) {
      if (!this.#sequence(all, at)) {
        this.#begun = new Uint8Array(all.subarray(at))
        return
      }
    }
  }

  /** What sets the same in a terminal that is new. */
  sequences(): Uint8Array {
    const modes = [...this.#set].map(([mode, isSet]) => `\x1b[?${mode}${isSet ? 'h' : 'l'}`)
    return Buffer.from(modes.join('') + (this.#keypad ? '\x1b=' : ''))
  }

  /** False when its end is not there yet. */
  #sequence(bytes: Uint8Array, at: number): boolean {
    const kind = bytes[at + 1]
    if (kind === undefined) return false
    if (kind === 0x3d || kind === 0x3e) this.#keypad = kind === 0x3d
    // `ESC c`: all is as in the beginning.
    if (kind === 0x63) this.#reset()
    if (kind !== 0x5b) return true
    if (bytes[at + 2] === undefined) return false
    if (bytes[at + 2] !== 0x3f) return true
    for (let end = at + 3; end < at + MAX_SEQUENCE; end++) {
      const byte = bytes[end]
      if (byte === undefined) return false
      // Digits and ; go on, anything else is the end.
      if ((byte >= 0x30 && byte <= 0x39) || byte === 0x3b) continue
      if (byte === 0x68 || byte === 0x6c) this.#change(bytes.subarray(at + 3, end), byte === 0x68)
      return true
    }
    return true
  }

  #change(numbers: Uint8Array, isSet: boolean): void {
    for (const text of Buffer.from(numbers).toString('latin1').split(';')) {
      const mode = Number(text)
      if (!KEPT.has(mode)) continue
      // In the order in which they were set last.
      this.#set.delete(mode)
      this.#set.set(mode, isSet)
    }
  }

  #reset(): void {
    this.#set.clear()
    this.#keypad = false
  }
}
