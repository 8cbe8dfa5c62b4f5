import assert from 'node:assert/strict'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { decodeAnchor, type Anchor } from '@fleetkey/wire/trail/anchor'
import { decodeDigest } from '@fleetkey/wire/trail/decode-digest'
import { verifyExport } from '@fleetkey/wire/trail/verify-export'
import { testConfig, startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { pruneTrail } from './prune-trail.ts'
import { scopedFolder } from '../store/sqlite/scoped.ts'

const folder = scopedFolder()
const archive = join(folder.path, 'archive')
const anchorFile = join(folder.path, 'anchors')
const trail = {
  ...testConfig('').trail,
  export: [{ directory: archive }],
  anchors: [{ file: anchorFile }],
}
let plane: ControlPlane
before(async () => {
  plane = await startControlPlane({}, { trail })
})
after(async () => {
  await plane.close()
  folder[Symbol.dispose]()
})

const listUsers = () => plane.root.done('ListUsers', {})
const sha256Hex = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const anchors = (): readonly Anchor[] =>
  readFileSync(anchorFile, 'utf8')
    .split('\n')
    .flatMap((line) => decodeAnchor(line) ?? [])

function filesIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
}

async function verified(directory = archive) {
  const { PublicKeyList } = await plane.root.done('ListPublicKeys', {})
  const [{ Value }] = PublicKeyList as [{ Value: string }]
  const key = createPublicKey({ key: Buffer.from(Value, 'base64'), format: 'der', type: 'pkcs1' })
  const verdict = await verifyExport(
    {
      names: filesIn(directory),
      read: (name) => {
        const bytes = gunzipSync(readFileSync(join(directory, name)))
        return Promise.resolve({ content: bytes.toString('utf8'), hash: sha256Hex(bytes) })
      },
      signatureOf: (name) =>
        Promise.resolve(readFileSync(join(directory, `${name}.signature`), 'utf8').trim()),
    },
    {
      sha256Hex,
      isSigned: (text, signature) =>
        verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'hex')),
      anchors: anchors(),
    },
  )
  assert.equal(verdict.problem, undefined, JSON.stringify(verdict.problem))
  return verdict
}

const status = async () =>
  (await plane.root.done('GetTrailStatus', { Name: 'main' })) as {
    LatestDeliveryError?: string
    LatestDigestDeliveryError?: string
    Fleetkey: { Destinations: { Kind: string; DeliveredDigest: number; LatestError?: string }[] }
  }

describe('the proof of the trail', () => {
  it('signs every record and exports it, digest by digest, also at stop and when nothing happened', async () => {
    for (let call = 0; call < 3; call++) await listUsers()
    await plane.digestNow()
    await plane.digestNow()
    await listUsers()
    const recorded = plane.trail().length
    await plane.restart()
    const verdict = await verified()
    assert.deepEqual([verdict.digests, verdict.anchors], [3, 3])
    assert.ok(verdict.end.seq >= recorded)
    assert.equal(verdict.end.hash, plane.trail()[verdict.end.seq - 1]?.hash)
  })

  it('exports what an earlier run has left, and nothing twice', async () => {
    await listUsers()
    await plane.digestNow()
    const names = filesIn(archive)
    await plane.restart()
    assert.ok(filesIn(archive).length > names.length)
    assert.equal(new Set(anchors().map(({ object }) => object)).size, anchors().length)
    await verified()
  })

  it('goes on without a destination that fails, says so, and brings it there when it can', async () => {
    rmSync(anchorFile)
    mkdirSync(anchorFile)
    await plane.digestNow()
    const { Destinations } = (await status()).Fleetkey
    const anchor = Destinations.find(({ Kind }) => Kind === 'anchor')
    assert.match(anchor?.LatestError ?? '', /EISDIR/)
    assert.equal((await status()).LatestDeliveryError, undefined)
    assert.match(plane.log(), /a digest was not delivered/)
    rmSync(anchorFile, { recursive: true })
    await plane.digestNow()
    const [first] = anchors()
    assert.ok(first)
    const { Destinations: now } = (await status()).Fleetkey
    assert.equal(now[0]?.DeliveredDigest, now[1]?.DeliveredDigest)
    assert.deepEqual(
      now.map(({ LatestError }) => LatestError),
      [undefined, undefined],
    )
  })

  it('never replaces what lies in the archive (a database that was rolled back would)', async () => {
    const [log] = filesIn(archive).filter((name) => name.includes('/CloudTrail/'))
    assert.ok(log)
    const before = readFileSync(join(archive, log))
    const db = new DatabaseSync(join(plane.dir, 'fleetkey.db'))
    db.exec('delete from trail_deliveries')
    db.close()
    chmodSync(join(archive, log), 0o600)
    writeFileSync(join(archive, log), gzipSync('{"Records":[\n{}\n]}\n'))
    await plane.digestNow()
    assert.match(
      (await status()).LatestDeliveryError ?? '',
      /is there already with another content/,
    )
    writeFileSync(join(archive, log), before)
    await plane.digestNow()
    await verified()
  })

  it('signs nothing on top of a record that was altered in the database', async () => {
    await listUsers()
    const db = new DatabaseSync(join(plane.dir, 'fleetkey.db'))
    const last = plane.trail().length
    const [row] = plane.query('select record from trail where seq = ?', last)
    const alter = (record: string) =>
      db.exec(
        `drop trigger if exists trail_rows_stand; update trail set record = '${record}' where seq = ${last}`,
      )
    alter('{}')
    await assert.rejects(
      plane.digestNow(),
      new RegExp(`record ${last} .* is altered: nothing is signed`),
    )
    alter(String(row?.['record']).replaceAll("'", "''"))
    await plane.digestNow()
    db.close()
  })

  it('removes nothing that a destination does not have, and whole digests when they have it', async () => {
    const base = async () => (await plane.store.digests.base()).seq
    const kept = { ...trail, retention: { days: 1 } }
    const other = await startControlPlane(
      {},
      { trail: { ...kept, export: [], anchors: [{ file: folder.path }] } },
    )
    try {
      await other.root.done('ListUsers', {})
      await other.digestNow()
      other.clock.aheadMs += 2 * 86_400_000
      await other.pruneNow()
      assert.equal(
        (await other.store.digests.base()).seq,
        0,
        'the anchor is a folder: it has nothing',
      )
    } finally {
      await other.close()
    }
    const last = await plane.store.digests.last()
    plane.clock.aheadMs += 2 * 86_400_000
    await plane.pruneNow()
    assert.equal(await base(), 0, 'no retention is configured')
    plane.clock.aheadMs -= 2 * 86_400_000
    assert.ok(last)
    // What a restart cut off is finished.
    assert.equal(await plane.store.digests.prune(last.number, 1), 1)
    const removed = await pruneTrail(plane.store, {
      days: 1,
      destinations: [`directory ${archive}`, `anchor file ${anchorFile}`],
      now: last.endTime + 86_400_000,
      isStopping: () => false,
    })
    assert.equal(removed, last.lastSeq - 1)
    assert.equal(await base(), last.lastSeq)
    await listUsers()
    await plane.digestNow()
    await verified()
  })

  it('is not told of secrets', () => {
    const all = filesIn(archive).map((name) => readFileSync(join(archive, name)))
    const text = all
      .map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString())
      .join('')
    assert.ok(!text.includes(plane.root.secretAccessKey))
    const [digest] = filesIn(archive).filter((name) => /Digest.*gz$/.test(name))
    assert.ok(digest && decodeDigest(gunzipSync(readFileSync(join(archive, digest))).toString()))
  })
})
