import type { FileListing } from '@fleetkey/wire/terminal/file-listing'

/** What is to be done with files of a host. Paths are absolute, or count from the home of the user. */
export type FileOrder =
  | { readonly kind: 'list'; readonly path: string }
  /** The bytes from `offset` on come by the port. */
  | { readonly kind: 'read'; readonly path: string; readonly offset: number }
  /**
   * Bytes from `offset` on go by the port, into a file beside that takes the place of `path` when all `size` are there. `uploadId` names that
   * file: it is sent in pieces, and one that broke goes on.
   */
  | {
      readonly kind: 'write'
      readonly path: string
      readonly uploadId: string
      readonly offset: number
      readonly size: number
      readonly overwrite: boolean
    }
  /** How far that upload is. */
  | { readonly kind: 'uploaded'; readonly path: string; readonly uploadId: string }
  /** Removes what there is of that upload. */
  | { readonly kind: 'give-up'; readonly path: string; readonly uploadId: string }
  | { readonly kind: 'make-folder'; readonly path: string }
  /** Replaces nothing that is there. */
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  /** `mode`: octal digits, as chmod has them. */
  | { readonly kind: 'change-mode'; readonly path: string; readonly mode: string }
  /** A file, a link, or a folder that is empty. */
  | { readonly kind: 'remove'; readonly path: string }

/** The first message back, and the last one where no bytes go. */
export type FileAnswer =
  | { readonly kind: 'listing'; readonly listing: FileListing }
  /** Bytes come: from `offset` to `size`, as far as the host said. */
  | {
      readonly kind: 'reading'
      readonly path: string
      readonly size: number
      readonly offset: number
    }
  | { readonly kind: 'writing'; readonly path: string }
  | { readonly kind: 'uploaded'; readonly offset: number }
  | { readonly kind: 'done'; readonly path: string }
  | { readonly kind: 'failed'; readonly failure: FileFailure }

export interface FileFailure {
  readonly kind:
    | 'not-found'
    | 'forbidden'
    | 'exists'
    | 'wrong-kind'
    | 'not-empty'
    | 'not-there-yet'
    | 'no-sftp'
    | 'late'
    | 'failed'
    | 'busy'
  /** May have words of the host in it, made printable. */
  readonly says: string
}

/** A transfer that breaks says so in the same way: as the JSON of a FileFailure. */
export class FileFailed extends Error {
  readonly failure: FileFailure

  constructor(kind: FileFailure['kind'], says: string) {
    super(JSON.stringify({ kind, says }))
    this.failure = { kind, says }
  }
}
