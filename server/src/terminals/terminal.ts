import { TERMINAL_CLOSE } from '@fleetkey/wire/terminal/protocol'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import type { TerminalReady } from '@fleetkey/wire/terminal/server-frame'
import { Attachment } from './attachment.ts'
import type { Device } from './device.ts'
import { Flow } from './flow.ts'
import type { HostSession } from './host-workers.ts'
import type { TerminalRecording } from './recorder.ts'
import { ReplayBuffer } from './replay-buffer.ts'

/** Input that a host, or the disk of its recording, does not take. A device that sends more is let go: holding it up would hold up what it says of the output too. */
const MAX_INPUT = 1024 * 1024
/** While nobody looks a host may send a window (flow.ts) in each of these steps. */
const UNATTENDED_EVERY_MS = 100
/** Pages that render nothing for so long hold a host up. Lines of a flood that are left out count as rendered, and would let it go on without them. */
const HOLDS_AFTER_MS = 2000
/** Pages that render nothing for so long (a tab that was put to sleep) hold a host up no longer. */
const STALLED_MS = 30_000
/** A full-screen program sees two sizes one after the other, and paints all anew at the second. */
const NUDGE_MS = 100

export interface TerminalTimes {
  /** Without a device. Milliseconds. */
  readonly graceMs: number
  /** Without a key pressed; Infinity for ever. */
  readonly idleMs: number
  /** Of its whole life. */
  readonly maxMs: number
}

/** What a terminal is, whatever happens to it. */
export interface TerminalFacts {
  readonly terminalId: string
  readonly instanceId: string
  readonly osUser: string
  /** Whose it is (domain/src/owner.ts). */
  readonly owner: string
  readonly principalArn: string
  readonly userName: string
  /** Of the push that let it in. */
  readonly grantRequestId: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

/** A shell on a host, kept while devices come and go. */
export class Terminal {
  readonly facts: TerminalFacts
  readonly #session: HostSession
  readonly #recording: TerminalRecording | undefined
  readonly #times: TerminalTimes
  readonly #now: () => number
  readonly #explain: (end: TerminalEnd) => Promise<TerminalEnd>
  readonly #ended: (end: TerminalEnd) => void
  readonly #flow = new Flow()
  readonly #replay = new ReplayBuffer()
  /** Those that somebody turned to come after those that they turned to before. */
  readonly #attachments = new Set<Attachment>()
  readonly #begunAt: number
  #size: TerminalSize
  #isRecorded: boolean
  /** The device that somebody turned to last: it has the say about the size, and answers what the host asks. One, whenever there are any. */
  #voice: Attachment | undefined
  #typedAt: number
  #leftAt: number
  /** When a page last said that it rendered something, or had nothing to. */
  #renderedAt: number
  #inputWaiting = 0
  #inputBytes = 0
  #held: Promise<void> | undefined
  #unattended: NodeJS.Timeout | undefined
  #warned = new Set<'idle' | 'duration'>()
  #end: TerminalEnd | undefined

  /** @param parts.ended called once, whatever ended it */
  constructor(parts: {
    readonly facts: TerminalFacts
    readonly size: TerminalSize
    readonly session: HostSession
    readonly recording: TerminalRecording | undefined
    readonly times: TerminalTimes
    /** Milliseconds of a clock that nobody sets. */
    readonly now: () => number
    /** Finds out whether somebody had the shell ended on its host. Never rejects. */
    readonly explain: (end: TerminalEnd) => Promise<TerminalEnd>
    readonly ended: (end: TerminalEnd) => void
  }) {
    this.facts = parts.facts
    this.#size = parts.size
    this.#session = parts.session
    this.#recording = parts.recording
    this.#isRecorded = parts.recording !== undefined
    this.#times = parts.times
    this.#now = parts.now
    this.#explain = parts.explain
    this.#ended = parts.ended
    this.#begunAt = parts.now()
    this.#typedAt = this.#begunAt
    this.#leftAt = this.#begunAt
    this.#renderedAt = this.#begunAt
    void parts.recording?.failed.then((error) => this.#unrecorded(error))
  }

  get size(): TerminalSize {
    return this.#size
  }

  get isRecorded(): boolean {
    return this.#isRecorded
  }

  get end(): TerminalEnd | undefined {
    return this.#end
  }

  /** Bytes so far: to the host, and from it. */
  get bytes(): { readonly input: number; readonly output: number } {
    return { input: this.#inputBytes, output: this.#flow.received }
  }

  get devices(): { readonly attached: number; readonly watching: number } {
    const watching = [...this.#attachments].filter(({ isWatcher }) => isWatcher).length
    return { attached: this.#attachments.size - watching, watching }
  }

  /** Milliseconds since somebody typed. */
  get idleMs(): number {
    return this.#now() - this.#typedAt
  }

  get attachments(): Iterable<Attachment> {
    return this.#attachments
  }

  /** @param size of its window; undefined for one that watches */
  attach(device: Device, size: TerminalSize | undefined): Attachment {
    const attachment = new Attachment(device, size)
    const isFirst = this.devices.attached === 0
    this.#attachments.add(attachment)
    if (!attachment.isWatcher) this.#rendersAgain()
    const isOther = isFirst && size !== undefined && !sameSize(size, this.#size)
    if (isFirst && size !== undefined) this.#follow(attachment)
    this.#paint(attachment)
    if (!isOther && this.#replay.isFullScreen()) this.#nudge()
    this.#tellDevices()
    // It may be over before it is seen: a shell that ends at once.
    if (this.#end !== undefined) this.#dismiss(this.#end)
    return attachment
  }

  /** The device has gone. */
  detach(attachment: Attachment): void {
    if (!this.#attachments.delete(attachment)) return
    if (this.#voice === attachment) {
      this.#voice = undefined
      const next = [...this.#attachments].findLast(({ isWatcher }) => !isWatcher)
      if (next !== undefined) this.#follow(next)
    }
    if (this.devices.attached === 0) {
      this.#leftAt = this.#now()
      this.#goUnattended()
    }
    this.#tellDevices()
  }

  /** What somebody typed, or pasted. */
  input(attachment: Attachment, bytes: Uint8Array): void {
    if (this.#end !== undefined || !this.#mayType(attachment)) return
    const at = this.#now()
    this.#typedAt = at
    this.#flow.type(at)
    attachment.typed()
    this.#tellGoesOn()
    this.turnTo(attachment)
    this.#send(attachment, bytes)
  }

  /** What a device answers to the host: nobody is there because of it. */
  answer(attachment: Attachment, bytes: Uint8Array): void {
    if (this.#end === undefined && this.#mayType(attachment)) this.#send(attachment, bytes)
  }

  /** Somebody turned to that device. */
  turnTo(attachment: Attachment): void {
    if (this.#voice === attachment || !this.#mayType(attachment)) return
    this.#follow(attachment)
    this.#tellDevices()
  }

  #send(attachment: Attachment, bytes: Uint8Array): void {
    if (this.#inputWaiting + bytes.length > MAX_INPUT) {
      attachment.device.close(TERMINAL_CLOSE.policy)
      return this.detach(attachment)
    }
    this.#inputBytes += bytes.length
    this.#inputWaiting += bytes.length
    this.#waitFor(this.#recording?.input?.(bytes), bytes.length)
    this.#session.input(bytes)
  }

  /** What is not recorded yet waits, too, whether the host took it or not. */
  #waitFor(recorded: Promise<void> | undefined, bytes: number): void {
    if (recorded === undefined) return
    this.#inputWaiting += bytes
    void recorded.then(() => (this.#inputWaiting -= bytes))
  }

  resize(attachment: Attachment, { cols, rows }: TerminalSize): void {
    if (!this.#mayType(attachment)) return
    // What is given is a frame, whose type would go out again within frames of ours.
    attachment.size = { cols, rows }
    if (this.#voice === attachment) this.#follow(attachment)
  }

  /** False when the device claims what cannot be. */
  acknowledge(attachment: Attachment, total: number, linesKept?: number): boolean {
    if (!attachment.acknowledge(total, linesKept)) return false
    if (!attachment.isWatcher) this.#rendersAgain()
    if (attachment.wantsPaint) this.#paint(attachment)
    this.#grant()
    return true
  }

  /** From the host. */
  output(bytes: Uint8Array): void {
    if (this.#end !== undefined) return
    if (this.#flow.ahead === 0) this.#renderedAt = this.#now()
    this.#flow.receive(bytes.length)
    this.#replay.push(bytes)
    if (this.#isRecorded) this.#hold(this.#recording?.output(bytes))
    for (const attachment of this.#attachments) attachment.show(bytes)
    this.#grant()
  }

  /** So many bytes of input have gone on to the host. */
  taken(bytes: number): void {
    this.#inputWaiting -= bytes
  }

  /** Its session with the host is over. */
  hostEnded(end: TerminalEnd): void {
    void this.#explain(end).then((why) => this.finish(why))
  }

  /** Ends it, for all its devices. What it was ended by first counts. */
  finish(end: TerminalEnd): void {
    if (this.#end !== undefined) return
    this.#end = end
    this.#stopUnattended()
    this.#session.end()
    this.#dismiss(end)
    this.#ended(end)
  }

  /** Not who watches, nor who was let go: what such a page sends comes until its connection is gone. */
  #mayType(attachment: Attachment): boolean {
    return !attachment.isWatcher && this.#attachments.has(attachment)
  }

  #dismiss(end: TerminalEnd): void {
    for (const attachment of this.#attachments) {
      attachment.say({ type: 'ended', ...end })
      attachment.device.close(
        end.cause === 'stopping' ? TERMINAL_CLOSE.goingAway : TERMINAL_CLOSE.done,
      )
    }
    this.#attachments.clear()
  }

  /** Looks after it: to be called every second or so. */
  look(): void {
    const { graceMs, idleMs, maxMs } = this.#times
    const at = this.#now()
    if (this.devices.attached === 0 && at - this.#leftAt >= graceMs) {
      return this.finish({
        cause: 'unattended',
        says: `No device came back to the terminal within ${inWords(graceMs)}.`,
        mend: 'Run what is to go on by itself under tmux, screen or nohup.',
      })
    }
    if (this.#isHeldUp(STALLED_MS)) this.#goUnattended()
    const lives = this.#begunAt + maxMs - at
    const idles = this.#typedAt + idleMs - at
    if (lives <= 0) {
      return this.finish({
        cause: 'duration',
        says: `The terminal was open for ${inWords(maxMs)}, as long as one may be.`,
        mend: 'Open a new one.',
      })
    }
    if (idles <= 0) {
      return this.finish({
        cause: 'idle',
        says: `Nobody typed for ${inWords(idleMs)}.`,
        mend: 'Open a new one.',
      })
    }
    this.#warnIfNear('duration', lives, maxMs)
    this.#warnIfNear('idle', idles, idleMs)
  }

  get #ready(): Omit<TerminalReady, 'replayBytes'> {
    const { terminalId, instanceId, osUser, startedAt } = this.facts
    const recorded = this.#isRecorded
    return { type: 'ready', terminalId, instanceId, osUser, startedAt, recorded, ...this.#size }
  }

  #paint(attachment: Attachment): void {
    attachment.paint(this.#ready, this.#replay.replay(), this.#flow.received)
  }

  #follow(attachment: Attachment): void {
    this.#voice = attachment
    this.#attachments.delete(attachment)
    this.#attachments.add(attachment)
    const { size } = attachment
    if (size === undefined || sameSize(size, this.#size)) return
    this.#size = size
    this.#session.resize(size)
    this.#recording?.resized(size.cols, size.rows)
    for (const attachment of this.#attachments) attachment.say({ type: 'resized', ...size })
  }

  #nudge(): void {
    const { cols, rows } = this.#size
    this.#session.resize({ cols, rows: rows > 1 ? rows - 1 : rows + 1 })
    setTimeout(() => {
      if (this.#end === undefined) this.#session.resize(this.#size)
    }, NUDGE_MS).unref()
  }

  #grant(): void {
    if (this.#held !== undefined || this.#end !== undefined) return
    if (this.#unattended !== undefined || this.#isHeldUp(HOLDS_AFTER_MS)) return
    let fastest = 0
    for (const one of this.#attachments) {
      if (!one.isWatcher) fastest = Math.max(fastest, one.rendered)
    }
    this.#flow.render(fastest)
    const bytes = this.#flow.grant(this.#now())
    if (bytes > 0) this.#session.grant(bytes)
  }

  /** There is something to render, and no page rendered any for so long. */
  #isHeldUp(ms: number): boolean {
    return this.#flow.ahead > 0 && this.#now() - this.#renderedAt >= ms
  }

  /** Nobody renders: the host goes on all the same, at a pace that costs little. */
  #goUnattended(): void {
    this.#unattended ??= setInterval(() => {
      if (this.#held !== undefined) return
      this.#flow.render(this.#flow.received)
      const bytes = this.#flow.grant(this.#now())
      if (bytes > 0) this.#session.grant(bytes)
    }, UNATTENDED_EVERY_MS).unref()
  }

  #rendersAgain(): void {
    this.#renderedAt = this.#now()
    this.#stopUnattended()
  }

  #stopUnattended(): void {
    clearInterval(this.#unattended)
    this.#unattended = undefined
  }

  #hold(held: Promise<void> | undefined): void {
    if (held === undefined) return
    this.#held = held
    void held.then(() => {
      if (this.#held !== held) return
      this.#held = undefined
      this.#grant()
    })
  }

  #unrecorded(error: Error): void {
    if (this.#end !== undefined || this.#recording === undefined) return
    this.#isRecorded = false
    this.#held = undefined
    if (this.#recording.required) {
      this.finish({
        cause: 'recording-failed',
        says: `The terminal has to be recorded, and its recording failed: ${error.message}`,
        mend: 'Ask an administrator to look at the log of the control plane.',
      })
      return
    }
    for (const attachment of this.#attachments) {
      attachment.say({ type: 'unrecorded', says: `The recording failed: ${error.message}` })
    }
    this.#grant()
  }

  #tellDevices(): void {
    const { devices } = this
    for (const attachment of this.#attachments) {
      // Between the same bytes for all: each question in them is answered by one, whenever that changes.
      const answers = attachment === this.#voice
      attachment.say({ type: 'devices', ...devices, answers })
    }
  }

  #warnIfNear(because: 'idle' | 'duration', restMs: number, wholeMs: number): void {
    if (restMs > Math.min(60_000, wholeMs / 10) || this.#warned.has(because)) return
    this.#warned.add(because)
    const inSeconds = Math.ceil(restMs / 1000)
    for (const attachment of this.#attachments)
      attachment.say({ type: 'ending', because, inSeconds })
  }

  #tellGoesOn(): void {
    if (!this.#warned.delete('idle')) return
    for (const attachment of this.#attachments) {
      attachment.say({ type: 'ending', because: 'idle', inSeconds: 0 })
    }
  }
}

const sameSize = (one: TerminalSize, other: TerminalSize): boolean =>
  one.cols === other.cols && one.rows === other.rows

function inWords(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds % 60 === 0 && seconds >= 120 ? `${seconds / 60} minutes` : `${seconds} seconds`
}
