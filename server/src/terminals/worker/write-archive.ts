import { MAX_TREE_PROBLEMS, NOT_IN_ARCHIVE } from '@fleetkey/wire/terminal/file-tree'
import type { SFTPWrapper } from 'ssh2'
import { FileFailed } from '../file-messages.ts'
import type { Awaited } from './patience.ts'
import { readFile } from './read-file.ts'
import { asked, closeFile, openFile } from './sftp-promises.ts'
import { TAR_END, tarHeader, tarPadding } from './tar-header.ts'
import { isTheEnd, type TreeStep, type TreeThing } from './walk-tree.ts'

/** Files up to this many bytes are fetched while others before them are sent, so many at a time: each takes three answers of the host, and most are small. */
const SMALL = 128 * 1024
const AHEAD = 16

/** Of a file that turns out shorter than the host said so much is made up for by zeros, as `tar` does; one that lies fills no disk. */
const MAX_MADE_UP = 64 * 1024 * 1024

interface To {
  write(bytes: Uint8Array): Promise<void>
  readonly awaits: (whom: Awaited) => void
}

/** Sends a tar of what is walked through. What is not in it, and why, its last member says. */
export async function writeArchive(
  sftp: SFTPWrapper,
  steps: AsyncIterator<TreeStep>,
  to: To,
): Promise<void> {
  const missing = new Missing()
  const send = async (bytes: Uint8Array) => {
    if (bytes.length === 0) return
    to.awaits('page')
    await to.write(bytes)
    to.awaits('host')
  }
  for await (const { step, content } of lookAhead(sftp, steps)) {
    if (step.kind === 'problem') missing.add(step.failure)
    if (step.kind === 'folder') await send(headerOf(step.thing, 0))
    if (step.kind !== 'file') continue
    try {
      const found = await content
      if (found === undefined) await sendLarge(sftp, step.thing, { ...to, write: send, missing })
      else if (typeof found === 'string') await send(headerOf(step.thing, 0, found))
      else {
        await send(headerOf(step.thing, found.length))
        await send(found)
        await send(tarPadding(found.length))
      }
    } catch (error) {
      if (!(error instanceof FileFailed) || isTheEnd(error)) throw error
      missing.add(error)
    }
  }
  if (missing.count > 0) await send(missing.member())
  await send(TAR_END)
}

interface Ahead {
  readonly step: TreeStep
  /** Of a small file, its bytes; of a link, where it leads; undefined of a large file. Rejects with a FileFailed. */
  readonly content: Promise<Uint8Array | string | undefined>
}

async function* lookAhead(
  sftp: SFTPWrapper,
  steps: AsyncIterator<TreeStep>,
): AsyncGenerator<Ahead> {
  const waiting: Promise<Ahead | undefined>[] = []
  const next = async () => {
    const { done, value } = await steps.next()
    if (done === true) return undefined
    const step = value as TreeStep
    const content = step.kind === 'file' ? contentOf(sftp, step.thing) : Promise.resolve(undefined)
    content.catch(() => {})
    return { step, content }
  }
  for (;;) {
    while (waiting.length < AHEAD) {
      const ahead = next()
      ahead.catch(() => {})
      waiting.push(ahead)
    }
    // oxlint-disable-next-line no-await-in-loop -- in order
    const first = await waiting.shift()
    if (first === undefined) return
    yield first
  }
}

async function contentOf(
  sftp: SFTPWrapper,
  { path, entry }: TreeThing,
): Promise<Uint8Array | string | undefined> {
  switch (entry.kind) {
    case 'file':
      return entry.size > SMALL ? undefined : await readSmall(sftp, path, entry.size)
    case 'link':
      return await leadsTo(sftp, path)
    case 'folder':
    case 'other':
      throw new FileFailed('wrong-kind', `${path}: a socket, pipe or device`)
  }
}

/** PATH_MAX of Linux. */
const MAX_PATH = 4096

async function leadsTo(sftp: SFTPWrapper, path: string): Promise<string> {
  const target = await asked<string>(path, (done) => sftp.readlink(path, done))
  if (target.length <= MAX_PATH && !target.includes('\0')) return target
  throw new FileFailed('failed', `${path}: a link that leads nowhere`)
}

async function readSmall(sftp: SFTPWrapper, path: string, size: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  await withFile(sftp, path, (handle) =>
    readFile(
      sftp,
      { handle, path, offset: 0, end: size },
      { write: async (bytes) => void pieces.push(bytes), awaits: () => {} },
    ),
  )
  return Buffer.concat(pieces)
}

async function sendLarge(
  sftp: SFTPWrapper,
  thing: TreeThing,
  to: To & { readonly missing: Missing },
): Promise<void> {
  const { path, entry } = thing
  const { size } = entry
  let sent = 0
  let isBegun = false
  const write = async (bytes: Uint8Array) => {
    await to.write(bytes)
    sent += bytes.length
  }
  try {
    await withFile(sftp, path, async (handle) => {
      isBegun = true
      await to.write(headerOf(thing, size))
      await readFile(sftp, { handle, path, offset: 0, end: size }, { write, awaits: to.awaits })
    })
  } catch (error) {
    if (!isBegun || !(error instanceof FileFailed) || isTheEnd(error)) throw error
  }
  if (sent < size) {
    const says = `${path}: only ${sent} of its ${size} bytes came, the others are zeros`
    if (size - sent > MAX_MADE_UP) throw new FileFailed('late', says)
    to.missing.add(new FileFailed('failed', says))
    for (const zeros = new Uint8Array(32 * 1024); sent < size;) {
      // oxlint-disable-next-line no-await-in-loop -- no more than is taken
      await write(zeros.subarray(0, size - sent))
    }
  }
  await to.write(tarPadding(size))
}

async function withFile<T>(
  sftp: SFTPWrapper,
  path: string,
  use: (handle: Buffer) => Promise<T>,
): Promise<T> {
  const handle = await openFile(sftp, path, 'r')
  try {
    return await use(handle)
  } finally {
    await closeFile(sftp, handle).catch(() => {})
  }
}

function headerOf({ at, entry }: TreeThing, size: number, leadsTo?: string): Uint8Array {
  const { kind, mode, modifiedAt } = entry
  return tarHeader({
    path: at,
    kind: kind === 'other' ? 'file' : kind,
    mode,
    modifiedAt,
    size,
    ...(leadsTo !== undefined && { leadsTo }),
  })
}

/** What is not in the archive. */
class Missing {
  readonly #says: string[] = []
  count = 0

  add({ failure }: FileFailed): void {
    if (this.count++ < MAX_TREE_PROBLEMS) this.#says.push(failure.says)
  }

  member(): Uint8Array {
    const more = this.count - this.#says.length
    const lines = [...this.#says, ...(more > 0 ? [`and ${more} more`] : [])]
    const text = Buffer.from(`${lines.join('\n')}\n`)
    const facts = { kind: 'file', mode: 0o644, modifiedAt: Date.now(), size: text.length } as const
    const header = tarHeader({ path: NOT_IN_ARCHIVE, ...facts })
    return Buffer.concat([header, text, tarPadding(text.length)])
  }
}
