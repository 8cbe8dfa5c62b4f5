import { csrfToken } from '../../api/console-session.ts'
import { OPENING, type ConnectionState } from '../../terminal/connection/connection-state.ts'
import { dial } from '../../terminal/connection/dial.ts'
import { TerminalConnection } from '../../terminal/connection/terminal-connection.ts'
import { isSignedOut } from '../../api/is-signed-out.ts'
import { serverTime } from '../../api/server-time.ts'
import { XtermScreen } from '../../terminal/screen/xterm-screen.ts'
import { settings, shownTheme } from '../../terminal/settings/kept-settings.ts'

/** Somebody's terminal, seen as it goes on. Nothing that is typed, pasted or pressed here goes anywhere. */
export class WatchedTerminal {
  readonly #screen: XtermScreen
  readonly #connection: TerminalConnection

  constructor(terminalId: string) {
    this.#screen = new XtermScreen(
      { ...settings(), scrollback: 0, cursorBlink: false },
      shownTheme(),
      {
        input: () => {},
        answer: () => {},
        focused: () => {},
        takesKeys: () => false,
        selected: () => {},
        selects: () => {},
        title: () => {},
        bell: () => {},
        link: () => {},
        act: () => {},
        paste: () => {},
      },
    )
    this.#connection = new TerminalConnection(
      { kind: 'watch', terminalId },
      { cols: 80, rows: 24 },
      {
        screen: this.#screen,
        dial,
        csrf: csrfToken,
        isSignedOut,
        timers: {
          now: serverTime,
          after(ms, act) {
            const timer = setTimeout(act, ms)
            return () => clearTimeout(timer)
          },
        },
        random: Math.random,
      },
    )
  }

  get state(): ConnectionState {
    return this.#connection?.state ?? OPENING
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#connection.subscribe(listener)

  mount(place: HTMLElement): void {
    this.#screen.mount(place)
  }

  close(): void {
    this.#connection.close()
    this.#screen.dispose()
  }
}
