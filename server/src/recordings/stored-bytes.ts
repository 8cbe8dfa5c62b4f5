/** What a recording is kept in, open for reading. */
export interface StoredBytes {
  /** Fewer at the end. */
  read(at: number, length: number): Promise<Buffer>
  close(): Promise<void>
}

/** It is not where it was kept: moved, deleted, or taken away. */
export class BytesMissing extends Error {
  override readonly name = 'BytesMissing'
}
