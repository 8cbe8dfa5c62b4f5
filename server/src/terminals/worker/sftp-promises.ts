import { printable } from '@fleetkey/domain/printable'
import type { FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2'
import { FileFailed, type FileFailure } from '../file-messages.ts'

type Callback<T> = (error: Error | undefined | null, value: T) => void

/** SFTP's ways of saying no: draft-ietf-secsh-filexfer-02 §7. */
const STATUS: Readonly<Record<number, FileFailure['kind']>> = { 2: 'not-found', 3: 'forbidden' }

/** ssh2's words for what was asked when the channel closed. */
const CHANNEL_GONE = 'No response from server'

/** One call of ssh2's as a promise. @throws FileFailed */
export function asked<T>(what: string, call: (done: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const done: Callback<T> = (error, value) => {
      if (error) reject(fileFailed(what, error))
      else resolve(value)
    }
    try {
      call(done)
    } catch (error) {
      // ssh2 throws when the channel is gone.
      reject(fileFailed(what, error as Error))
    }
  })
}

export const statOf = (sftp: SFTPWrapper, path: string) =>
  asked<Stats>(path, (done) => sftp.stat(path, done))

export const linkStatOf = (sftp: SFTPWrapper, path: string) =>
  asked<Stats>(path, (done) => sftp.lstat(path, done))

/** PATH_MAX of Linux. */
const MAX_PATH = 4096

export async function realPathOf(sftp: SFTPWrapper, path: string): Promise<string> {
  const place = await asked<string>(path, (done) => sftp.realpath(path === '' ? '.' : path, done))
  if (place.length > MAX_PATH)
    throw new FileFailed('failed', 'the host says a path that is too long')
  return place
}

/**
 * @param options.mode of a file that is made by it; undefined: as is the custom there
 * @param options.shownAs what a failure names; default: the path
 */
export const openFile = (
  sftp: SFTPWrapper,
  path: string,
  flags: 'r' | 'r+' | 'w' | 'wx',
  { mode, shownAs = path }: { readonly mode?: number | undefined; readonly shownAs?: string } = {},
) =>
  asked<Buffer>(shownAs, (done) => {
    if (mode === undefined) sftp.open(path, flags, done)
    else sftp.open(path, flags, mode, done)
  })

export const closeFile = (sftp: SFTPWrapper, handle: Buffer) =>
  asked<unknown>('', (done) => sftp.close(handle, done as never))

/** More of a folder; nothing when that was all. */
export const readPage = (sftp: SFTPWrapper, handle: Buffer) =>
  asked<readonly FileEntryWithStats[]>('', (done) =>
    sftp.readdir(handle, (error, page) => {
      if (isEndOfFile(error)) done(undefined, [])
      else done(error, page)
    }),
  )

/** SFTP says so by an error of its own. */
export const isEndOfFile = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | undefined)?.code === 1

/** What is not there is undefined. */
export async function orUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof FileFailed && error.failure.kind === 'not-found') return undefined
    throw error
  }
}

function fileFailed(what: string, error: Error & { readonly code?: unknown }): FileFailed {
  const kind = error.message === CHANNEL_GONE ? 'no-sftp' : (STATUS[Number(error.code)] ?? 'failed')
  const shown = printable(what, 200)
  const said = printable(error.message, 200)
  return new FileFailed(kind, shown === '' ? said : `${shown}: ${said}`)
}
