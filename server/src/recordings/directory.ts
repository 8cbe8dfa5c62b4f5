import { constants } from 'node:fs'
import { mkdir, open, readdir, rm, rmdir, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RecordingRow } from '../store/recording-store.ts'
import { diskTrouble, orTrouble, StorageTrouble } from './storage-trouble.ts'
import { BytesMissing, type StoredBytes } from './stored-bytes.ts'
import type { GrowingFile } from './recording-writer.ts'

export type NamedRecording = Pick<RecordingRow, 'recordingId' | 'startedAt'>

/** The same in a directory and in a bucket: by day (UTC), so that no folder grows without end. */
export const recordingName = ({ recordingId, startedAt }: NamedRecording): string =>
  `${new Date(startedAt).toISOString().slice(0, 10).replaceAll('-', '/')}/${recordingId}.fkrec`

/** Recordings as files, for the server's own user only. */
export interface RecordingDirectory {
  /** Rejects when there is one of that name. It is found there after a crash, too. */
  create(named: NamedRecording): Promise<GrowingFile>
  /** Rejects with BytesMissing, or a StorageTrouble, as reading does. */
  open(named: NamedRecording): Promise<StoredBytes & { size(): Promise<number> }>
  /** Settles also when there is none. Rejects with a StorageTrouble. */
  remove(named: NamedRecording): Promise<void>
}

export function recordingDirectory(path: string): RecordingDirectory {
  const fileOf = (named: NamedRecording) => join(path, recordingName(named))
  return {
    async create(named) {
      const file = fileOf(named)
      const made = await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW
      const handle = await open(file, flags, 0o600)
      try {
        await syncFolders(dirname(file), made === undefined ? dirname(file) : dirname(made))
      } catch (error) {
        await handle.close()
        throw error
      }
      return {
        write: (bytes, at) => writeAll(handle, bytes, at),
        sync: () => handle.datasync(),
        close: () => handle.close(),
      }
    },
    async open(named) {
      let handle: FileHandle
      try {
        const flags = constants.O_RDONLY | constants.O_NOFOLLOW
        handle = await orTrouble(diskTrouble, () => open(fileOf(named), flags), isNoEntry)
      } catch (error) {
        if (!isNoEntry(error)) throw error
        await requireFiles(path)
        throw new BytesMissing(fileOf(named))
      }
      return {
        read: (at, length) => orTrouble(diskTrouble, () => readUpTo(handle, at, length)),
        size: async () => (await handle.stat()).size,
        close: () => handle.close(),
      }
    },
    async remove(named) {
      const file = fileOf(named)
      await orTrouble(diskTrouble, () => rm(file, { force: true }))
      // The day, the month and the year too, when nothing else is in them.
      for (let folder = dirname(file); folder.length > path.length; folder = dirname(folder)) {
        try {
          // oxlint-disable-next-line no-await-in-loop -- from the inside out
          await rmdir(folder)
        } catch {
          return
        }
      }
    },
  }
}

const isNoEntry = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** Where there is a recording and the directory is empty, what is missing is more than that: throws a StorageTrouble. */
async function requireFiles(path: string): Promise<void> {
  const names = await orTrouble(diskTrouble, () => readdir(path))
  if (names.length > 0) return
  const why = 'the directory of the recordings is empty: its disk is not mounted, or was emptied.'
  throw new StorageTrouble(why)
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    // oxlint-disable-next-line no-await-in-loop -- a full disk takes a part, and says so at the next
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done)
    done += bytesWritten
  }
}

async function readUpTo(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    // oxlint-disable-next-line no-await-in-loop -- until all is there, or the end
    const { bytesRead } = await handle.read(bytes, done, length - done, at + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return bytes.subarray(0, done)
}

/** The names, too, are on the disk. */
async function syncFolders(from: string, to: string): Promise<void> {
  for (let folder = from; ; folder = dirname(folder)) {
    // oxlint-disable-next-line no-await-in-loop -- a few
    const handle = await open(folder, constants.O_RDONLY)
    try {
      // oxlint-disable-next-line no-await-in-loop -- a few
      await handle.sync()
    } finally {
      // oxlint-disable-next-line no-await-in-loop -- a few
      await handle.close()
    }
    if (folder === to || folder.length <= to.length) return
  }
}
