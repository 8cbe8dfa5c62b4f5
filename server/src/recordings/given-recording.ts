import { randomBytes } from 'node:crypto'
import type { StoredBytes } from './stored-bytes.ts'
import { RecordingWriter, type GrowingFile, type WriterOptions } from './recording-writer.ts'

/** For tests: a file in memory, to which what happens to disks can happen. */
export interface MemoryFile extends GrowingFile {
  readonly bytes: () => Buffer
  /** Rejects each write with it. */
  broken: Error | undefined
  /** Each sync waits for it. */
  held: Promise<void> | undefined
  syncs: number
}

export function memoryFile(): MemoryFile {
  let bytes: Buffer = Buffer.alloc(0)
  const file: MemoryFile = {
    bytes: () => bytes,
    broken: undefined,
    held: undefined,
    syncs: 0,
    write(added, at) {
      if (file.broken !== undefined) return Promise.reject(file.broken)
      bytes = Buffer.concat([bytes.subarray(0, at), added])
      return Promise.resolve()
    },
    async sync() {
      await file.held
      file.syncs += 1
    },
    close: () => Promise.resolve(),
  }
  return file
}

export const storedBytes = (bytes: Buffer): StoredBytes => ({
  read: (at, length) => Promise.resolve(bytes.subarray(at, at + length)),
  close: () => Promise.resolve(),
})

/** For tests: a recording that begins, into memory, by a clock that is set. */
export async function givenWriter(change: Partial<WriterOptions> = {}) {
  const file = memoryFile()
  const clock = { ms: 0 }
  const key = { recordingId: `r-${'0'.repeat(32)}`, key: randomBytes(32) }
  const writer = await RecordingWriter.begin({
    ...key,
    file,
    header: { width: 80, height: 24, timestamp: 1_800_000_000 },
    elapsed: () => clock.ms,
    maxBytes: 1 << 30,
    ...change,
  })
  return { file, clock, key, writer }
}
