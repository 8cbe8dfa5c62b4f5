import { open, rename, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { recordLine, type StreamReceiver } from './stream-receiver.ts'

const LINE_FEED = 0x0a
const STEP = 64 * 1024

/**
 * Appends a line of JSON for each record to a file that only its owner may read; taken means on the disk. What a crash left of a line is cut off first:
 * it was not taken and comes again.
 */
export function fileReceiver(parts: {
  readonly path: string
  /** A file that has grown to this is put aside, named after the last record in it, and another one begun. */
  readonly rotateBytes: number | undefined
}): StreamReceiver {
  const { path, rotateBytes } = parts
  return {
    name: `file ${path}`,
    async take(entries) {
      const last = entries.at(-1)
      if (last === undefined) return
      await using file = await open(path, 'a+', 0o600)
      await cutTornLine(file, path)
      await file.appendFile(entries.map((entry) => `${recordLine(entry)}\n`).join(''))
      await file.sync()
      const { size } = await file.stat()
      if (rotateBytes !== undefined && size >= rotateBytes)
        await rename(path, `${path}.${last.seq}`)
      await syncFolder(path)
    },
  }
}

async function cutTornLine(file: FileHandle, path: string): Promise<void> {
  const { size } = await file.stat()
  const end = await endOfLines(file, size)
  if (end === size) return
  // The other one only appends.
  await using writable = await open(path, 'r+')
  await writable.truncate(end)
}

/** Behind the last line feed. */
async function endOfLines(file: FileHandle, size: number): Promise<number> {
  const bytes = new Uint8Array(STEP)
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - STEP)
    // oxlint-disable-next-line no-await-in-loop -- mostly one step
    const { bytesRead } = await file.read(bytes, 0, end - start, start)
    const at = bytes.subarray(0, bytesRead).lastIndexOf(LINE_FEED)
    if (at !== -1) return start + at + 1
    end = start
  }
  return 0
}

/** That the file is there, and under which name, is on the disk too. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(dirname(path), 'r')
  await folder.sync()
}
