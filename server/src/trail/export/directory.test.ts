import assert from 'node:assert/strict'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { scopedFolder } from '../../store/sqlite/scoped.ts'
import { directoryDestination } from './directory.ts'

const item = {
  async *logFiles() {
    yield { name: 'AWSLogs/a/log.json.gz', content: '{"Records":[]}' }
  },
  digest: { name: 'AWSLogs/a/digest.json.gz', content: '{"digest":1}' },
  signature: 'ab',
  anchor: '{}',
}

/** The disk, or the server, is gone in the middle. */
const cutOff = {
  ...item,
  async *logFiles() {
    yield* item.logFiles()
    throw new Error('cut off')
  },
}

describe('an archive in a directory', () => {
  it('is written once, and again to the same', async () => {
    using folder = scopedFolder()
    const archive = directoryDestination(folder.path)
    await archive.deliver(item)
    await archive.deliver(item)
    const bytes = readFileSync(join(folder.path, item.digest.name))
    assert.equal(gunzipSync(bytes).toString(), item.digest.content)
  })

  it('has no digest, nor its signature, before it has all files of it (who finds one takes the trail for whole)', async () => {
    using folder = scopedFolder()
    await assert.rejects(directoryDestination(folder.path).deliver(cutOff), /cut off/)
    assert.deepEqual(readdirSync(join(folder.path, 'AWSLogs/a')), ['log.json.gz'])
    await directoryDestination(folder.path).deliver(item)
    assert.equal(readdirSync(join(folder.path, 'AWSLogs/a')).length, 3)
  })

  const put: Readonly<Record<string, (path: string) => void>> = {
    'another digest': (path) => writeFileSync(path, gzipSync('{"digest":2}')),
    'no gzip': (path) => writeFileSync(path, 'x'),
    'what unpacks to a thousand times as much': (path) =>
      writeFileSync(path, gzipSync(Buffer.alloc(40 * 1024 * 1024))),
    'a file of four gigabytes': (path) => {
      writeFileSync(path, '')
      truncateSync(path, 4 * 1024 ** 3)
    },
    // Read, it never ends.
    'a link to /dev/zero': (path) => symlinkSync('/dev/zero', path),
  }
  for (const [what, place] of Object.entries(put)) {
    it(`is left alone where ${what} stands (whoever may write there could fill the memory of the server)`, async () => {
      using folder = scopedFolder()
      const path = join(folder.path, item.digest.name)
      mkdirSync(dirname(path), { recursive: true })
      place(path)
      await assert.rejects(
        directoryDestination(folder.path).deliver(item),
        /is there already with another content/,
      )
      rmSync(path)
    })
  }
})
