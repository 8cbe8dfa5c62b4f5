import type { MessagePort } from 'node:worker_threads'
import { MAX_LISTED_FILES, type FileEntry } from '@fleetkey/wire/terminal/file-listing'
import type { SFTPWrapper, Stats } from 'ssh2'
import { BytePort } from '../byte-port.ts'
import { FileFailed, type FileAnswer, type FileOrder } from '../file-messages.ts'
import { patiently, readFile } from './read-file.ts'
import {
  asked,
  closeFile,
  linkStatOf,
  openFile,
  orUndefined,
  readFolder,
  realPathOf,
  statOf,
} from './sftp-promises.ts'
import { beginWrite, finishWrite, partialPath, placeOf } from './write-file.ts'

/** In characters. NAME_MAX is 255 bytes almost everywhere; a host that sends longer ones fills the memory of whoever passes them on. */
const MAX_NAME = 512

/** Does one thing with files, and answers by the port. */
export async function doWithFiles(
  order: FileOrder,
  port: MessagePort,
  openSftp: () => Promise<SFTPWrapper>,
): Promise<void> {
  const say = (answer: FileAnswer) => port.postMessage(answer)
  try {
    const sftp = await openSftp()
    const last = await obey(order, { sftp, port, say })
    if (last !== undefined) say(last)
    if (last !== undefined) port.close()
  } catch (error) {
    const { failure } =
      error instanceof FileFailed ? error : new FileFailed('failed', String(error))
    say({ kind: 'failed', failure })
    port.close()
  }
}

interface Means {
  readonly sftp: SFTPWrapper
  readonly port: MessagePort
  readonly say: (answer: FileAnswer) => void
}

async function obey(order: FileOrder, means: Means): Promise<FileAnswer | undefined> {
  const { sftp } = means
  switch (order.kind) {
    case 'list':
      return await list(sftp, order.path)
    case 'read':
      return await read(order, means)
    case 'write':
      return await write(order, means)
    case 'uploaded': {
      const partial = partialPath(await placeOf(sftp, order.path), order.uploadId)
      const found = await orUndefined(statOf(sftp, partial))
      return { kind: 'uploaded', offset: found?.size ?? 0 }
    }
    case 'give-up': {
      const partial = partialPath(await placeOf(sftp, order.path), order.uploadId)
      await orUndefined(asked(partial, (done) => sftp.unlink(partial, done as never)))
      return { kind: 'done', path: order.path }
    }
    case 'make-folder':
      await asked(order.path, (done) => sftp.mkdir(order.path, done as never))
      return { kind: 'done', path: await realPathOf(sftp, order.path) }
    case 'rename':
      // SFTP's own rename: it replaces nothing that is there.
      await asked(order.to, (done) => sftp.rename(order.path, order.to, done as never))
      return { kind: 'done', path: order.to }
    case 'remove': {
      const { path } = order
      const isFolder = (await linkStatOf(sftp, path)).isDirectory()
      await asked(path, (done) =>
        isFolder ? sftp.rmdir(path, done as never) : sftp.unlink(path, done as never),
      )
      return { kind: 'done', path }
    }
  }
}

async function list(sftp: SFTPWrapper, path: string): Promise<FileAnswer> {
  const resolved = await realPathOf(sftp, path)
  const handle = await asked<Buffer>(resolved, (done) => sftp.opendir(resolved, done))
  const entries: FileEntry[] = []
  let truncated = false
  let told = 0
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- page after page
      const page = await readPage(sftp, handle)
      if (page.length === 0) break
      // All that it tells counts, or one that says `.` again and again is asked for ever.
      told += page.length
      for (const { filename, attrs } of page) {
        if (isName(filename)) entries.push(entryOf(filename, attrs as Stats))
      }
      truncated = told > MAX_TOLD
      if (truncated) break
    }
  } finally {
    await closeFile(sftp, handle).catch(() => {})
  }
  const sorted = entries.slice(0, MAX_LISTED_FILES).sort(byKindAndName)
  return { kind: 'listing', listing: { path: resolved, entries: sorted, truncated } }
}

/** With `.` and `..`, which every folder has. */
const MAX_TOLD = MAX_LISTED_FILES + 2

const isName = (name: string): boolean =>
  name !== '.' && name !== '..' && !name.includes('/') && name.length <= MAX_NAME

async function readPage(sftp: SFTPWrapper, handle: Buffer) {
  try {
    return await readFolder(sftp, handle)
  } catch (error) {
    // SFTP says so by an error of its own: EOF.
    if (error instanceof FileFailed && /end of file|EOF/i.test(error.failure.says)) return []
    throw error
  }
}

function entryOf(name: string, attributes: Stats): FileEntry {
  const { size, mtime, mode } = attributes
  const kind = attributes.isDirectory()
    ? 'folder'
    : attributes.isSymbolicLink()
      ? 'link'
      : attributes.isFile()
        ? 'file'
        : 'other'
  return { name, kind, size, modifiedAt: mtime * 1000, mode: mode & 0o7777 }
}

const byKindAndName = (one: FileEntry, other: FileEntry): number =>
  Number(other.kind === 'folder') - Number(one.kind === 'folder') ||
  (one.name < other.name ? -1 : 1)

async function read(
  { path, offset }: Extract<FileOrder, { readonly kind: 'read' }>,
  { sftp, port, say }: Means,
): Promise<undefined> {
  const place = await realPathOf(sftp, path)
  const stats = await statOf(sftp, place)
  if (!stats.isFile()) throw new FileFailed('wrong-kind', `${place} is no file`)
  if (offset > stats.size) throw new FileFailed('not-there-yet', `${place} is shorter`)
  const handle = await openFile(sftp, place, 'r')
  say({ kind: 'reading', path: place, size: stats.size, offset })
  const stream = new BytePort(port)
  stream.on('error', () => {})
  try {
    // Files of the kernel's own (/proc) have no size, and something in them.
    const end = stats.size > 0 ? stats.size : Infinity
    await readFile(sftp, { handle, path: place, offset, end }, patiently(stream))
    stream.end()
    stream.resume()
  } catch (error) {
    stream.destroy(error as Error)
  } finally {
    await closeFile(sftp, handle).catch(() => {})
  }
}

async function write(
  order: Extract<FileOrder, { readonly kind: 'write' }>,
  { sftp, port, say }: Means,
): Promise<undefined> {
  const begun = await beginWrite(sftp, order)
  say({ kind: 'writing', path: begun.place })
  const bytes = new BytePort(port)
  bytes.on('error', () => {})
  try {
    await finishWrite(sftp, order, { ...begun, bytes })
    // That its direction ends says that the file is in its place.
    bytes.end()
  } catch (error) {
    bytes.destroy(error as Error)
  }
}
