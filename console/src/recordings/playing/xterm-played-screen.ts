import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import type { IDisposable, Terminal } from '@xterm/xterm'
import { bufferText, cellText } from './buffer-text.ts'
import type { PlayedScreen, ScreenSnapshot } from './played-screen.ts'
import { afterSgr, PLAIN, sgrText, type CsiParameters, type SgrState } from './sgr-state.ts'

const ESC = '\u001b'
/** CAN ends whatever sequence was cut off, RIS all that was before it (ECMA-48 §8.3.6, §8.3.105). */
const RESET = `\u0018${ESC}c`
const SO = '\u000e'
const SI = '\u000f'
const SLOTS = ['(', ')', '*', '+'] as const
/** Beside ASCII (B): line drawing, British and the national sets of DEC. */
const SETS = Array.from('0ABC45RQKYEZH7=')

/**
 * A terminal of xterm.js as the screen of a recording. What stands on its screens is read from it; what the next character depends on and it does not
 * tell (colours, margins, character sets, the saved cursor, the hidden one) is followed by what passes. Every sequence still reaches xterm
 * itself.
 */
export class XtermPlayedScreen implements PlayedScreen {
  readonly #terminal: Terminal
  readonly #hooks: readonly IDisposable[]
  #passed = START

  /** @param terminal without what was scrolled out of it (`scrollback: 0`) */
  constructor(terminal: Terminal) {
    this.#terminal = terminal
    const { parser } = terminal
    const csi = (id: Parameters<typeof parser.registerCsiHandler>[0], note: CsiNote) =>
      parser.registerCsiHandler(id, (parameters) => this.#note(note(parameters)))
    const esc = (id: Parameters<typeof parser.registerEscHandler>[0], note: () => Change) =>
      parser.registerEscHandler(id, () => this.#note(note()))
    this.#hooks = [
      csi({ final: 'm' }, (parameters) => ({ sgr: afterSgr(this.#passed.sgr, parameters) })),
      csi({ final: 'r' }, (parameters) =>
        this.#ofBuffer({ margins: marginsOf(parameters, terminal.rows) }),
      ),
      csi({ final: 's' }, () => this.#saved()),
      csi({ final: 'u' }, () => this.#restored()),
      csi({ prefix: '?', final: 'h' }, (modes) => this.#set(modes)),
      csi({ prefix: '?', final: 'l' }, (modes) => this.#unset(modes)),
      csi({ intermediates: '!', final: 'p' }, () => ({
        ...this.#ofBuffer({ margins: undefined, saved: undefined }),
        sgr: PLAIN,
        isCursorHidden: false,
        sets: ASCII,
        level: 0,
        drawn: 'B',
      })),
      ...SLOTS.flatMap((intermediates, slot) =>
        [...SETS, 'B'].map((final) =>
          esc({ intermediates, final }, () => this.#designate(slot, final)),
        ),
      ),
      esc({ final: '7' }, () => this.#saved()),
      esc({ final: '8' }, () => this.#restored()),
      esc({ final: 'c' }, () => START),
    ]
  }

  async show(text: string): Promise<void> {
    // SO and SI choose a character set, and no handler is told of them: what comes before each is shown before it.
    for (const piece of cutAfterShifts(text)) {
      // oxlint-disable-next-line no-await-in-loop -- mostly one
      await new Promise<void>((resolve) => this.#terminal.write(piece, resolve))
      const end = piece.at(-1)
      if (end === SO || end === SI) this.#shift(end === SO ? 1 : 0)
    }
  }

  resize({ cols, rows }: TerminalSize): void {
    // As xterm does: margins are the whole screen again.
    const { normal, alternate } = this.#passed
    this.#note({
      normal: { ...normal, margins: undefined },
      alternate: { ...alternate, margins: undefined },
    })
    this.#terminal.resize(cols, rows)
  }

  snapshot(): ScreenSnapshot {
    const { cols, rows, buffer } = this.#terminal
    const { normal, alternate } = this.#passed
    const isAlternate = buffer.active.type === 'alternate'
    const text = [
      bufferText(buffer.normal, this.#terminal),
      // To it the other screen leads back, with what was saved and its margins.
      isAlternate ? savedText(normal) : '',
      isAlternate ? `${marginsText(normal)}${ESC}[?1047h` : '',
      isAlternate ? bufferText(buffer.alternate, this.#terminal) : '',
      savedText(isAlternate ? alternate : normal),
      this.#cursorText(isAlternate ? alternate : normal),
      this.#pen(),
    ].join('')
    return { cols, rows, text }
  }

  async restore({ cols, rows, text }: ScreenSnapshot): Promise<void> {
    await this.show(RESET)
    this.#passed = START
    this.#terminal.resize(cols, rows)
    await this.show(text)
  }

  dispose(): void {
    for (const hook of this.#hooks) hook.dispose()
    this.#terminal.dispose()
  }

  /** Margins and the cursor, which setting them sends home. */
  #cursorText(of: OfBuffer): string {
    const { cols, buffer, modes } = this.#terminal
    const { cursorX, cursorY } = buffer.active
    const isOrigin = modes.originMode
    const above = isOrigin && of.margins !== undefined ? of.margins.top - 1 : 0
    // Beyond the last column it stands where no place leads: what stands in that column is written once more.
    const isBeyond = cursorX >= cols
    return [
      marginsText(of),
      isBeyond ? cellText(buffer.active, cursorY, cols - 1) : '',
      isOrigin && !isBeyond ? `${ESC}[?6h` : '',
      isBeyond ? '' : `${ESC}[${cursorY - above + 1};${cursorX + 1}H`,
    ].join('')
  }

  /** What the next character depends on. */
  #pen(): string {
    const { insertMode, wraparoundMode, reverseWraparoundMode } = this.#terminal.modes
    const { sgr, level, drawn, isCursorHidden } = this.#passed
    const sets = this.#passed.sets.with(level, drawn)
    return [
      insertMode ? `${ESC}[4h` : '',
      wraparoundMode ? '' : `${ESC}[?7l`,
      reverseWraparoundMode ? `${ESC}[?45h` : '',
      isCursorHidden ? `${ESC}[?25l` : '',
      ...SLOTS.map((slot, index) => (sets[index] === 'B' ? '' : `${ESC}${slot}${sets[index]}`)),
      level === 1 ? SO : '',
      sgrText(sgr),
    ].join('')
  }

  #note(change: Change): false {
    this.#passed = { ...this.#passed, ...change }
    // So that xterm's own handler comes next.
    return false
  }

  #designate(slot: number, set: string): Change {
    const { sets, level } = this.#passed
    return { sets: sets.with(slot, set), ...(slot === level && { drawn: set }) }
  }

  #shift(level: 0 | 1): void {
    this.#note({ level, drawn: this.#passed.sets[level] ?? 'B' })
  }

  #ofBuffer(change: Partial<OfBuffer>, type = this.#terminal.buffer.active.type): Change {
    return { [type]: { ...this.#passed[type], ...change } }
  }

  #saved(): Change {
    const { cursorX, cursorY } = this.#terminal.buffer.active
    const { sgr, drawn } = this.#passed
    return this.#ofBuffer({ saved: { cursorX, cursorY, sgr, drawn } })
  }

  #restored(type = this.#terminal.buffer.active.type): Change {
    const { sgr = PLAIN, drawn = 'B' } = this.#passed[type].saved ?? {}
    return { sgr, drawn }
  }

  #set(modes: CsiParameters): Change {
    return Object.assign(
      {},
      modes.includes(25) ? { isCursorHidden: false } : {},
      modes.includes(1048) || modes.includes(1049) ? this.#saved() : {},
    ) as Change
  }

  #unset(modes: CsiParameters): Change {
    const leaves = [47, 1047, 1049].some((mode) => modes.includes(mode))
    return Object.assign(
      {},
      modes.includes(25) ? { isCursorHidden: true } : {},
      // The other screen is emptied when it is left.
      leaves ? { alternate: { ...this.#passed.alternate, margins: undefined } } : {},
      modes.includes(1048) ? this.#restored() : {},
      modes.includes(1049) ? this.#restored('normal') : {},
    ) as Change
  }
}

type Change = Partial<Passed>
type CsiNote = (parameters: CsiParameters) => Change

interface OfBuffer {
  readonly margins: { readonly top: number; readonly bottom: number } | undefined
  readonly saved:
    | {
        readonly cursorX: number
        readonly cursorY: number
        readonly sgr: SgrState
        readonly drawn: string
      }
    | undefined
}

interface Passed {
  readonly normal: OfBuffer
  readonly alternate: OfBuffer
  readonly sgr: SgrState
  readonly isCursorHidden: boolean
  /** Of G0 to G3. */
  readonly sets: readonly string[]
  /** Which of the first two is used. */
  readonly level: 0 | 1
  /** The set in use: that of the level, but after a saved cursor was restored. */
  readonly drawn: string
}

const ASCII = ['B', 'B', 'B', 'B'] as const
const FRESH: OfBuffer = { margins: undefined, saved: undefined }
const START: Passed = {
  normal: FRESH,
  alternate: FRESH,
  sgr: PLAIN,
  isCursorHidden: false,
  sets: ASCII,
  level: 0,
  drawn: 'B',
}

const marginsText = ({ margins }: OfBuffer) =>
  margins === undefined ? '' : `${ESC}[${margins.top};${margins.bottom}r`

const savedText = ({ saved }: OfBuffer) =>
  saved === undefined
    ? ''
    : [
        `${ESC}[${saved.cursorY + 1};${saved.cursorX + 1}H`,
        `${sgrText(saved.sgr)}${ESC}(${saved.drawn}${ESC}7${ESC}(B${ESC}[0m`,
      ].join('')

function cutAfterShifts(text: string): readonly string[] {
  const pieces: string[] = []
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character !== SO && character !== SI) continue
    pieces.push(text.slice(from, at + 1))
    from = at + 1
  }
  return from < text.length ? [...pieces, text.slice(from)] : pieces
}

/** As xterm reads them (DECSTBM); undefined where they are the whole screen. */
function marginsOf([first, second]: CsiParameters, rows: number) {
  const top = Math.max(1, Number(first ?? 0))
  const wanted = Number(second ?? 0)
  const bottom = wanted === 0 || wanted > rows ? rows : wanted
  return bottom > top && (top > 1 || bottom < rows) ? { top, bottom } : undefined
}
