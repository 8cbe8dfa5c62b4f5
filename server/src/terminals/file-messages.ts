import type { FileListing } from '@fleetkey/wire/terminal/file-listing'
import type { TreeProblems, TreeTally } from '@fleetkey/wire/terminal/file-tree'

/** What is to be done with files of a host. Paths are absolute, or count from the home of the user. */
export type FileOrder =
  | { readonly kind: 'list'; readonly path: string }
  /** The bytes from `offset` on come by the port; those from the beginning, when the file is not of that version any more. */
  | {
      readonly kind: 'read'
      readonly path: string
      readonly offset: number
      readonly version?: string
    }
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
  /** What is in a folder and all folders in it is counted, or taken away with it. A TreeWord comes now and then. */
  | { readonly kind: 'count-tree' | 'remove-tree'; readonly path: string }
  /** What has these names in a folder comes by the port, as a tar. */
  | { readonly kind: 'archive'; readonly path: string; readonly names: readonly string[] }

/** Said while a tree is gone through. The port is closed after `end`; closing it, or anything said to it, stops that. */
export type TreeWord =
  | ({ readonly kind: 'so-far' } & TreeTally)
  | ({ readonly kind: 'end'; readonly failure?: FileFailure } & TreeTally & TreeProblems)

/** The first message back, and the last one where no bytes go. */
export type FileAnswer =
  | { readonly kind: 'listing'; readonly listing: FileListing }
  /** Bytes come: from `offset` to `size`, as far as the host said. */
  | {
      readonly kind: 'reading'
      readonly path: string
      readonly size: number
      readonly offset: number
      /** Another one when the file has changed. */
      readonly version: string
    }
  | { readonly kind: 'writing'; readonly path: string }
  /** Bytes come, nobody knows how many. */
  | { readonly kind: 'packing'; readonly path: string }
  /** Words come. */
  | { readonly kind: 'walking'; readonly path: string }
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
    | 'too-many'
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
