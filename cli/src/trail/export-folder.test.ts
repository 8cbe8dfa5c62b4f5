import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { digestObject, signatureObject } from '@fleetkey/wire/trail/object-names'
import { openExportFolder } from './export-folder.ts'

const GIB = 1024 ** 3
const place = {
  accountId: '111122223333',
  region: 'on-prem-1',
  trailName: 'main',
  bucket: 'b',
  prefix: '',
}
const name = digestObject(place, 0)

describe('an export in a folder', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleetkey-export-'))
    mkdirSync(join(folder, dirname(name)), { recursive: true })
  })
  after(() => rmSync(folder, { recursive: true }))

  it('does not read what is larger than any file of one (whoever sends one could fill the memory)', async () => {
    writeFileSync(join(folder, name), gzipSync('{}'))
    writeFileSync(join(folder, signatureObject(name)), 'ab')
    const source = await openExportFolder(folder)
    assert.equal((await source.read(name))?.content, '{}')
    assert.equal(await source.signatureOf(name), 'ab')
    // Holes: they take no place on the disk.
    truncateSync(join(folder, name), 4 * GIB)
    truncateSync(join(folder, signatureObject(name)), 4 * GIB)
    assert.equal(await source.read(name), undefined)
    assert.equal(await source.signatureOf(name), undefined)
  })

  it('does not unpack what unpacks to more', async () => {
    // A thousand to one: gzip packs no tighter, and members of a file follow one another.
    writeFileSync(join(folder, name), gzipSync(Buffer.alloc(257 * 1024 * 1024)))
    const source = await openExportFolder(folder)
    assert.equal(await source.read(name), undefined)
  })
})
