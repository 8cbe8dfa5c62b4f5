import { EscapeSequences, type ControlSequence } from './escape-sequences.ts'

/** Of a line: what a program prints without end is cut into several. UTF-16 units. */
const MAX_LINE = 4096
const TAB = 8

/**
 * What a terminal showed, as lines of plain text: what was typed and rubbed out is gone, what was written over is as it stood at the end of the
 * line. Full-screen programs (on the other screen) draw wherever they like: of them only that they were there is told.
 */
export class PlainLines {
  readonly #sequences = new EscapeSequences()
  #line: string[] = []
  #column = 0
  #isElsewhere = false

  /** Lines that are complete with this piece. */
  write(piece: string): readonly string[] {
    const done: string[] = []
    for (const token of this.#sequences.read(piece)) {
      switch (token.kind) {
        case 'text':
          if (!this.#isElsewhere) this.#print(token.text, done)
          break
        case 'control':
          if (!this.#isElsewhere) this.#control(token.text, done)
          break
        case 'csi':
          this.#csi(token.csi, done)
          break
        case 'escape':
        case 'string':
          break
      }
    }
    return done
  }

  /** The line that stands when nothing more comes; empty when there is none. */
  rest(): string {
    return this.#text()
  }

  #print(text: string, done: string[]): void {
    for (const character of text) {
      if (this.#column >= MAX_LINE) this.#end(done)
      while (this.#line.length < this.#column) this.#line.push(' ')
      this.#line[this.#column++] = character
    }
  }

  #control(control: string, done: string[]): void {
    if (control === '\n') this.#end(done)
    else if (control === '\r') this.#column = 0
    else if (control === '\b') this.#column = Math.max(0, this.#column - 1)
    else if (control === '\t') this.#column += TAB - (this.#column % TAB)
  }

  #csi({ prefix, parameters, final }: ControlSequence, done: string[]): void {
    if (prefix === '?' && (final === 'h' || final === 'l')) {
      const isOther = parameters.split(';').some((mode) => /^(?:47|1047|1049)$/.test(mode))
      if (isOther) this.#elsewhere(final === 'h', done)
      return
    }
    if (this.#isElsewhere || prefix !== '') return
    const count = Math.min(Number(parameters.split(';')[0]) || 0, MAX_LINE)
    switch (final) {
      case 'K':
        if (count === 0) this.#line.length = Math.min(this.#line.length, this.#column)
        else if (count === 2) this.#line = []
        else this.#line.fill(' ', 0, this.#column + 1)
        return
      case 'C':
        this.#column = Math.min(this.#column + (count || 1), MAX_LINE)
        return
      case 'D':
        this.#column = Math.max(0, this.#column - (count || 1))
        return
      case 'G':
        this.#column = Math.max(0, count - 1)
        return
      case 'P':
        this.#line.splice(this.#column, count || 1)
        return
      case '@':
        this.#line.splice(this.#column, 0, ...Array.from({ length: count || 1 }, () => ' '))
        return
      case 'J':
      case 'H':
        // A screen that is cleared, and a place elsewhere: what stood is done.
        if (this.#text() !== '') this.#end(done)
        return
      default:
    }
  }

  #elsewhere(isElsewhere: boolean, done: string[]): void {
    if (isElsewhere === this.#isElsewhere) return
    this.#isElsewhere = isElsewhere
    if (!isElsewhere) return
    if (this.#text() !== '') this.#end(done)
    done.push('[a full-screen program]')
  }

  #end(done: string[]): void {
    done.push(this.#text())
    this.#line = []
    this.#column = 0
  }

  #text(): string {
    return this.#line.join('').trimEnd()
  }
}
