import type { ChainLink } from '@fleetkey/domain/trail-chain'
import type { Call } from './queries.ts'

/** What a worker is started with. */
export interface Opening {
  readonly file: string
  /**
   * The last record that was acknowledged when the database was lost: it must be there, or it is another database, or an older one.
   * Undefined at the first opening, which makes the file if there is none.
   */
  readonly acknowledged: ChainLink | undefined
}

/** What the main thread says to a worker. */
export type Request =
  | { readonly kind: 'calls'; readonly calls: readonly Call[] }
  | { readonly kind: 'close' }

/** What became of one call. */
export type Result =
  | { readonly value: unknown }
  /** By its own fault. */
  | { readonly error: string }
  /** By the disk's: nothing came of it. */
  | { readonly unavailable: string }

/** What a worker says. It answers calls in the order in which they came. */
export type Answer =
  | { readonly kind: 'open'; readonly securityVersion: number; readonly head: ChainLink }
  | {
      readonly kind: 'done'
      readonly results: readonly Result[]
      /** As of this commit; the reader does not know it. */
      readonly securityVersion?: number
      readonly head?: ChainLink
    }
  /** Nothing of the oldest `count` calls was written; the next ones may do. */
  | { readonly kind: 'refused'; readonly count: number; readonly message: string }
  /** What is on the disk is in doubt: this thread ends. Only a new one reads what is really there. */
  | { readonly kind: 'failed'; readonly message: string }
