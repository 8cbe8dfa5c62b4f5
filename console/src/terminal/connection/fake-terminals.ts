import type { ClientFrame, OpeningFrame } from '@fleetkey/wire/terminal/client-frame'
import { encodeServerFrame, type ServerFrame } from '@fleetkey/wire/terminal/server-frame'
import {
  TerminalConnection,
  type SocketEvents,
  type TerminalScreen,
  type TerminalWish,
} from './terminal-connection.ts'

/** A control plane in memory for tests of a connection: each dialled socket, what was sent over it, and time that only they move. */
export class FakeTerminals {
  readonly sockets: FakeSocket[] = []
  readonly screen = new FakeScreen()
  now = 1_000_000
  isSignedOut = false
  #timers: { readonly at: number; readonly act: () => void }[] = []

  connect(wish: TerminalWish): TerminalConnection {
    return new TerminalConnection(
      wish,
      { cols: 80, rows: 24 },
      {
        screen: this.screen,
        csrf: () => 'csrf',
        random: () => 1,
        isSignedOut: () => Promise.resolve(this.isSignedOut),
        timers: { now: () => this.now, after: (ms, act) => this.#after(ms, act) },
        dial: (events) => {
          const socket = new FakeSocket(events)
          this.sockets.push(socket)
          return socket
        },
      },
    )
  }

  get socket(): FakeSocket {
    const last = this.sockets.at(-1)
    if (last === undefined) throw new Error('nothing was dialled')
    return last
  }

  /** Lets time pass, and what is due happen in its order. */
  pass(ms: number): void {
    const end = this.now + ms
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.#timers = this.#timers.filter((each) => each !== due)
      this.now = Math.max(this.now, due.at)
      due.act()
    }
    this.now = end
  }

  #after(ms: number, act: () => void): () => void {
    const timer = { at: this.now + ms, act }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer)
    }
  }
}

class FakeSocket {
  readonly events: SocketEvents
  readonly frames: (OpeningFrame | ClientFrame)[] = []
  readonly input: string[] = []
  isClosed = false

  constructor(events: SocketEvents) {
    this.events = events
  }

  send(message: string | Uint8Array): void {
    if (typeof message === 'string') this.frames.push(JSON.parse(message) as ClientFrame)
    else this.input.push(new TextDecoder().decode(message))
  }

  close(): void {
    this.isClosed = true
  }

  says(frame: ServerFrame): void {
    this.events.text(encodeServerFrame(frame))
  }

  shows(text: string): void {
    this.events.bytes(new TextEncoder().encode(text))
  }
}

/** Parses only when it is told to, as xterm does it later than it is given something. */
class FakeScreen implements TerminalScreen {
  linesKept = Infinity
  text = ''
  sizes: string[] = []
  #waiting: (() => void)[] = []

  write(bytes: Uint8Array, done: () => void): void {
    this.#waiting.push(() => {
      this.text += new TextDecoder().decode(bytes)
      done()
    })
  }

  drawNow(): void {}

  reset(): void {
    this.#waiting.push(() => {
      this.text = ''
    })
  }

  resize({ cols, rows }: { readonly cols: number; readonly rows: number }): void {
    this.sizes.push(`${cols}x${rows}`)
  }

  render(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const act of waiting) act()
  }
}
