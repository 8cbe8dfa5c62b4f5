import { TERMINAL_CLOSE } from '@fleetkey/wire/terminal/protocol'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import type { TerminalReady } from '@fleetkey/wire/terminal/server-frame'
import { Attachment } from './attachment.ts'
import type { Device } from './device.ts'
import { Devices } from './devices.ts'
import { HostPace } from './host-pace.ts'
import type { HostSession } from './host-session.ts'
import { InputToHost } from './input-to-host.ts'
import { Lifetime, type TerminalTimes } from './lifetime.ts'
import type { TerminalRecording } from './recorder.ts'
import { ReplayBuffer } from './replay-buffer.ts'
import type { TerminalFacts } from './terminal-facts.ts'

/** A full-screen program sees two sizes one after the other, and paints all anew at the second. */
const NUDGE_MS = 100
/** What a terminal keeps is packed when its host has said nothing for so long. */
const QUIET_MS = 10_000

/** A shell on a host, kept while devices come and go. */
export class Terminal {
  readonly facts: TerminalFacts
  readonly #session: HostSession
  readonly #recording: TerminalRecording | undefined
  readonly #explain: (end: TerminalEnd) => Promise<TerminalEnd>
  readonly #ended: (end: TerminalEnd) => void
  readonly #devices = new Devices()
  readonly #now: () => number
  readonly #input: InputToHost
  readonly #lifetime: Lifetime
  readonly #pace: HostPace
  readonly #replay = new ReplayBuffer()
  #size: TerminalSize
  #unrecorded: string | undefined
  #heardAt: number
  #end: TerminalEnd | undefined

  /** @param parts.ended called once, whatever ended it */
  constructor(parts: {
    readonly facts: TerminalFacts
    readonly size: TerminalSize
    readonly session: HostSession
    readonly recording: TerminalRecording | undefined
    /** Why there is no recording, where there was to be one. */
    readonly unrecorded?: string | undefined
    readonly times: TerminalTimes
    /** Milliseconds of a clock that nobody sets. */
    readonly now: () => number
    /** Finds out whether somebody had the shell ended on its host. Never rejects. */
    readonly explain: (end: TerminalEnd) => Promise<TerminalEnd>
    readonly ended: (end: TerminalEnd) => void
  }) {
    const { session, recording, now } = parts
    this.facts = parts.facts
    this.#size = parts.size
    this.#session = session
    this.#recording = recording
    this.#unrecorded = parts.unrecorded
    this.#explain = parts.explain
    this.#ended = parts.ended
    this.#now = now
    this.#heardAt = now()
    this.#input = new InputToHost(session, recording)
    this.#lifetime = new Lifetime(parts.times, now)
    const grant = (bytes: number) => session.grant(bytes)
    this.#pace = new HostPace({ now, grant, rendered: () => this.#devices.rendered })
    void recording?.failed.then((error) => this.#recordingFailed(error))
  }

  get size(): TerminalSize {
    return this.#size
  }

  get isRecorded(): boolean {
    return this.#recording !== undefined && this.#unrecorded === undefined
  }

  get end(): TerminalEnd | undefined {
    return this.#end
  }

  /** Bytes so far: to the host, and from it. */
  get bytes(): { readonly input: number; readonly output: number } {
    return { input: this.#input.bytes, output: this.#pace.received }
  }

  get devices(): { readonly attached: number; readonly watching: number } {
    return this.#devices.count
  }

  /** Milliseconds since somebody typed. */
  get idleMs(): number {
    return this.#lifetime.idleMs
  }

  /** @param size of its window; undefined for one that watches */
  attach(device: Device, size: TerminalSize | undefined): Attachment {
    const attachment = new Attachment(device, size)
    const isFirst = this.devices.attached === 0
    this.#devices.add(attachment)
    if (!attachment.isWatcher) {
      this.#lifetime.attended()
      this.#pace.rendersAgain()
    }
    const isOther = isFirst && size !== undefined && !sameSize(size, this.#size)
    if (isFirst && size !== undefined) this.#follow(attachment)
    this.#paint(attachment)
    if (!isOther && this.#replay.isFullScreen()) this.#nudge()
    this.#devices.tellCount()
    // It may be over before it is seen: a shell that ends at once.
    if (this.#end !== undefined) this.#dismiss(this.#end)
    return attachment
  }

  /** The device has gone. */
  detach(attachment: Attachment): void {
    if (!this.#devices.remove(attachment)) return
    const { next } = this.#devices
    if (next !== undefined) this.#follow(next)
    if (this.devices.attached === 0) {
      this.#lifetime.left()
      this.#pace.goUnattended()
    }
    this.#devices.tellCount()
  }

  /** What somebody typed, or pasted. */
  input(attachment: Attachment, bytes: Uint8Array): void {
    if (this.#end !== undefined || !this.#devices.mayType(attachment)) return
    const goesOn = this.#lifetime.typed()
    this.#pace.typed()
    attachment.typed()
    if (goesOn) this.#devices.say({ type: 'ending', because: 'idle', inSeconds: 0 })
    this.turnTo(attachment)
    this.#send(attachment, bytes)
  }

  /** What a device answers to the host: nobody is there because of it. Of a device that was not the one to, it is dropped. */
  answer(attachment: Attachment, bytes: Uint8Array): void {
    if (this.#end === undefined && this.#devices.mayAnswer(attachment)) {
      this.#send(attachment, bytes)
    }
  }

  /** Somebody turned to that device. */
  turnTo(attachment: Attachment): void {
    if (this.#devices.hasSay(attachment) || !this.#devices.mayType(attachment)) return
    this.#follow(attachment)
    this.#devices.tellCount()
  }

  resize(attachment: Attachment, { cols, rows }: TerminalSize): void {
    if (!this.#devices.mayType(attachment)) return
    // What is given is a frame, whose type would go out again within frames of ours.
    attachment.size = { cols, rows }
    if (this.#devices.hasSay(attachment)) this.#takeSizeOf(attachment)
  }

  /** False when the device claims what cannot be. */
  acknowledge(attachment: Attachment, total: number, linesKept?: number): boolean {
    if (!attachment.acknowledge(total, linesKept)) return false
    if (!attachment.isWatcher) this.#pace.rendersAgain()
    if (attachment.wantsPaint) this.#paint(attachment)
    this.#pace.goOn()
    return true
  }

  /** From the host. */
  output(bytes: Uint8Array): void {
    if (this.#end !== undefined) return
    this.#heardAt = this.#now()
    this.#pace.receive(bytes.length)
    this.#replay.push(bytes)
    const held = this.isRecorded ? this.#recording?.output(bytes) : undefined
    if (held !== undefined) this.#pace.hold(held)
    this.#devices.show(bytes)
    this.#pace.goOn()
  }

  /** So many bytes of input have gone on to the host. */
  taken(bytes: number): void {
    this.#input.taken(bytes)
  }

  /** Its session with the host is over. */
  hostEnded(end: TerminalEnd): void {
    void this.#explain(end).then((why) => this.finish(why))
  }

  /** Ends it, for all its devices. What it was ended by first counts. */
  finish(end: TerminalEnd): void {
    if (this.#end !== undefined) return
    this.#end = end
    this.#pace.end()
    this.#session.end()
    this.#dismiss(end)
    this.#ended(end)
  }

  /** Looks after it: to be called every second or so. */
  look(): void {
    const over = this.#lifetime.over()
    if (over !== undefined) return this.finish(over)
    this.#pace.look()
    for (const coming of this.#lifetime.coming()) this.#devices.say({ type: 'ending', ...coming })
  }

  /** Takes less room while its host is quiet. False when there was nothing to do. */
  rest(): boolean {
    return this.#now() - this.#heardAt >= QUIET_MS && this.#replay.pack() > 0
  }

  get #ready(): Omit<TerminalReady, 'replayBytes'> {
    const { terminalId, instanceId, osUser, startedAt } = this.facts
    const recorded = this.isRecorded
    return { type: 'ready', terminalId, instanceId, osUser, startedAt, recorded, ...this.#size }
  }

  #paint(attachment: Attachment): void {
    attachment.paint(this.#ready, this.#replay.replay(), this.#pace.received)
    if (this.#unrecorded !== undefined) {
      attachment.say({ type: 'unrecorded', says: this.#unrecorded })
    }
  }

  #send(attachment: Attachment, bytes: Uint8Array): void {
    if (this.#input.send(bytes)) return
    attachment.device.close(TERMINAL_CLOSE.policy)
    this.detach(attachment)
  }

  #follow(attachment: Attachment): void {
    this.#devices.giveSay(attachment, this.#pace.received)
    this.#takeSizeOf(attachment)
  }

  #takeSizeOf({ size }: Attachment): void {
    if (size === undefined || sameSize(size, this.#size)) return
    this.#size = size
    this.#session.resize(size)
    this.#recording?.resized(size.cols, size.rows)
    this.#devices.say({ type: 'resized', ...size })
  }

  #nudge(): void {
    const { cols, rows } = this.#size
    this.#session.resize({ cols, rows: rows > 1 ? rows - 1 : rows + 1 })
    setTimeout(() => {
      if (this.#end === undefined) this.#session.resize(this.#size)
    }, NUDGE_MS).unref()
  }

  #recordingFailed(error: Error): void {
    if (this.#end !== undefined || this.#recording === undefined) return
    this.#unrecorded = error.message
    if (this.#recording.required) {
      this.finish({
        cause: 'recording-failed',
        says: `The terminal has to be recorded, and its recording failed: ${error.message}`,
        mend: 'Whoever runs the control plane can mend it. Connect again then; fleetkey ssh does not need it.',
      })
      return
    }
    this.#devices.say({ type: 'unrecorded', says: error.message })
    this.#pace.release()
  }

  #dismiss(end: TerminalEnd): void {
    this.#devices.say({ type: 'ended', ...end })
    this.#devices.close(end.cause === 'stopping' ? TERMINAL_CLOSE.goingAway : TERMINAL_CLOSE.done)
  }
}

const sameSize = (one: TerminalSize, other: TerminalSize): boolean =>
  one.cols === other.cols && one.rows === other.rows
