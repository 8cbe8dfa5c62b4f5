import type { Call } from './queries.ts'

/** What the main thread says to a worker. */
export type Request =
  | { readonly kind: 'calls'; readonly calls: readonly Call[] }
  | { readonly kind: 'close' }

/** What became of one call. */
export type Result = { readonly value: unknown } | { readonly error: string }

/** What a worker says. It answers calls in the order in which they came. */
export type Answer =
  | { readonly kind: 'open'; readonly securityVersion: number }
  | {
      readonly kind: 'done'
      readonly results: readonly Result[]
      /** As of this commit; the reader does not know it. */
      readonly securityVersion?: number
    }
  /** Nothing of the oldest `count` calls was written; the next ones may do. */
  | { readonly kind: 'refused'; readonly count: number; readonly message: string }
  /** Nothing will be written any more. */
  | { readonly kind: 'failed'; readonly message: string }
