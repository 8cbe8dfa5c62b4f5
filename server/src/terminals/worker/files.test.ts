import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { describe, it } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { MAX_LISTED_FILES } from '@fleetkey/wire/terminal/file-listing'
import type { SFTPWrapper } from 'ssh2'
import { BytePort } from '../byte-port.ts'
import type { FileAnswer, FileOrder } from '../file-messages.ts'
import { failureIn } from '../files-of-terminal.ts'
import { doWithFiles } from './files.ts'

const ATTRIBUTES = {
  size: 1,
  mtime: 1,
  mode: 0o644,
  isDirectory: () => false,
  isSymbolicLink: () => false,
  isFile: () => true,
}

const sourceOf = (sftp: SFTPWrapper, dropped: SFTPWrapper[] = []) => ({
  open: () => Promise.resolve(Object.assign(new EventEmitter(), sftp)),
  drop: (one: SFTPWrapper) => void dropped.push(one),
})

/** A host that answers each question for more of a folder with this. */
async function listed(page: (count: number) => readonly string[], path = '/home/ann') {
  let count = 0
  const sftp = {
    realpath: (_path: string, done: (error: undefined, path: string) => void) =>
      done(undefined, path),
    opendir: (_path: string, done: (error: undefined, handle: Buffer) => void) =>
      done(undefined, Buffer.from('h')),
    readdir(_handle: Buffer, done: (error: Error | undefined, page: object) => void) {
      const names = count < 1_000_000 ? page(count++) : []
      const files = names.map((filename) => ({ filename, longname: '', attrs: ATTRIBUTES }))
      setImmediate(() => done(undefined, files))
    },
    close: (_handle: Buffer, done: (error: undefined) => void) => done(undefined),
  } as unknown as SFTPWrapper
  const { port1, port2 } = new MessageChannel()
  const answer = new Promise<FileAnswer>((resolve) => void port1.once('message', resolve))
  await doWithFiles({ kind: 'list', path: '' }, port2, { source: sourceOf(sftp) })
  const came = await answer
  if (came.kind === 'failed') throw new Error(came.failure.says)
  assert.equal(came.kind, 'listing')
  return { listing: (came as Extract<FileAnswer, { kind: 'listing' }>).listing, count }
}

describe('a folder of a host that means harm', () => {
  it('has an end, also when the host never says so (it would be asked for ever)', async () => {
    const { listing, count } = await listed(() => ['.', '..'])
    assert.deepEqual(listing.entries, [])
    assert.ok(listing.truncated)
    assert.ok(count <= MAX_LISTED_FILES)
  })

  it('has no names that no file system has (a hundred megabytes of them would stand still the main thread)', async () => {
    const { listing } = await listed((count) =>
      count < 100 ? ['x'.repeat(100_000), `file ${count}`] : [],
    )
    assert.equal(listing.entries.length, 100)
    assert.ok(JSON.stringify(listing).length < 20_000)
  })

  it('has no path that no system has (it would stand in headers and on record)', async () => {
    await assert.rejects(
      listed(() => [], `/${'x'.repeat(100_000)}`),
      /too long/,
    )
  })
})

describe('a host that does not go on', () => {
  const deadlines = { answerMs: 20, listMs: 20, pieceMs: 40, pageMs: 10_000 }
  const home = {
    realpath: (_path: string, done: Done<string>) => done(undefined, '/home/ann'),
    stat: (_path: string, done: Done<object>) =>
      done(undefined, { ...ATTRIBUTES, size: 10 * 2 ** 20 }),
    lstat: (_path: string, done: Done<object>) => done({ code: 2, message: '' }),
    open: (...given: readonly unknown[]) =>
      (given.at(-1) as Done<Buffer>)(undefined, Buffer.from('h')),
    close: (_handle: Buffer, done: Done<undefined>) => done(undefined),
    opendir: (_path: string, done: Done<Buffer>) => done(undefined, Buffer.from('h')),
  }

  /** What is answered, and broken with, and whether the host is asked for more. */
  async function come(order: FileOrder, host: object, within = deadlines) {
    const dropped: SFTPWrapper[] = []
    const { port1, port2 } = new MessageChannel()
    const answer = new Promise<FileAnswer>((resolve) => void port1.once('message', resolve))
    const source = sourceOf({ ...home, ...host } as never, dropped)
    const done = doWithFiles(order, port2, { source, deadlines: within })
    const { kind, ...first } = await answer
    const hasBytes = kind === 'reading' || kind === 'writing'
    const bytes = hasBytes ? new BytePort(port1) : undefined
    bytes?.resume()
    const broken = bytes && once(bytes, 'error').then(([error]) => failureIn(error).failure.kind)
    if (kind === 'writing') bytes?.write(Buffer.alloc(1000))
    await done
    const failed = 'failure' in first ? first.failure.kind : undefined
    return { kind, why: failed ?? (await broken), isDropped: dropped.length > 0 }
  }
  const late = { why: 'late', isDropped: true }

  it('holds no order for ever that it never answers', async () => {
    for (const order of [
      { kind: 'list', path: '' },
      { kind: 'make-folder', path: 'a' },
      { kind: 'rename', path: 'a', to: 'b' },
      { kind: 'remove', path: 'a' },
    ] as const) {
      const silent = { opendir() {}, mkdir() {}, rename() {}, lstat() {} }
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      assert.deepEqual(await come(order, silent), { kind: 'failed', ...late }, order.kind)
    }
  })

  it('holds no file for ever that stands still, or of which a byte comes now and then', async () => {
    const order = { kind: 'read', path: 'a', offset: 0 } as const
    assert.deepEqual(await come(order, { read() {} }), { kind: 'reading', ...late })
    const read = (...given: readonly unknown[]) =>
      void setTimeout(() => (given.at(-1) as Done<number>)(undefined, 1), 10).unref()
    assert.deepEqual(await come(order, { read }), { kind: 'reading', ...late })
  })

  it('breaks what became shorter than was told (the rest would be waited for)', async () => {
    const order = { kind: 'read', path: 'a', offset: 0 } as const
    const read = (...given: readonly unknown[]) =>
      setImmediate(() =>
        (given.at(-1) as Done<number>)(undefined, given[4] === 0 ? (given[3] as number) : 0),
      )
    const patient = { ...deadlines, pieceMs: 600_000 }
    const why = { kind: 'reading', why: 'failed', isDropped: false }
    assert.deepEqual(await come(order, { read }, patient), why)
  })

  it('names the place of an upload that it refuses, and not the file beside it', async () => {
    const path = '/home/ann/a'
    const order = { kind: 'write', path, uploadId: 'abcdefgh', offset: 0, size: 1 } as const
    const host = {
      ...home,
      stat: (_path: string, done: Done<object>) => done({ code: 2, message: '' }),
      open: (...given: readonly unknown[]) =>
        (given.at(-1) as Done<Buffer>)({ code: 3, message: 'Permission denied' }),
    }
    const { port1, port2 } = new MessageChannel()
    const answer = once(port1, 'message')
    await doWithFiles({ ...order, overwrite: true }, port2, { source: sourceOf(host as never) })
    const [{ failure }] = (await answer) as [{ readonly failure: unknown }]
    assert.deepEqual(failure, { kind: 'forbidden', says: '/home/ann/a: Permission denied' })
  })

  it('has nothing taken away of an upload of which it took nothing (a file system that is read-only)', async () => {
    const order = { kind: 'give-up', path: 'a', uploadId: 'abcdefgh' } as const
    const unlink = (_path: string, done: Done<undefined>) => done({ code: 4, message: 'Failure' })
    const there = {
      unlink,
      lstat: (_path: string, done: Done<object>) => done(undefined, ATTRIBUTES),
    }
    assert.equal((await come(order, { unlink })).kind, 'done')
    assert.equal((await come(order, there)).why, 'failed')
  })

  it('is not waited for when its connection is gone (ssh2 answers nothing any more)', async () => {
    let closed = () => {}
    const once = (_event: string, heard: () => void) => void (closed = heard)
    const patient = { ...deadlines, answerMs: 600_000, pieceMs: 600_000 }
    const gone = { why: 'no-sftp', isDropped: false }
    const mkdir = () => void setImmediate(() => closed())
    assert.deepEqual(await come({ kind: 'make-folder', path: 'a' }, { mkdir, once }, patient), {
      kind: 'failed',
      ...gone,
    })
    const order = { kind: 'read', path: 'a', offset: 0 } as const
    const read = () => void setImmediate(() => closed())
    assert.deepEqual(await come(order, { read, once }, patient), { kind: 'reading', ...gone })
  })

  it('takes no upload for ever', async () => {
    const order = {
      kind: 'write',
      path: '/home/ann/a',
      uploadId: 'abcdefgh',
      offset: 0,
      size: 1000,
      overwrite: true,
    } as const
    assert.deepEqual(await come(order, { write() {} }), { kind: 'writing', ...late })
  })

  it('is not to blame for a page that stands still (a download that is paused would end all that goes on with files)', async () => {
    const dropped: SFTPWrapper[] = []
    const { port1, port2 } = new MessageChannel()
    const answer = once(port1, 'message')
    const whole = (...given: readonly unknown[]) =>
      setImmediate(() => (given.at(-1) as Done<number>)(undefined, given[3] as number))
    const sftp = { ...home, read: whole } as never
    const source = sourceOf(sftp, dropped)
    const order = { kind: 'read', path: 'a', offset: 0 } as const
    const done = doWithFiles(order, port2, { source, deadlines })
    await answer
    const bytes = new BytePort(port1)
    let came = 0
    const first = once(bytes, 'readable')
    await first
    // Several times as long as a host may take.
    await new Promise((resolve) => setTimeout(resolve, 5 * deadlines.pieceMs))
    bytes.on('data', (piece: Buffer) => (came += piece.length))
    bytes.end()
    await once(bytes, 'end')
    await done
    assert.equal(came, 10 * 2 ** 20)
    assert.deepEqual(dropped, [])
  })

  it('is not to blame for an upload that pauses', async () => {
    const dropped: SFTPWrapper[] = []
    const { port1, port2 } = new MessageChannel()
    const answer = once(port1, 'message')
    const ok = (...given: readonly unknown[]) => (given.at(-1) as Done<undefined>)(undefined)
    const sftp = {
      ...home,
      stat: (_path: string, done: Done<object>) => done({ code: 2, message: '' }),
      write: ok,
      ext_openssh_fsync: ok,
      ext_openssh_rename: ok,
    } as never
    const order = {
      kind: 'write',
      path: '/home/ann/a',
      uploadId: 'abcdefgh',
      offset: 0,
      size: 2000,
      overwrite: true,
    } as const
    const done = doWithFiles(order, port2, { source: sourceOf(sftp, dropped), deadlines })
    await answer
    const bytes = new BytePort(port1)
    bytes.resume()
    bytes.write(Buffer.alloc(1000))
    await new Promise((resolve) => setTimeout(resolve, 5 * deadlines.pieceMs))
    bytes.end(Buffer.alloc(1000))
    await once(bytes, 'end')
    await done
    assert.deepEqual(dropped, [])
  })

  it('lets nobody else read what replaces a file while it comes, nor run as who sent it', async () => {
    const modes: unknown[] = []
    const ok = (...given: readonly unknown[]) => (given.at(-1) as Done<undefined>)(undefined)
    const host = (found: object | undefined) => ({
      ...home,
      stat: (_path: string, done: Done<object>) =>
        found === undefined ? done({ code: 2, message: '' }) : done(undefined, found),
      open(_path: string, _flags: string, ...rest: readonly unknown[]) {
        modes.push(rest.length > 1 ? rest[0] : 'of the host')
        ;(rest.at(-1) as Done<Buffer>)(undefined, Buffer.from('h'))
      },
      write: ok,
      chmod(_path: string, mode: number, done: Done<undefined>) {
        modes.push(mode)
        done(undefined)
      },
      ext_openssh_fsync: ok,
      ext_openssh_rename: ok,
    })
    const path = '/home/ann/a'
    const order = { kind: 'write', path, uploadId: 'abcdefgh', offset: 0, size: 1000 } as const
    for (const found of [{ ...ATTRIBUTES, mode: 0o106_750 }, undefined]) {
      const { port1, port2 } = new MessageChannel()
      const answer = once(port1, 'message')
      const source = sourceOf(host(found) as never)
      const done = doWithFiles({ ...order, overwrite: true }, port2, { source, deadlines })
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await answer
      new BytePort(port1).resume().end(Buffer.alloc(1000))
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await done
    }
    assert.deepEqual(modes, [0o600, 0o750, 'of the host'])
  })

  it('may be slow, as long as it gets on', async () => {
    const page = [{ filename: 'a', longname: '', attrs: ATTRIBUTES }]
    let left = 10
    const readdir = (_handle: Buffer, done: Done<object>) =>
      void setTimeout(() => done(undefined, left-- > 0 ? page : []), 20)
    const within = { ...deadlines, answerMs: 150, listMs: 10_000 }
    const { kind, isDropped } = await come({ kind: 'list', path: '' }, { readdir }, within)
    assert.deepEqual([kind, isDropped], ['listing', false])
  })
})

type Done<Value> = (error: object | undefined, value?: Value) => void
