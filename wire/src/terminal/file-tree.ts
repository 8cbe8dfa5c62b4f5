import type { FileRefusal } from './file-listing.ts'

/**
 * Folders of a terminal's host with all that is in them, below `TERMINALS_PATH/ID/`, as the other doors of files (file-listing.ts). Symbolic links are never followed.
 *
 * - `GET tree?path=`: what is in it, and `DELETE tree?path=`: takes all of it away. Both answer with a `TreeNews` a line as they go on, and stop when nobody reads on
 * - `GET archive?path=FOLDER&name=NAME&name=…`: a tar (ustar, pax) of what has these names in the folder, made while it is sent. What could not be read
 *   is named in its last member, NOT_IN_ARCHIVE
 */
export type TreeNews =
  | ({ readonly kind: 'so-far' } & TreeTally)
  /** The last one. `broken`: why it went no further. */
  | ({ readonly kind: 'end'; readonly broken?: FileRefusal } & TreeTally & TreeProblems)

export interface TreeTally {
  /** Files, links, sockets: all that is no folder. */
  readonly files: number
  readonly folders: number
  /** Of the files. */
  readonly bytes: number
}

/** What could not be looked into, or taken away. */
export interface TreeProblems {
  /** The first MAX_TREE_PROBLEMS of them, each with its path: text that has words of the host in it, made printable. */
  readonly problems: readonly string[]
  /** All of them. */
  readonly problemCount: number
}

/** More in one folder, with all that is in it, is not gone through: `rm`, `du` and `tar` are made for these. */
export const MAX_TREE_THINGS = 100_000

export const MAX_TREE_PROBLEMS = 50

/** The member of an archive that says what is missing in it, a line each. It is there when something is. */
export const NOT_IN_ARCHIVE = 'NOT-IN-THIS-ARCHIVE.txt'

/** In one archive: their names stand in the address. */
export const MAX_ARCHIVE_NAMES = 500
