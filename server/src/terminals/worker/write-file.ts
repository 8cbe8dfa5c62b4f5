import type { Readable } from 'node:stream'
import type { SFTPWrapper } from 'ssh2'
import { FileFailed, type FileOrder } from '../file-messages.ts'
import type { Awaited } from './patience.ts'
import {
  asked,
  closeFile,
  linkStatOf,
  openFile,
  orUndefined,
  realPathOf,
  statOf,
} from './sftp-promises.ts'

const PIECE = 32 * 1024
const AT_ONCE = 16
/** NAME_MAX is 255 bytes almost everywhere. */
const MAX_NAME = 180
const OWNER_ONLY = 0o600

type Write = Extract<FileOrder, { readonly kind: 'write' }>

/** Where the bytes go until all are there: beside the file, so that a rename puts it in place. */
export function partialPath(path: string, uploadId: string): string {
  const at = path.lastIndexOf('/') + 1
  const name = Buffer.from(path.slice(at)).subarray(0, MAX_NAME).toString('utf8')
  return `${path.slice(0, at)}.${name.replaceAll('\ufffd', '')}.fleetkey-${uploadId}`
}

/** A link is followed: what it leads to is replaced, as `scp` does. */
export async function placeOf(sftp: SFTPWrapper, path: string): Promise<string> {
  const at = path.lastIndexOf('/')
  const folder = await realPathOf(sftp, at < 0 ? '.' : path.slice(0, at) || '/')
  const place = `${folder === '/' ? '' : folder}/${path.slice(at + 1)}`
  const found = await orUndefined(linkStatOf(sftp, place))
  if (found?.isSymbolicLink() !== true) return place
  return (await orUndefined(realPathOf(sftp, place))) ?? place
}

/** Refuses what would go wrong at the end, before a byte is sent. Returns the open file. */
export async function beginWrite(
  sftp: SFTPWrapper,
  { path, uploadId, offset, overwrite }: Write,
): Promise<{ readonly handle: Buffer; readonly place: string; readonly partial: string }> {
  const place = await placeOf(sftp, path)
  const mode = await refuseWrongTarget(sftp, { place, overwrite })
  const partial = partialPath(place, uploadId)
  // The place is what somebody knows of.
  const shownAs = place
  if (offset === 0) {
    // What replaces something may be as secret as that is, before it has its mode.
    const own = mode === undefined ? undefined : OWNER_ONLY
    const handle = await openFile(sftp, partial, 'w', { mode: own, shownAs })
    return { handle, place, partial }
  }
  const { size = 0 } = (await orUndefined(statOf(sftp, partial))) ?? {}
  if (size < offset) {
    throw new FileFailed('not-there-yet', `only ${size} bytes of the upload are there`)
  }
  return { handle: await openFile(sftp, partial, 'r+', { shownAs }), place, partial }
}

/** @returns the mode of what is there */
async function refuseWrongTarget(
  sftp: SFTPWrapper,
  { place, overwrite }: { readonly place: string; readonly overwrite: boolean },
): Promise<number | undefined> {
  const found = await orUndefined(statOf(sftp, place))
  if (found === undefined) return undefined
  if (!found.isFile()) throw new FileFailed('wrong-kind', `${place} is there, and is no file`)
  if (!overwrite) throw new FileFailed('exists', `${place} is there`)
  // Not whose rights it runs with: who wrote it last may be another one.
  return found.mode & 0o777
}

/** Takes a piece, and puts the file in its place when all are there. Nothing half done is ever in that place. */
export async function finishWrite(
  sftp: SFTPWrapper,
  order: Write,
  from: {
    readonly bytes: Readable
    readonly handle: Buffer
    readonly place: string
    readonly partial: string
    /** Called for each piece that came, and that the host has taken: who is waited for then. */
    readonly awaits: (whom: Awaited) => void
  },
): Promise<void> {
  const { size, overwrite } = order
  const { bytes, handle, place, partial, awaits } = from
  let end: number
  try {
    end = await writeAll(sftp, { handle, offset: order.offset, bytes, size, path: place, awaits })
    awaits('host')
    if (end === size) await flush(sftp, handle)
  } finally {
    await closeFile(sftp, handle).catch(() => {})
  }
  if (end !== size) return
  const mode = await refuseWrongTarget(sftp, { place, overwrite })
  if (mode !== undefined) {
    await asked<unknown>(place, (done) => sftp.chmod(partial, mode, done as never))
  }
  await replace(sftp, partial, place)
}

async function writeAll(
  sftp: SFTPWrapper,
  of: {
    readonly handle: Buffer
    readonly path: string
    readonly offset: number
    readonly size: number
    readonly bytes: Readable
    readonly awaits: (whom: Awaited) => void
  },
): Promise<number> {
  const { handle, path, size, bytes, awaits } = of
  let at = of.offset
  const waiting = new Set<Promise<unknown>>()
  let failed: unknown
  // Its other direction says that all went well: the end of this one is not the end of it.
  const chunks = bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  for await (const chunk of chunks) {
    if (at + chunk.length > size) {
      throw new FileFailed('failed', `more than the ${size} bytes that were announced`)
    }
    for (let from = 0; from < chunk.length; from += PIECE) {
      const piece = chunk.subarray(from, from + PIECE)
      const place = at
      at += piece.length
      const written = asked<unknown>(path, (done) =>
        sftp.write(handle, piece, 0, piece.length, place, done as never),
      )
        .catch((error: unknown) => void (failed ??= error))
        .then(() => {
          waiting.delete(written)
          awaits(waiting.size > 0 ? 'host' : 'page')
        })
      if (waiting.size === 0) awaits('host')
      waiting.add(written)
      while (waiting.size >= AT_ONCE) await Promise.race(waiting)
      if (failed !== undefined) throw failed as Error
    }
  }
  await Promise.all(waiting)
  if (failed !== undefined) throw failed as Error
  return at
}

/** Before its name: a file that is there is there after the power was cut, where the server can do that. */
async function flush(sftp: SFTPWrapper, handle: Buffer): Promise<void> {
  try {
    await asked<unknown>('', (done) => sftp.ext_openssh_fsync(handle, done as never))
  } catch {
    // An sshd without that extension.
  }
}

/** At once, whether something is there or not. */
async function replace(sftp: SFTPWrapper, from: string, to: string): Promise<void> {
  try {
    await asked<unknown>(to, (done) => sftp.ext_openssh_rename(from, to, done as never))
  } catch (error) {
    if (!/not support/i.test(String(error))) throw error
    // Fails where something is there: it is never taken away first.
    await asked<unknown>(to, (done) => sftp.rename(from, to, done as never))
  }
}
