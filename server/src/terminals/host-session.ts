import type { MessagePort } from 'node:worker_threads'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import type { FileOrder } from './file-messages.ts'
import type { ConnectOrder, SshFailure } from './worker/messages.ts'

/** What a terminal hears of its session with the host. */
export interface SessionListener {
  reached(from: string | undefined): void
  unreached(says: string): void
  letIn(): void
  started(): void
  output(bytes: Uint8Array): void
  /** So many bytes of input have gone on to the host. */
  taken(bytes: number): void
  /** Nothing is heard after either. */
  failed(failure: SshFailure): void
  ended(end: TerminalEnd): void
}

/** A terminal's session with a host, in the worker of that host. */
export interface HostSession {
  /** The line of a key that was made for it alone. */
  readonly publicKey: string
  connect(order: ConnectOrder): void
  /** The shell. */
  start(size: TerminalSize): void
  input(bytes: Uint8Array): void
  resize(size: TerminalSize): void
  grant(bytes: number): void
  /** Answers come by the port (file-messages.ts). */
  files(order: FileOrder): MessagePort
  end(): void
}
