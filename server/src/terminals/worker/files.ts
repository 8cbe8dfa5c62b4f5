import type { MessagePort } from 'node:worker_threads'
import { MAX_LISTED_FILES, type FileEntry } from '@fleetkey/wire/terminal/file-listing'
import type { SFTPWrapper, Stats } from 'ssh2'
import { BytePort } from '../byte-port.ts'
import { FileFailed, type FileAnswer, type FileOrder } from '../file-messages.ts'
import { makeFolder, remove, rename } from './change-files.ts'
import { Patience, type Awaited } from './patience.ts'
import { patiently, readFile } from './read-file.ts'
import {
  asked,
  closeFile,
  openFile,
  orUndefined,
  readPage,
  realPathOf,
  statOf,
} from './sftp-promises.ts'
import { beginWrite, finishWrite, partialPath, placeOf } from './write-file.ts'

/** In characters. NAME_MAX is 255 bytes almost everywhere; a host that sends longer ones fills the memory of whoever passes them on. */
const MAX_NAME = 512

/** How long a host may take. Milliseconds. */
export interface FileDeadlines {
  /** To answer with what is no bytes of a file. The page waits for half a minute. */
  readonly answerMs: number
  /** To list a folder; what there is of it is told then. */
  readonly listMs: number
  /** For the next 32 KB of a file: a slow line is no reason, one that stands still is. */
  readonly pieceMs: number
  /** For a page to take or send more: it may be asleep, or its download paused. */
  readonly pageMs: number
}

export const FILE_DEADLINES: FileDeadlines = {
  answerMs: 10_000,
  listMs: 8_000,
  pieceMs: 60_000,
  pageMs: 10 * 60_000,
}

/** The SFTP of a host. */
export interface SftpSource {
  open(): Promise<SFTPWrapper>
  /** It did not answer: nothing is asked of it any more. */
  drop(sftp: SFTPWrapper): void
}

/** Does one thing with files, and answers by the port. It has an end, whatever the host does. */
export async function doWithFiles(
  order: FileOrder,
  port: MessagePort,
  {
    source,
    deadlines = FILE_DEADLINES,
  }: {
    readonly source: SftpSource
    readonly deadlines?: FileDeadlines
  },
): Promise<void> {
  const say = (answer: FileAnswer) => port.postMessage(answer)
  const patience = new Patience(deadlines.answerMs)
  let sftp: SFTPWrapper | undefined
  try {
    sftp = await Promise.race([source.open(), patience.over])
    const means = { sftp, port, say, patience, deadlines }
    const last = await Promise.race([obey(order, means), patience.over])
    if (last !== undefined) say(last)
    if (last !== undefined) port.close()
  } catch (error) {
    const { failure } =
      error instanceof FileFailed ? error : new FileFailed('failed', String(error))
    say({ kind: 'failed', failure })
    port.close()
  } finally {
    patience.end()
    if (patience.isHostLate && sftp !== undefined) source.drop(sftp)
  }
}

interface Means {
  readonly sftp: SFTPWrapper
  readonly port: MessagePort
  readonly say: (answer: FileAnswer) => void
  readonly patience: Patience
  readonly deadlines: FileDeadlines
}

async function obey(order: FileOrder, means: Means): Promise<FileAnswer | undefined> {
  const { sftp } = means
  switch (order.kind) {
    case 'list':
      return await list(order.path, means)
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
      return { kind: 'done', path: await makeFolder(sftp, order.path) }
    case 'rename':
      await rename(sftp, order)
      return { kind: 'done', path: order.to }
    case 'change-mode': {
      const { path, mode } = order
      await asked(path, (done) => sftp.chmod(path, Number.parseInt(mode, 8), done as never))
      return { kind: 'done', path }
    }
    case 'remove':
      await remove(sftp, order.path)
      return { kind: 'done', path: order.path }
  }
}

async function list(path: string, { sftp, patience, deadlines }: Means): Promise<FileAnswer> {
  const until = performance.now() + deadlines.listMs
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
      truncated = told > MAX_TOLD || performance.now() > until
      if (truncated) break
      patience.step(deadlines.answerMs)
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
  { sftp, port, say, patience, deadlines }: Means,
): Promise<undefined> {
  const place = await realPathOf(sftp, path)
  const stats = await statOf(sftp, place)
  if (!stats.isFile()) throw new FileFailed('wrong-kind', `${place} is no file`)
  if (offset > stats.size) throw new FileFailed('not-there-yet', `${place} is shorter`)
  const handle = await openFile(sftp, place, 'r')
  say({ kind: 'reading', path: place, size: stats.size, offset })
  const stream = new BytePort(port)
  stream.on('error', () => {})
  patience.over.catch((error: unknown) => stream.destroy(error as Error))
  const awaits = awaiting(patience, deadlines)
  awaits('host')
  try {
    // Files of the kernel's own (/proc) have no size, and something in them.
    const end = stats.size > 0 ? stats.size : Infinity
    await readFile(sftp, { handle, path: place, offset, end }, { ...patiently(stream), awaits })
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
  { sftp, port, say, patience, deadlines }: Means,
): Promise<undefined> {
  const begun = await beginWrite(sftp, order)
  say({ kind: 'writing', path: begun.place })
  const bytes = new BytePort(port)
  bytes.on('error', () => {})
  patience.over.catch((error: unknown) => bytes.destroy(error as Error))
  const awaits = awaiting(patience, deadlines)
  awaits('page')
  try {
    await finishWrite(sftp, order, { ...begun, bytes, awaits })
    // That its direction ends says that the file is in its place.
    bytes.end()
  } catch (error) {
    bytes.destroy(error as Error)
  }
}

const awaiting =
  (patience: Patience, { pieceMs, pageMs }: FileDeadlines) =>
  (whom: Awaited): void =>
    patience.step(whom === 'host' ? pieceMs : pageMs, whom)
