import type { MessagePort } from 'node:worker_threads'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import type { FileOrder } from '../file-messages.ts'
import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'

/** How the worker of a host gets to it. */
export type WorkerWay =
  /** By itself. */
  | { readonly kind: 'dial'; readonly address: string; readonly port: number }
  /** Through a tunnel that the main thread holds: its bytes come and go by this port (byte-port.ts). */
  | { readonly kind: 'carried'; readonly port: MessagePort }

export interface ConnectOrder {
  readonly way: WorkerWay
  readonly osUser: string
  /** `type base64` each: one of them must be the host's. */
  readonly hostKeys: readonly string[]
}

/** What is asked of the worker of a host. `session` is a number that this worker had for nothing else. */
export type ToWorker =
  /** Answered at once by a worker that is well. */
  | { readonly kind: 'ping'; readonly session: 0 }
  | { readonly kind: 'make-key'; readonly session: number }
  | ({ readonly kind: 'connect'; readonly session: number } & ConnectOrder)
  | ({ readonly kind: 'start'; readonly session: number } & TerminalSize)
  | { readonly kind: 'input'; readonly session: number; readonly bytes: Uint8Array }
  | ({ readonly kind: 'resize'; readonly session: number } & TerminalSize)
  /** The host may send so many bytes more. */
  | { readonly kind: 'grant'; readonly session: number; readonly bytes: number }
  | { readonly kind: 'end'; readonly session: number }
  /** Answered by the port. */
  | {
      readonly kind: 'files'
      readonly session: number
      readonly order: FileOrder
      readonly port: MessagePort
    }

/** What the worker of a host says. */
export type FromWorker =
  | { readonly kind: 'pong'; readonly session: 0 }
  /** Once, first: whether ssh2 has its native addon. AES-GCM is OpenSSL's either way. */
  | { readonly kind: 'begun'; readonly session: 0; readonly native: boolean }
  /** The line of the public key; the private one stays in the worker, in memory. */
  | { readonly kind: 'key'; readonly session: number; readonly publicKey: string }
  /** The host is reached, and from this address of ours, where the worker dialled. */
  | { readonly kind: 'reached'; readonly session: number; readonly from: string | undefined }
  /** Nothing answers there. Another way may be tried. */
  | { readonly kind: 'unreached'; readonly session: number; readonly says: string }
  /** The host is the right one, and took the key. The shell waits for `start`. */
  | { readonly kind: 'let-in'; readonly session: number }
  /** The shell runs. */
  | { readonly kind: 'started'; readonly session: number }
  | { readonly kind: 'output'; readonly session: number; readonly bytes: Uint8Array }
  /** So many bytes of input went on to the host. */
  | { readonly kind: 'taken'; readonly session: number; readonly bytes: number }
  /** There is no shell. */
  | { readonly kind: 'failed'; readonly session: number; readonly failure: SshFailure }
  | { readonly kind: 'ended'; readonly session: number; readonly end: TerminalEnd }

/** Why there is no shell. `says` may have words of the host in it, made printable. */
export interface SshFailure {
  readonly kind:
    | 'host-key'
    | 'denied'
    | 'no-agreement'
    | 'misbehaved'
    | 'late'
    | 'no-shell'
    | 'lost'
  readonly says: string
}
