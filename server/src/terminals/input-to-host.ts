import type { HostSession } from './host-session.ts'
import type { TerminalRecording } from './recorder.ts'

/** Input that a host, or the disk of its recording, does not take. A device that sends more is let go: holding it up would hold up what it says of the output too. */
const MAX_WAITING = 1024 * 1024

/** What goes to the host of a terminal, and what of it is still on its way. */
export class InputToHost {
  readonly #session: Pick<HostSession, 'input'>
  readonly #recording: Pick<TerminalRecording, 'input'> | undefined
  #waiting = 0
  #bytes = 0

  constructor(
    session: Pick<HostSession, 'input'>,
    recording: Pick<TerminalRecording, 'input'> | undefined,
  ) {
    this.#session = session
    this.#recording = recording
  }

  /** Of all that was sent. */
  get bytes(): number {
    return this.#bytes
  }

  /** False, and nothing is sent, when too much waits already. */
  send(bytes: Uint8Array): boolean {
    if (this.#waiting + bytes.length > MAX_WAITING) return false
    this.#bytes += bytes.length
    this.#waiting += bytes.length
    this.#waitFor(this.#recording?.input?.(bytes), bytes.length)
    this.#session.input(bytes)
    return true
  }

  /** So many bytes have gone on to the host. */
  taken(bytes: number): void {
    this.#waiting -= bytes
  }

  /** What is not recorded yet waits, too, whether the host took it or not. */
  #waitFor(recorded: Promise<void> | undefined, bytes: number): void {
    if (recorded === undefined) return
    this.#waiting += bytes
    void recorded.then(() => (this.#waiting -= bytes))
  }
}
