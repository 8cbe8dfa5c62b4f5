import { csrfToken, noteUse } from '../../api/console-session.ts'
import { serverTime } from '../../api/server-time.ts'
import { type ConnectionState, isOver, OPENING, sessionOf } from '../connection/connection-state.ts'
import { dial } from '../connection/dial.ts'
import { TerminalConnection, type TerminalWish } from '../connection/terminal-connection.ts'
import { isSignedOut } from '../../api/is-signed-out.ts'
import type { KeyAct } from '../keys/key-act.ts'
import { withAlt, withCtrl } from '../keys/screen-keys.ts'
import { linkAddress, type LinkAddress } from '../link-address.ts'
import { pasteConcern, TOO_LARGE_PASTE, type PasteConcern } from '../paste/paste-concern.ts'
import { XtermScreen } from '../screen/xterm-screen.ts'
import { settings, subscribeSettings, shownTheme } from '../settings/kept-settings.ts'
import { shownTitle } from '../shown-title.ts'
import { ringBell } from './ring-bell.ts'

/** What a pane shows of its terminal. Another object whenever something changed. */
export interface LiveView {
  readonly connection: ConnectionState
  /** As a program of the host calls itself; empty when it did not. */
  readonly title: string
  /** It rang and nobody looked since. */
  readonly hasRung: boolean
  /** What is asked before it is done. */
  readonly question: Question | undefined
  /** Another device chose a size that is not this one's. */
  readonly isForeignSize: boolean
  /** The next key of the row, or of the keyboard, is typed with Ctrl. */
  readonly isCtrlHeld: boolean
  /** The same with Alt. */
  readonly isAltHeld: boolean
  /** Of its text: it can be copied. */
  readonly isAnySelected: boolean
}

export type Question =
  | { readonly kind: 'paste'; readonly text: string; readonly concern: PasteConcern }
  | { readonly kind: 'no-paste'; readonly characters: number }
  | { readonly kind: 'link'; readonly address: LinkAddress }
  | { readonly kind: 'no-link'; readonly text: string }

interface Place {
  readonly instanceId: string
  readonly osUser: string
}

/**
 * A terminal of this page: its screen and its connection. It lives on while another page of the console is shown, with its place in the
 * document or without.
 */
export class LiveTerminal {
  readonly screen: XtermScreen
  /** Where "Connect again" leads; of a terminal of another device not known before it is there. */
  readonly #place: Place
  #wish: TerminalWish
  readonly #listeners = new Set<() => void>()
  readonly #stopSettings: () => void
  #connection: TerminalConnection | undefined
  #view: LiveView = {
    connection: OPENING,
    title: '',
    hasRung: false,
    question: undefined,
    isForeignSize: false,
    isCtrlHeld: false,
    isAltHeld: false,
    isAnySelected: false,
  }

  /** @param onAct is told of keys that are not the shell's */
  constructor(
    { terminalId, ...place }: Place & { readonly terminalId: string | undefined },
    onAct: (act: KeyAct) => void,
  ) {
    this.#place = place
    this.#wish =
      terminalId === undefined ? { kind: 'open', ...place } : { kind: 'attach', terminalId }
    this.screen = new XtermScreen(settings(), shownTheme(), {
      input: (bytes) => this.#input(bytes),
      answer: (text) => this.#connection?.answer(text),
      selected: () => {
        if (settings().copiesOnSelect) this.copy()
      },
      selects: (isAnySelected) => {
        if (isAnySelected !== this.#view.isAnySelected) this.#change({ isAnySelected })
      },
      focused: () => this.#connection?.turnTo(),
      takesKeys: () => !isOver(this.#view.connection),
      title: (title) => this.#change({ title: shownTitle(title) }),
      bell: () => this.#ring(),
      link: (address, text) => this.#askLink(address, text),
      act: onAct,
      paste: (text) => this.paste(text),
    })
    this.#stopSettings = subscribeSettings(() => {
      this.screen.apply(settings(), shownTheme())
      this.fit()
    })
  }

  get view(): LiveView {
    return this.#view
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Shows it there and, the first time, connects: from then on it is known how large it is. @returns what takes it away again */
  mount(place: HTMLElement): () => void {
    this.screen.mount(place)
    const observer = new ResizeObserver(() => this.fit())
    observer.observe(place)
    this.#connect()
    return () => {
      observer.disconnect()
      this.screen.unmount()
    }
  }

  /** A new shell on the same instance, after the end of one, or a refusal. */
  connectAgain(): void {
    const { instanceId, osUser } = sessionOf(this.#view.connection) ?? this.#place
    this.#wish = { kind: 'open', instanceId, osUser }
    this.#connection?.close()
    this.#connection = undefined
    this.screen.reset()
    this.#change({ connection: OPENING, title: '', question: undefined })
    this.#connect()
    this.screen.focus()
  }

  retryNow(): void {
    this.#connection?.retryNow()
  }

  /** Ends the shell. */
  end(): void {
    this.#connection?.end()
  }

  /** Takes the size of the place where it is shown, and asks for it. */
  fit(): void {
    const room = this.screen.room()
    if (room === undefined) return
    const session = sessionOf(this.#view.connection)
    // While other devices show it too, the one where somebody types decides; the control plane says so.
    if ((session?.attached ?? 1) < 2) this.screen.resize(room)
    this.#connection?.resize(room)
    this.#compareSize()
  }

  /** Copies what is selected; where the browser refuses it, it stays selected. */
  copy(): void {
    const { selection } = this.screen
    if (selection !== '') void navigator.clipboard.writeText(selection).catch(() => {})
  }

  /** Pastes, or asks first. */
  paste(text: string): void {
    if (text.length > TOO_LARGE_PASTE) {
      return this.#change({ question: { kind: 'no-paste', characters: text.length } })
    }
    const concern = pasteConcern(text)
    if (concern === undefined || (!settings().guardsPaste && concern.acting.length === 0)) {
      this.screen.paste(text)
    } else {
      this.#change({ question: { kind: 'paste', text, concern } })
    }
  }

  answer(isYes: boolean): void {
    const { question } = this.#view
    this.#change({ question: undefined })
    if (isYes && question?.kind === 'paste') this.screen.paste(question.text)
    if (isYes && question?.kind === 'link') {
      open(question.address.href, '_blank', 'noopener,noreferrer')
    }
  }

  /** Holds a key for the one that comes next, or lets it go. */
  hold(held: Partial<Pick<LiveView, 'isCtrlHeld' | 'isAltHeld'>>): void {
    this.#change(held)
  }

  /** Somebody looks at it. */
  seen(): void {
    if (this.#view.hasRung) this.#change({ hasRung: false })
  }

  /** Takes it away; the shell goes on for the grace time. */
  close(): void {
    this.#stopSettings()
    this.#connection?.close()
    this.#listeners.clear()
    this.screen.dispose()
  }

  #connect(): void {
    if (this.#connection !== undefined) return
    const room = this.screen.room()
    if (room !== undefined) this.screen.resize(room)
    const { screen } = this
    const connection = new TerminalConnection(this.#wish, screen.size, {
      screen: {
        get linesKept() {
          return screen.linesKept
        },
        write: (bytes, done) => this.screen.write(bytes, done),
        drawNow: () => this.screen.drawNow(),
        reset: () => this.screen.reset(),
        resize: (size) => {
          this.screen.resize(size)
          this.#compareSize()
        },
      },
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
      random: () => Math.random(),
    })
    this.#connection = connection
    connection.subscribe(() => this.#follow(connection))
    this.#change({ connection: connection.state })
  }

  #follow(connection: TerminalConnection): void {
    const { kind } = this.#view.connection
    this.#change({ connection: connection.state })
    // Who looks at this device while it comes to the shell is at this one; one that comes back by itself in a bag is not.
    if (connection.state.kind === 'live' && kind !== 'live' && this.screen.hasFocus) {
      connection.turnTo()
    }
  }

  #input(bytes: Uint8Array): void {
    noteUse()
    const { isCtrlHeld, isAltHeld } = this.#view
    if (!isCtrlHeld && !isAltHeld) {
      this.#connection?.input(bytes)
      return
    }
    this.#change({ isCtrlHeld: false, isAltHeld: false })
    const typed = new TextDecoder().decode(bytes)
    const controlled = isCtrlHeld ? withCtrl(typed) : typed
    const sent = isAltHeld ? withAlt(controlled) : controlled
    this.#connection?.input(new TextEncoder().encode(sent))
  }

  #ring(): void {
    ringBell(settings().bell, this.screen.element)
    this.#change({ hasRung: true })
  }

  #askLink(text: string, shown: string): void {
    const address = linkAddress(text, shown)
    this.#change({
      question: address === undefined ? { kind: 'no-link', text } : { kind: 'link', address },
    })
  }

  #compareSize(): void {
    const room = this.screen.room()
    const { cols, rows } = this.screen.size
    const isForeignSize =
      room !== undefined &&
      (sessionOf(this.#view.connection)?.attached ?? 1) > 1 &&
      (room.cols !== cols || room.rows !== rows)
    if (isForeignSize !== this.#view.isForeignSize) this.#change({ isForeignSize })
  }

  #change(change: Partial<LiveView>): void {
    this.#view = { ...this.#view, ...change }
    for (const listener of this.#listeners) listener()
  }
}
