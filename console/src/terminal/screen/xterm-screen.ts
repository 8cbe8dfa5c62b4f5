import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import { MAX_TERMINAL_SIDE } from '@fleetkey/wire/terminal/protocol'
import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon, type ISearchDecorationOptions } from '@xterm/addon-search'
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes'
import { WebLinksAddon } from '@xterm/addon-web-links'
import { Terminal, type ILinkHandler, type ITerminalOptions } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import type { TerminalScreen } from '../connection/terminal-connection.ts'
import { keyAct, type KeyAct } from '../keys/key-act.ts'
import { tamePaste } from '../paste/paste-concern.ts'
import { THEMES, type ThemeName } from '../settings/themes.ts'
import type { TerminalSettings } from '../settings/terminal-settings.ts'
import { followQuestions } from './host-questions.ts'
import { drawNow } from './draw-now.ts'
import { hasGraphicsCard } from './renderer.ts'
import { scrollByTouch } from './touch-scroll.ts'
import { selectByTouch } from './touch-select.ts'
import { writeStylesByCssom } from './styles-by-cssom.ts'

export interface ScreenEvents {
  /** Typed, or pasted. */
  input(bytes: Uint8Array): void
  /** What xterm answers to a question of the host. */
  answer(text: string): void
  /** Somebody turned to it: keys go to it from now on. */
  focused(): void
  /** Whether anybody takes what is typed; else Tab goes on to what is said instead of a prompt. */
  takesKeys(): boolean
  /** Raw, from the host. */
  title(title: string): void
  bell(): void
  /** Somebody pressed a link. `text`: what it is shown as. */
  link(address: string, text: string): void
  act(act: KeyAct): void
  /** Somebody selected something, and let go. */
  selected(): void
  /** Something is selected from now on, or nothing any more. */
  selects(isAny: boolean): void
  /** Somebody pastes: it is for the receiver to paste it then. */
  paste(text: string): void
}

export interface SearchWish {
  readonly text: string
  readonly isCaseSensitive: boolean
  readonly isRegex: boolean
}

/** How many of a search there are, and which one is shown; -1 for none. */
export interface SearchResult {
  readonly index: number
  readonly count: number
}

/** More of a search are not counted: each is marked. */
export const MOST_FOUND = 1000

const FONTS =
  'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace'

const ENCODER = new TextEncoder()
/** CAN ends whatever sequence was cut off; RIS empties the screen, what was scrolled out of it, and modes (ECMA-48 §8.3.6, §8.3.105). */
const RESET = '\u0018\u001bc'

/** A terminal of xterm.js, without a network. What a host may not do here is left off or caught: docs/operate/terminal.md. */
export class XtermScreen implements TerminalScreen {
  readonly #terminal: Terminal
  readonly #fit = new FitAddon()
  readonly #search = new SearchAddon({ highlightLimit: MOST_FOUND })
  readonly element = document.createElement('div')
  readonly #events: ScreenEvents
  #found: ISearchDecorationOptions
  #searchedHow = ''
  #isOpen = false
  #hasMargins = false

  constructor(settings: TerminalSettings, theme: ThemeName, events: ScreenEvents) {
    writeStylesByCssom()
    this.#events = events
    this.element.className = 'terminal-screen'
    this.#terminal = new Terminal({
      // For graphemes and for marking what a search found.
      allowProposedApi: true,
      linkHandler: this.#linkHandler(),
      // The default, said because it matters: a host must not move, resize or read the window.
      windowOptions: {},
      macOptionIsMeta: true,
      logLevel: 'off',
      ...optionsOf(settings, theme),
    })
    this.element.style.background = THEMES[theme].background
    this.#found = foundOn(theme)
    this.#terminal.loadAddon(this.#fit)
    this.#terminal.loadAddon(this.#search)
    this.#terminal.loadAddon(new UnicodeGraphemesAddon())
    this.#terminal.loadAddon(
      new WebLinksAddon((event, address) => this.#press(event, address, address)),
    )
    const { parser } = this.#terminal
    parser.registerCsiHandler({ final: 'r' }, (margins) => this.#setMargins(margins))
    parser.registerEscHandler({ final: 'c' }, () => this.#setMargins([]))
    const isAnswering = followQuestions(this.#terminal)
    this.#terminal.onData((text) => {
      if (isAnswering()) events.answer(text)
      else events.input(ENCODER.encode(text))
    })
    this.#terminal.onBinary((text) =>
      events.input(Uint8Array.from(text, (each) => each.charCodeAt(0))),
    )
    this.#terminal.onTitleChange((title) => events.title(title))
    this.#terminal.onBell(() => events.bell())
    this.#terminal.attachCustomKeyEventHandler((event) => this.#key(event))
    this.element.addEventListener('pointerup', () => {
      // xterm has it once the event is over.
      setTimeout(() => {
        if (this.selection !== '') events.selected()
      })
    })
    this.#terminal.onSelectionChange(() => events.selects(this.#terminal.hasSelection()))
    // It goes before: what it takes of a finger scrolls nothing.
    selectByTouch(this.#terminal, this.element)
    scrollByTouch(this.#terminal, this.element)
    this.element.addEventListener('focusin', () => events.focused())
    this.element.addEventListener('paste', (event) => this.#pasted(event), { capture: true })
  }

  /** Shows it there; what it showed before stays. */
  mount(parent: HTMLElement): void {
    parent.append(this.element)
    if (this.#isOpen) return
    this.#isOpen = true
    this.#terminal.open(this.element)
    this.#terminal.textarea?.setAttribute(
      'aria-description',
      'Keys go to the host. Press Control and F6 to leave the terminal.',
    )
    if (hasGraphicsCard()) void this.#drawWithCard()
  }

  unmount(): void {
    this.element.remove()
  }

  /** How much the place where it is shown has room for; undefined while it has none. */
  room(): TerminalSize | undefined {
    const size = this.#fit.proposeDimensions()
    if (size === undefined || !Number.isFinite(size.cols) || !Number.isFinite(size.rows)) {
      return undefined
    }
    const side = (wanted: number) => Math.min(MAX_TERMINAL_SIDE, Math.max(1, wanted))
    return { cols: side(size.cols), rows: side(size.rows) }
  }

  get size(): TerminalSize {
    return { cols: this.#terminal.cols, rows: this.#terminal.rows }
  }

  /** With margins (DECSTBM) a line that is written may stay where it is for ever; and to who has the screen read aloud every line is told. */
  get linesKept(): number {
    const { scrollback = 0, screenReaderMode = false } = this.#terminal.options
    return this.#hasMargins || screenReaderMode ? Infinity : scrollback + this.#terminal.rows
  }

  write(bytes: Uint8Array, done: () => void): void {
    this.#terminal.write(bytes, done)
  }

  drawNow(): void {
    drawNow(this.#terminal)
  }

  reset(): void {
    this.#terminal.write(RESET)
  }

  resize({ cols, rows }: TerminalSize): void {
    if (cols !== this.#terminal.cols || rows !== this.#terminal.rows)
      this.#terminal.resize(cols, rows)
  }

  apply(settings: TerminalSettings, theme: ThemeName): void {
    this.#terminal.options = optionsOf(settings, theme)
    this.element.style.background = THEMES[theme].background
    this.#found = foundOn(theme)
  }

  focus(): void {
    this.#terminal.focus()
  }

  /** Whether somebody is at it: keys go to it, and to this window. */
  get hasFocus(): boolean {
    return document.hasFocus() && this.element.contains(document.activeElement)
  }

  /** As if it were typed. */
  type(text: string): void {
    this.#terminal.input(text)
  }

  /** Without characters that act, between the brackets that the shell asked for. */
  paste(text: string): void {
    this.#terminal.paste(tamePaste(text))
  }

  get selection(): string {
    return this.#terminal.getSelection()
  }

  get hasApplicationCursor(): boolean {
    return this.#terminal.modes.applicationCursorKeysMode
  }

  /** Shows the next one, or the one before. @returns false when the text is no pattern */
  find({ text, isCaseSensitive, isRegex }: SearchWish, direction: 'next' | 'previous'): boolean {
    if (isRegex && !isPattern(text)) {
      this.#search.clearDecorations()
      return false
    }
    // The addon (0.16) marks anew for another text only.
    const how = `${isCaseSensitive} ${isRegex}`
    if (how !== this.#searchedHow) this.#search.clearDecorations()
    this.#searchedHow = how
    const options = { caseSensitive: isCaseSensitive, regex: isRegex, decorations: this.#found }
    const isFound =
      direction === 'next'
        ? this.#search.findNext(text, options)
        : this.#search.findPrevious(text, options)
    if (!isFound) this.#terminal.clearSelection()
    return true
  }

  /** @returns what ends it */
  onFound(listener: (result: SearchResult) => void): () => void {
    const ended = this.#search.onDidChangeResults(({ resultIndex, resultCount }) =>
      listener({ index: resultIndex, count: resultCount }),
    )
    return () => ended.dispose()
  }

  endSearch(): void {
    this.#search.clearDecorations()
    this.#terminal.clearSelection()
    this.focus()
  }

  dispose(): void {
    this.#terminal.dispose()
    this.element.remove()
  }

  async #drawWithCard(): Promise<void> {
    const { WebglAddon } = await import('@xterm/addon-webgl')
    try {
      const addon = new WebglAddon()
      // The card may go (sleep, another driver): then the DOM draws on.
      addon.onContextLoss(() => addon.dispose())
      this.#terminal.loadAddon(addon)
    } catch {
      // A browser that promised WebGL and has none: the DOM draws already.
    }
  }

  /** @returns that xterm.js is to see it too */
  #setMargins([top, bottom]: readonly (number | number[])[]): boolean {
    const { rows } = this.#terminal
    this.#hasMargins = Number(top ?? 0) > 1 || (Number(bottom ?? 0) || rows) < rows
    return false
  }

  #key(event: KeyboardEvent): boolean {
    if (event.key === 'Tab' && !this.#events.takesKeys()) return false
    const act = keyAct(event)
    if (act === undefined) return true
    // The browser pastes by itself at this key; that comes in as a paste.
    if (act === 'paste') return false
    event.preventDefault()
    if (event.type === 'keydown') this.#events.act(act)
    return false
  }

  #pasted(event: ClipboardEvent): void {
    event.preventDefault()
    event.stopPropagation()
    const text = event.clipboardData?.getData('text/plain') ?? ''
    if (text !== '') this.#events.paste(text)
  }

  /** Links with an address of their own (OSC 8), which need not be what they are shown as. */
  #linkHandler(): ILinkHandler {
    return {
      // Other schemes are refused with a word, not passed over: a dead link is a riddle.
      allowNonHttpProtocols: true,
      activate: (event, address, range) => {
        const line = this.#terminal.buffer.active.getLine(range.start.y - 1)
        const isOneLine = range.end.y === range.start.y
        const text = line?.translateToString(
          true,
          range.start.x - 1,
          isOneLine ? range.end.x : undefined,
        )
        this.#press(event, address, text ?? address)
      },
    }
  }

  #press(event: MouseEvent, address: string, text: string): void {
    if (event.button === 0) this.#events.link(address, text)
  }
}

/** Of what a search found: the text keeps its colour, so the ground is light where text is dark. */
const FOUND_ON_DARK = {
  matchBackground: '#6b5900',
  matchOverviewRuler: '#b89a00',
  activeMatchBackground: '#b36b00',
  activeMatchBorder: '#ff9900',
  activeMatchColorOverviewRuler: '#ff9900',
}
const FOUND_ON_LIGHT = {
  ...FOUND_ON_DARK,
  matchBackground: '#ffec99',
  activeMatchBackground: '#ffc266',
  activeMatchBorder: '#8d4f00',
}
const LIGHT: ReadonlySet<ThemeName> = new Set<ThemeName>(['light', 'solarized-light'])

const foundOn = (theme: ThemeName): ISearchDecorationOptions =>
  LIGHT.has(theme) ? FOUND_ON_LIGHT : FOUND_ON_DARK

/** In a row as high as its letters some fonts lose their underscores: what is below the row is cut. */
const LINE_HEIGHT = 1.15

function optionsOf(settings: TerminalSettings, theme: ThemeName): ITerminalOptions {
  const { fontSize, fontFamily, scrollback, screenReader, cursorBlink, cursorStyle } = settings
  return {
    fontSize,
    fontFamily: fontFamily === '' ? FONTS : `${fontFamily}, monospace`,
    lineHeight: LINE_HEIGHT,
    scrollback,
    screenReaderMode: screenReader,
    cursorBlink,
    cursorStyle,
    theme: THEMES[theme],
  }
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}
