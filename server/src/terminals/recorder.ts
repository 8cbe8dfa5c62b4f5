import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import type { Tags } from '@fleetkey/domain/instance'
import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import type { UserIdentity } from '@fleetkey/domain/trail-event'

/**
 * Keeps what a terminal shows. Asked before a terminal's shell starts; where none is configured nothing is recorded. Terminals know no more
 * of recordings than this.
 */
export interface TerminalRecorder {
  /**
   * Undefined when this terminal is not to be recorded. Throws a ServiceException when it must be and cannot be: there is then no
   * terminal.
   */
  begin(facts: RecordedTerminal): Promise<TerminalRecording | NotRecorded | undefined>
}

/** It was to be recorded, and cannot be. */
export interface NotRecorded {
  /** Why, for the person: a sentence, after "Not recorded: ". */
  readonly unrecorded: string
}

/** What is known of a terminal when it starts. */
export interface RecordedTerminal extends TerminalSize {
  readonly terminalId: string
  readonly instanceId: string
  readonly instanceTags: Tags
  readonly osUser: string
  /** Who opened it. */
  readonly identity: UserIdentity
  readonly principalArn: string
  readonly userName: string
  /** Of the push that let it in. */
  readonly grantRequestId: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

export interface TerminalRecording {
  readonly recordingId: string
  /** When it fails, the terminal ends (`recording-failed`); otherwise the person is told, and it goes on. */
  readonly required: boolean
  /**
   * Output as the host sent it, in order. The bytes are not changed afterwards. A promise when it has enough for now: no more is taken
   * from the host until it settles, so what waits for a slow disk stays bounded. It never rejects: see `failed`.
   */
  output(bytes: Uint8Array): Promise<void> | undefined
  /** What was typed. Absent where input is not recorded. A promise as for `output`. */
  input?(bytes: Uint8Array): Promise<void> | undefined
  resized(cols: number, rows: number): void
  /** Settles when all of it is kept. Called once, also after `failed`; rejects when its last part could not be kept. */
  end(why: TerminalEnd): Promise<void>
  /** Resolves when it cannot be kept any more; pending for ever otherwise. */
  readonly failed: Promise<Error>
}
