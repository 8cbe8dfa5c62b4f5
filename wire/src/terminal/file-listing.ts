/**
 * Files of a terminal, over its SSH connection (SFTP), below `TERMINALS_PATH/ID/`. A path is absolute, or counts from the home of the user, which the empty one is.
 *
 * - `GET files?path=`: a `FileListing`
 * - `GET file?path=`: the bytes; `Range: bytes=N-` goes on from there, with `If-Range: ETAG` only where the file has not changed since
 * - `PUT file?path=&upload=NAME&offset=N&size=TOTAL`, and `&overwrite=1`: a piece of at most MAX_UPLOAD_PIECE bytes; with the last one the file
 *   is put in its place, and what was there before is replaced at once or, without `overwrite`, nothing is. `upload` is 8 to 32 of a-z and 0-9, of the page's choice.
 * - `GET upload?path=&upload=NAME`: an `UploadState`, to go on after something broke; `DELETE` gives it up
 * - `POST folder?path=` · `POST rename?path=&to=` (replaces nothing) · `POST mode?path=&mode=OCTAL` · `DELETE file?path=` (a folder that is empty, too): `{path}`
 *
 * What concerns folders with all that is in them stands in file-tree.ts. All but `GET file` and `GET archive` want the header of the CSRF token. What is no success is a `FileRefusal`.
 */
export interface FileListing {
  /** Absolute, as the host resolves it. */
  readonly path: string
  /** Folders first, then by name. */
  readonly entries: readonly FileEntry[]
  /** There are more than are listed. */
  readonly truncated: boolean
}

export interface FileEntry {
  /** Text from the host. */
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  /** Bytes. */
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modifiedAt: number
  /** Permission bits, as chmod has them. */
  readonly mode: number
}

export interface UploadState {
  /** So many bytes are there: the next piece begins here. */
  readonly offset: number
}

/** The body of every answer that is no success. */
export interface FileRefusal {
  readonly code: string
  readonly message: string
  readonly mend?: string
}

/** A folder with more is listed so far. */
export const MAX_LISTED_FILES = 10_000

/** Of one PUT: it has to come within the time that a request may take, on a slow network too. */
export const MAX_UPLOAD_PIECE = 4 * 1024 * 1024

export const UPLOAD_NAME_PATTERN = /^[a-z0-9]{8,32}$/
