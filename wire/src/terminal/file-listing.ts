/**
 * Files of a terminal, over its SSH connection (SFTP), at `TERMINALS_PATH/ID/…`:
 * `GET files?path=` lists a folder (a `FileListing`), `POST folder?path=` makes one, `POST rename?path=&to=` and `DELETE file?path=` do what they say;
 * `GET file?path=` (with `Range` to go on) and `PUT file?path=` (with `offset=` to go on, `size=` of the whole) move bytes.
 * A path is absolute or counts from the home of the user; empty is the home itself. All but `GET file` want the CSRF header.
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

/** A refusal of a file request: the body of every answer that is no success. */
export interface FileRefusal {
  readonly code: string
  readonly message: string
  readonly mend?: string
}

/** What an upload has reached: `HEAD file?path=&upload=1` answers it in the header below, and a PUT from there goes on. */
export const UPLOAD_OFFSET_HEADER = 'x-fleetkey-upload-offset'

/** A folder with more is listed so far. */
export const MAX_LISTED_FILES = 10_000
