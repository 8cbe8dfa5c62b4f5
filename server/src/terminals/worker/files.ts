import type { MessagePort } from 'node:worker_threads'
import { MAX_LISTED_FILES, type FileEntry } from '@fleetkey/wire/terminal/file-listing'
import type { SFTPWrapper } from 'ssh2'
import { BytePort } from '../byte-port.ts'
import {
  FileFailed,
  type FileAnswer,
  type FileFailure,
  type FileOrder,
  type TreeWord,
} from '../file-messages.ts'
import { makeFolder, remove, rename } from './change-files.ts'
import { countTree } from './count-tree.ts'
import { Patience, type Awaited } from './patience.ts'
import { readFolder } from './read-folder.ts'
import { patiently, readFile } from './read-file.ts'
import { removeTree } from './remove-tree.ts'
import {
  asked,
  closeFile,
  linkStatOf,
  openFile,
  orUndefined,
  realPathOf,
  statOf,
} from './sftp-promises.ts'
import { TreeCount } from './tree-count.ts'
import { newBudget, walkTree, walkTrees, type TreeStep } from './walk-tree.ts'
import { writeArchive } from './write-archive.ts'
import { beginWrite, finishWrite, partialPath, placeOf } from './write-file.ts'

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
  // ssh2 answers nothing that is asked of a channel that is closed.
  const lost = () => patience.lose(new FileFailed('no-sftp', 'the connection to the host is gone'))
  try {
    sftp = await Promise.race([source.open(), patience.over])
    sftp.once('close', lost)
    const means = { sftp, port, say, patience, deadlines }
    const last = await Promise.race([obey(order, means), patience.over])
    if (last !== undefined) say(last)
    if (last !== undefined) port.close()
  } catch (error) {
    say({ kind: 'failed', failure: failureOf(error) })
    port.close()
  } finally {
    patience.end()
    sftp?.off('close', lost)
    if (patience.isHostLate && sftp !== undefined) source.drop(sftp)
  }
}

const failureOf = (error: unknown): FileFailure =>
  (error instanceof FileFailed ? error : new FileFailed('failed', String(error))).failure

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
      // A file system that is read-only refuses to take away what is not there, too.
      const found = await orUndefined(linkStatOf(sftp, partial))
      if (found !== undefined) {
        await orUndefined(asked(partial, (done) => sftp.unlink(partial, done as never)))
      }
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
    case 'count-tree':
    case 'remove-tree':
      return await goThroughTree(order, means)
    case 'archive':
      return await archive(order, means)
  }
}

async function list(path: string, { sftp, patience, deadlines }: Means): Promise<FileAnswer> {
  const until = performance.now() + deadlines.listMs
  const resolved = await realPathOf(sftp, path)
  const { entries, truncated } = await readFolder(sftp, resolved, {
    most: MAX_LISTED_FILES,
    until,
    step: () => patience.hostGotOn(),
  })
  return {
    kind: 'listing',
    listing: { path: resolved, entries: entries.toSorted(byKindAndName), truncated },
  }
}

const byKindAndName = (one: FileEntry, other: FileEntry): number =>
  Number(other.kind === 'folder') - Number(one.kind === 'folder') ||
  (one.name < other.name ? -1 : 1)

async function read(
  order: Extract<FileOrder, { readonly kind: 'read' }>,
  means: Means,
): Promise<undefined> {
  const { sftp, say } = means
  const place = await realPathOf(sftp, order.path)
  const stats = await statOf(sftp, place)
  if (!stats.isFile()) throw new FileFailed('wrong-kind', `${place} is no file`)
  const version = `${stats.size}-${stats.mtime}`
  const offset = (order.version ?? version) === version ? order.offset : 0
  if (offset > stats.size) throw new FileFailed('not-there-yet', `${place} is shorter`)
  const handle = await openFile(sftp, place, 'r')
  say({ kind: 'reading', path: place, size: stats.size, offset, version })
  try {
    // Files of the kernel's own (/proc) have no size, and something in them.
    const end = stats.size > 0 ? stats.size : Infinity
    await sendBytes(means, async (to) => {
      const sent = await readFile(sftp, { handle, path: place, offset, end }, to)
      // Its length was told: the rest would be waited for.
      if (end !== Infinity && offset + sent < end) {
        throw new FileFailed('failed', `${place} became shorter while it was read`)
      }
    })
  } finally {
    await closeFile(sftp, handle).catch(() => {})
  }
}

async function archive(
  { path, names }: Extract<FileOrder, { readonly kind: 'archive' }>,
  means: Means,
): Promise<undefined> {
  const { sftp, patience, say } = means
  const folder = await realPathOf(sftp, path)
  const step = () => patience.hostGotOn()
  const steps = await begun(walkTrees(sftp, { folder, names }, { budget: newBudget(), step }))
  say({ kind: 'packing', path: folder })
  await sendBytes(means, (to) => writeArchive(sftp, steps, to))
}

/** Bytes to the port, as fast as they are taken. */
async function sendBytes(
  { port, patience, deadlines }: Means,
  send: (to: Parameters<typeof readFile>[2]) => Promise<unknown>,
): Promise<void> {
  const stream = new BytePort(port)
  stream.on('error', () => {})
  patience.over.catch((error: unknown) => stream.destroy(error as Error))
  const awaits = awaiting(patience, deadlines)
  awaits('host')
  try {
    await send({ ...patiently(stream), awaits })
    stream.end()
    stream.resume()
  } catch (error) {
    stream.destroy(error as Error)
  }
}

async function goThroughTree(
  { kind, path }: Extract<FileOrder, { readonly kind: 'count-tree' | 'remove-tree' }>,
  { sftp, port, say, patience }: Means,
): Promise<undefined> {
  const at = path.lastIndexOf('/')
  const top = { folder: at < 0 ? '' : path.slice(0, at) || '/', name: path.slice(at + 1) }
  const step = () => patience.hostGotOn()
  const steps = await begun(walkTree(sftp, top, { budget: newBudget(), step }))
  const word = (said: TreeWord) => port.postMessage(said)
  const count = new TreeCount(word)
  let isStopped = false
  port.on('message', () => (isStopped = true))
  port.on('close', () => (isStopped = true))
  const end = (error?: unknown) => {
    isStopped = true
    word({
      kind: 'end',
      ...count.soFar,
      ...count.problems,
      ...(error !== undefined && { failure: failureOf(error) }),
    })
    port.close()
  }
  patience.over.catch(end)
  say({ kind: 'walking', path })
  try {
    const how = { count, step, isStopped: () => isStopped }
    await (kind === 'count-tree' ? countTree(steps, how) : removeTree(sftp, steps, how))
    end()
  } catch (error) {
    end(error)
  }
}

/** Its first step is done: whether there is anything at all is known. */
async function begun(steps: AsyncGenerator<TreeStep>): Promise<AsyncGenerator<TreeStep>> {
  const first = await steps.next()
  return (async function* () {
    if (first.done === true) return
    yield first.value
    yield* steps
  })()
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
