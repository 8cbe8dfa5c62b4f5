import { ApiRefusal } from '../../api/api-refusal.ts'
import { byteText } from '@fleetkey/domain/byte-text'

/** Where a download goes. Nothing is at its place before it is whole. */
export interface DownloadSink {
  /** Bytes that are there. */
  readonly size: number
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /** Forgets what is there. */
  beginAnew(): Promise<void>
  /** It is whole. */
  finish(): Promise<void>
  /** Nobody goes on with it: nothing is left of it. */
  giveUp(): Promise<void>
}

/** So much is handed to the browser at a time, which keeps it on disk when it has to. */
const PART = 8 * 1024 * 1024

/** Browsers other than Chromium's keep it in memory. */
export const MAX_KEPT = 512 * 1024 * 1024

/**
 * The browser keeps it until it is whole, and puts it where it puts downloads, or asks where.
 * @param save is given the whole
 */
export function keptByBrowser(save: (whole: Blob) => void): DownloadSink {
  let parts: Blob[] = []
  let waiting: Uint8Array<ArrayBuffer>[] = []
  let waits = 0
  let size = 0
  const keep = () => {
    if (waits > 0) parts.push(new Blob(waiting))
    waiting = []
    waits = 0
  }
  const forget = () => {
    parts = []
    waiting = []
    waits = 0
    size = 0
    return Promise.resolve()
  }
  return {
    get size() {
      return size
    },
    write(bytes) {
      if (size + bytes.length > MAX_KEPT) return Promise.reject(tooLarge())
      waiting.push(bytes)
      waits += bytes.length
      size += bytes.length
      if (waits >= PART) keep()
      return Promise.resolve()
    },
    beginAnew: forget,
    finish() {
      keep()
      // Without a type browsers look into it, and give the file an ending that it has not.
      save(new Blob(parts, { type: 'application/octet-stream' }))
      return forget()
    },
    giveUp: forget,
  }
}

const tooLarge = () =>
  new ApiRefusal({
    code: 'TooLarge',
    status: 0,
    message: `There is more than the ${byteText(MAX_KEPT)} that this browser keeps of a download. Use Chrome or Edge, which write it to your disk as it comes, or "fleetkey scp".`,
  })

/** What is used of a file that somebody chose (File System Access). */
export interface ChosenFile {
  createWritable(): Promise<WritableFile>
  /** Chromium's alone. */
  remove?(): Promise<void>
}

interface WritableFile {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  close(): Promise<void>
  abort(): Promise<void>
}

/** Written to the disk as it comes, beside the file that was chosen, and put there when it is whole. */
export function writtenToDisk(file: ChosenFile): DownloadSink {
  let open: WritableFile | undefined
  let size = 0
  const orSay = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      // What was written is gone with the stream that broke.
      open = undefined
      size = 0
      throw notWritten(error)
    }
  }
  const forget = async () => {
    const last = open
    open = undefined
    size = 0
    await last?.abort().catch(() => {})
  }
  return {
    get size() {
      return size
    },
    write: (bytes) =>
      orSay(async () => {
        open ??= await file.createWritable()
        await open.write(bytes)
        size += bytes.length
      }),
    beginAnew: forget,
    finish: () =>
      orSay(async () => {
        open ??= await file.createWritable()
        await open.close()
        open = undefined
      }),
    async giveUp() {
      await forget()
      // Choosing it made it, empty.
      await file.remove?.().catch(() => {})
    },
  }
}

function notWritten(error: unknown): ApiRefusal {
  const isFull = error instanceof Error && error.name === 'QuotaExceededError'
  const why = error instanceof Error ? error.message : String(error)
  return new ApiRefusal({
    code: 'LocalDisk',
    status: 0,
    message: isFull
      ? 'Your disk is full, and nothing of it is kept. Make room, and begin again.'
      : `It could not be written to your disk, and nothing of it is kept: ${why}. Clear it, and choose another place.`,
  })
}
