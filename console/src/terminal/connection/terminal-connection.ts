import {
  encodeClientFrame,
  type ClientFrame,
  type OpeningFrame,
} from '@fleetkey/wire/terminal/client-frame'
import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import { MAX_TERMINAL_INPUT, TERMINAL_SILENT_MS } from '@fleetkey/wire/terminal/protocol'
import { parseServerFrame, type ServerFrame } from '@fleetkey/wire/terminal/server-frame'
import { SIGNED_OUT } from '../../api/across-sessions.ts'
import { backoffMs } from '../../api/backoff.ts'
import { Acknowledgements } from './acknowledge.ts'
import { OutputBatches } from './output-batches.ts'
import {
  nextState,
  OPENING,
  sessionOf,
  type ConnectionNews,
  type ConnectionState,
} from './connection-state.ts'

/** The first attempt is soon: most networks are back at once. */
const AGAIN_AFTER = { firstMs: 250, longestMs: 15_000 }

/** What a page wants: a shell on an instance, one that runs already, or to see somebody's. */
export type TerminalWish =
  | { readonly kind: 'open'; readonly instanceId: string; readonly osUser: string }
  | { readonly kind: 'attach'; readonly terminalId: string }
  | { readonly kind: 'watch'; readonly terminalId: string }

/** A WebSocket, as far as it is needed here. */
export interface TerminalSocket {
  send(message: string | Uint8Array): void
  close(): void
}

export interface SocketEvents {
  opened(): void
  text(text: string): void
  bytes(bytes: Uint8Array): void
  /** Once, also when it never opened. Nothing comes after it. */
  closed(): void
}

/** Where output goes. What is written, reset and resized acts in the order in which they were asked for. */
export interface TerminalScreen {
  /** How many lines it keeps of those that are written, shown or scrolled out of it; Infinity where it is not as simple as that. */
  readonly linesKept: number
  /** @param done when it was parsed, so that it is on the screen with the next frame */
  write(bytes: Uint8Array, done: () => void): void
  /** Draws what was written and is done, without waiting for the next frame. */
  drawNow(): void
  /** Empties the screen and what was scrolled out of it, and forgets modes and half a sequence. */
  reset(): void
  /** The size of the shell, which another device may have chosen. */
  resize(size: TerminalSize): void
}

export interface ConnectionParts {
  readonly screen: TerminalScreen
  dial(events: SocketEvents): TerminalSocket
  csrf(): string
  /** Whether the control plane lets this person in no more: a WebSocket that is refused does not say. */
  isSignedOut(): Promise<boolean>
  readonly timers: {
    /** Milliseconds since 1970. */
    now(): number
    /** @returns what cancels it */
    after(ms: number, act: () => void): () => void
  }
  /** From 0 to 1. */
  random(): number
}

/** Nothing was done, and it may be otherwise in some seconds: its disk is full or gone. */
const NOT_NOW = 'ServiceUnavailableException'

/** How often the control plane is asked whether it is there while nothing else is heard. */
const PING_MS = 5000

/**
 * One terminal of the control plane. It opens or attaches, comes back by itself after the network was lost, and says where it stands.
 * What is typed while it is not live is dropped: keys that arrive a minute later hit something else.
 */
export class TerminalConnection {
  readonly #parts: ConnectionParts
  readonly #wish: TerminalWish
  readonly #listeners = new Set<() => void>()
  #state: ConnectionState = OPENING
  #size: TerminalSize
  /** Whether this device answers what the host asks, at the place that the screen has come to. */
  #answers = false
  #line: Line | undefined
  #cancelRetry: (() => void) | undefined
  #isClosed = false

  constructor(wish: TerminalWish, size: TerminalSize, parts: ConnectionParts) {
    this.#wish = wish
    this.#size = size
    this.#parts = parts
    this.#dial()
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** @returns what ends the subscription */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** What was typed or pasted. */
  input(bytes: Uint8Array): void {
    if (this.#state.kind !== 'live' || this.#wish.kind === 'watch') return
    for (let at = 0; at < bytes.length; at += MAX_TERMINAL_INPUT) {
      this.#line?.send(bytes.subarray(at, at + MAX_TERMINAL_INPUT))
    }
  }

  /** What the screen answers to a question of the host: of all devices that it is asked on, one tells. */
  answer(text: string): void {
    if (this.#state.kind === 'live' && this.#answers) this.#line?.tell({ type: 'answer', text })
  }

  /** Somebody turned to this device: the shell takes its size. */
  turnTo(): void {
    if (this.#wish.kind !== 'watch') this.#line?.tell({ type: 'active' })
  }

  /** The room that this device has. */
  resize(size: TerminalSize): void {
    if (size.cols === this.#size.cols && size.rows === this.#size.rows) return
    this.#size = size
    if (this.#wish.kind !== 'watch') this.#line?.tell({ type: 'resize', ...size })
  }

  /** Ends the shell, for all devices. */
  end(): void {
    this.#line?.tell({ type: 'end' })
  }

  /** Tries at once, e.g. when the device is on the network again. */
  retryNow(): void {
    if (this.#state.kind === 'lost') this.#dial()
  }

  /** Leaves it; the shell goes on for the grace time, and another device may take it over. */
  close(): void {
    this.#isClosed = true
    this.#hangUp()
    this.#listeners.clear()
  }

  #dial(): void {
    this.#hangUp()
    this.#tell({ type: 'dialling' })
    const { timers, screen } = this.#parts
    this.#answers = false
    const line = new Line({
      dial: (events) => this.#parts.dial(events),
      timers,
      screen,
      opening: () => this.#opening(),
      frame: (frame) => {
        if (this.#line === line) this.#hear(frame)
      },
      lost: () => {
        if (this.#line === line) this.#lose()
      },
    })
    this.#line = line
    line.open()
  }

  #hangUp(): void {
    this.#cancelRetry?.()
    this.#cancelRetry = undefined
    const line = this.#line
    this.#line = undefined
    line?.close()
  }

  #opening(): OpeningFrame {
    const csrf = this.#parts.csrf()
    const size = this.#size
    const session = sessionOf(this.#state)
    if (this.#wish.kind === 'watch')
      return { type: 'watch', csrf, terminalId: this.#wish.terminalId }
    if (session !== undefined) {
      return { type: 'attach', csrf, terminalId: session.terminalId, ...size }
    }
    if (this.#wish.kind === 'attach') {
      return { type: 'attach', csrf, terminalId: this.#wish.terminalId, ...size }
    }
    const { instanceId, osUser } = this.#wish
    return { type: 'open', csrf, instanceId, osUser, ...size }
  }

  #hear(frame: ServerFrame): void {
    if (frame.type === 'refused' && frame.code === NOT_NOW) return this.#tryLater(frame.message)
    if (frame.type === 'refused' && SIGNED_OUT.has(frame.code)) {
      this.#tryLater()
      return void this.#restIfSignedOut()
    }
    const { screen } = this.#parts
    const line = this.#line
    switch (frame.type) {
      case 'ready':
        screen.reset()
        screen.resize(frame)
        break
      case 'resized':
        screen.resize(frame)
        break
      case 'replayed':
        // Answers come while the repaint is parsed, which is behind what has arrived.
        screen.write(new Uint8Array(), () => {
          if (this.#line === line) this.#tell({ type: 'repainted' })
        })
        break
      case 'devices':
        // Of what came before it is not all on the screen yet, and another device, or this one, answers that.
        screen.write(new Uint8Array(), () => {
          if (this.#line === line) this.#answers = frame.answers
        })
        break
      case 'caught-up':
      case 'step':
      case 'ending':
      case 'unrecorded':
      case 'ended':
      case 'refused':
      case 'pong':
    }
    this.#tell(frame)
    if (frame.type === 'ended' || frame.type === 'refused') this.#hangUp()
    // Elsewhere, and everywhere: the page leads to the sign-in then.
    if (frame.type === 'ended' && frame.cause === 'signed-out') void this.#parts.isSignedOut()
  }

  #lose(): void {
    const wasAsked = this.#line?.wasAsked === true
    // Asking for a shell a second time could make two of them.
    if (this.#wish.kind === 'open' && sessionOf(this.#state) === undefined && wasAsked) {
      this.#hangUp()
      this.#tell({ type: 'lost', retryAt: undefined })
      return
    }
    this.#tryLater()
    // Who is signed out is refused at every attempt, and a browser does not tell why.
    if (!wasAsked) void this.#restIfSignedOut()
  }

  #tryLater(says?: string): void {
    this.#hangUp()
    const { timers } = this.#parts
    const state = this.#state
    const wait = backoffMs(state.kind === 'reconnecting' ? state.attempts : 0, {
      ...AGAIN_AFTER,
      random: this.#parts.random(),
    })
    this.#tell({ type: 'lost', retryAt: timers.now() + wait, ...(says !== undefined && { says }) })
    this.#cancelRetry = timers.after(wait, () => this.#dial())
  }

  /** Until they have signed in again, and retryNow is called, no attempt would get anywhere. */
  async #restIfSignedOut(): Promise<void> {
    if (!(await this.#parts.isSignedOut()) || this.#state.kind !== 'lost') return
    this.#cancelRetry?.()
    this.#cancelRetry = undefined
  }

  #tell(news: ConnectionNews): void {
    if (this.#isClosed) return
    const next = nextState(this.#state, news, this.#parts.timers.now())
    if (next === this.#state) return
    this.#state = next
    for (const listener of this.#listeners) listener()
  }
}

interface LineParts extends Pick<ConnectionParts, 'dial' | 'timers' | 'screen'> {
  opening(): OpeningFrame
  frame(frame: ServerFrame): void
  lost(): void
}

/** One WebSocket of a connection, from dialling to its loss: how much came over it, and whether it is still there. */
class Line {
  readonly #parts: LineParts
  readonly #acknowledgements: Acknowledgements
  readonly #output: OutputBatches
  #socket: TerminalSocket | undefined
  #wasAsked = false
  #isClosed = false
  /** Since when an answer is awaited. Silence counts from a question on: timers of pages that nobody looks at may stand still for a minute. */
  #askedAt: number | undefined
  #cancelWatch: (() => void) | undefined

  constructor(parts: LineParts) {
    this.#parts = parts
    this.#askedAt = parts.timers.now()
    this.#acknowledgements = new Acknowledgements(
      (bytes) => this.tell(acknowledgement(bytes, parts.screen)),
      (ms, act) => parts.timers.after(ms, act),
    )
    this.#output = new OutputBatches(parts.screen, parts.timers, (bytes) => {
      if (!this.#isClosed) this.#acknowledgements.rendered(bytes)
    })
  }

  /** Whether the control plane was asked for anything. */
  get wasAsked(): boolean {
    return this.#wasAsked
  }

  open(): void {
    this.#watch()
    const parts = this.#parts
    this.#socket = parts.dial({
      opened: () => {
        if (this.#isClosed) return
        this.#wasAsked = true
        this.#askedAt = parts.timers.now()
        this.#socket?.send(encodeClientFrame(parts.opening()))
      },
      text: (text) => {
        this.#askedAt = undefined
        const heard = parseServerFrame(text)
        if (heard === undefined || this.#isClosed) return
        // A size, or the end of a repaint, is behind what came before it.
        this.#output.flush()
        parts.frame(heard)
      },
      bytes: (bytes) => {
        this.#askedAt = undefined
        if (!this.#isClosed) this.#output.push(bytes)
      },
      closed: () => {
        if (!this.#isClosed) parts.lost()
      },
    })
  }

  send(bytes: Uint8Array): void {
    this.#output.typed()
    if (this.#wasAsked && !this.#isClosed) this.#socket?.send(bytes)
  }

  tell(frame: ClientFrame): void {
    if (this.#wasAsked && !this.#isClosed) this.#socket?.send(encodeClientFrame(frame))
  }

  close(): void {
    this.#isClosed = true
    this.#output.flush()
    this.#acknowledgements.close()
    this.#cancelWatch?.()
    this.#socket?.close()
  }

  /** A network that is gone does not close anything: silence is how it is noticed. */
  #watch(): void {
    const { timers } = this.#parts
    this.#cancelWatch = timers.after(PING_MS, () => {
      if (this.#isClosed) return
      if (this.#askedAt !== undefined && timers.now() - this.#askedAt >= TERMINAL_SILENT_MS) {
        this.#parts.lost()
        return
      }
      this.tell({ type: 'ping' })
      if (this.#wasAsked) this.#askedAt ??= timers.now()
      this.#watch()
    })
  }
}

function acknowledgement(bytes: number, { linesKept }: TerminalScreen): ClientFrame {
  return { type: 'ack', bytes, ...(linesKept < Infinity && { keeps: linesKept }) }
}
