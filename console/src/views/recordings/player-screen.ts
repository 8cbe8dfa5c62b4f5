import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { call } from '../../api/call.ts'
import { Keyframes } from '../../recordings/playing/keyframes.ts'
import { Playback } from '../../recordings/playing/playback.ts'
import { RecordingPages, type ReadPage } from '../../recordings/playing/recording-pages.ts'
import { Runner } from '../../recordings/playing/runner.ts'
import { XtermPlayedScreen } from '../../recordings/playing/xterm-played-screen.ts'
import { writeStylesByCssom } from '../../terminal/screen/styles-by-cssom.ts'
import { shownTheme } from '../../terminal/settings/kept-settings.ts'
import { THEMES } from '../../terminal/settings/themes.ts'

const FONTS =
  'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace'
/** CSS pixels. Smaller than the least nobody can read: then the screen is moved instead. */
const FONT = { least: 7, most: 15 }
/** Of a column, as part of the font size, in fonts of that kind. */
const COLUMN = 0.61

/** A recording and the screen that it is played on. Nothing that it shows reaches a host, the clipboard or the title: nobody listens. */
export class PlayerScreen {
  readonly playback: Playback
  readonly pages: RecordingPages
  readonly #terminal: Terminal
  readonly #screen: XtermPlayedScreen

  constructor(RecordingId: string) {
    writeStylesByCssom()
    this.#terminal = new Terminal({
      allowProposedApi: true,
      disableStdin: true,
      cursorBlink: false,
      cursorInactiveStyle: 'block',
      scrollback: 0,
      logLevel: 'off',
      // The default, said because it matters: what is played must not move, resize or read the window.
      windowOptions: {},
      // Links of the recording lead nowhere: they are what a host said.
      linkHandler: { activate: () => {}, allowNonHttpProtocols: false },
      fontFamily: FONTS,
      fontSize: FONT.most,
      theme: THEMES[shownTheme()],
    })
    this.#terminal.loadAddon(new UnicodeGraphemesAddon())
    this.#screen = new XtermPlayedScreen(this.#terminal)
    this.pages = new RecordingPages(
      (query) => call<ReadPage>('fleetkey', 'ReadRecording', { RecordingId, ...query }),
      () => performance.now(),
    )
    const runner = new Runner({
      pages: this.pages,
      screen: this.#screen,
      keyframes: new Keyframes(),
    })
    this.playback = new Playback({ runner, extent: () => this.pages.extent })
  }

  mount(place: HTMLElement): void {
    this.#terminal.open(place)
    // It is no place to type: the keys are the player's.
    this.#terminal.textarea?.setAttribute('tabindex', '-1')
    this.#terminal.textarea?.setAttribute('aria-hidden', 'true')
  }

  /** As large as fits the place, and can be read. */
  fit(width: number): void {
    const wanted = Math.floor(width / (this.#terminal.cols * COLUMN))
    this.#terminal.options.fontSize = Math.min(FONT.most, Math.max(FONT.least, wanted))
  }

  /** @returns what ends it */
  onResize(listener: () => void): () => void {
    const ended = this.#terminal.onResize(listener)
    return () => ended.dispose()
  }

  /** What is on the screen now, for those who hear it and for the clipboard. */
  get text(): string {
    const { active } = this.#terminal.buffer
    return Array.from({ length: this.#terminal.rows }, (_, row) =>
      active.getLine(active.baseY + row)?.translateToString(true),
    )
      .join('\n')
      .trimEnd()
  }

  dispose(): void {
    this.#screen.dispose()
  }
}
