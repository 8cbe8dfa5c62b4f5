import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { MAX_LISTED_FILES } from '@fleetkey/wire/terminal/file-listing'
import type { SFTPWrapper } from 'ssh2'
import type { FileAnswer } from '../file-messages.ts'
import { doWithFiles } from './files.ts'

const ATTRIBUTES = {
  size: 1,
  mtime: 1,
  mode: 0o644,
  isDirectory: () => false,
  isSymbolicLink: () => false,
  isFile: () => true,
}

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
  await doWithFiles({ kind: 'list', path: '' }, port2, () => Promise.resolve(sftp))
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
