import assert from 'node:assert/strict'
import { createHash, createPublicKey } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())

const refused = async (operation: string, fields: object) =>
  (await plane.root.call(operation, fields)).code

describe('ListPublicKeys', () => {
  const keys = async (fields: object) =>
    (await plane.root.done('ListPublicKeys', fields)).PublicKeyList

  it('gives the key in PKCS #1, with its fingerprint', async () => {
    const [key] = await keys({})
    const der = Buffer.from(key.Value, 'base64')
    const { asymmetricKeyType } = createPublicKey({ key: der, format: 'der', type: 'pkcs1' })
    assert.equal(asymmetricKeyType, 'rsa')
    assert.equal(key.Fingerprint, createHash('md5').update(der).digest('hex'))
  })

  it('gives the same one ever after, and never its private half', async () => {
    const [key] = await keys({})
    await plane.restart()
    assert.deepEqual((await keys({}))[0].Value, key.Value)
    assert.ok(!plane.databaseBytes().includes('PRIVATE KEY'))
  })

  it('gives the key only for a time in which it can have signed', async () => {
    const [{ ValidityStartTime: start, ValidityEndTime: end }] = await keys({})
    assert.equal((await keys({ StartTime: start - 100, EndTime: start + 1 })).length, 1)
    assert.equal((await keys({ StartTime: start - 100, EndTime: start - 99 })).length, 0)
    assert.equal((await keys({ StartTime: end + 1000 })).length, 0)
  })

  it('refuses a time that ends before it begins, and a token that nobody was given', async () => {
    const turned = { StartTime: 2, EndTime: 1 }
    assert.equal(await refused('ListPublicKeys', turned), 'InvalidTimeRangeException')
    assert.equal(await refused('ListPublicKeys', { NextToken: 'x' }), 'InvalidTokenException')
  })
})

describe('GetTrailStatus', () => {
  it('tells of the head, the last digest and the destinations', async () => {
    await plane.digestNow()
    const { IsLogging, Fleetkey } = await plane.root.done('GetTrailStatus', { Name: 'main' })
    const recorded = plane.trail().length
    assert.equal(IsLogging, true)
    assert.equal(Fleetkey.Head.Seq, recorded - 1)
    assert.ok(Fleetkey.Digest.LastSeq < recorded)
    assert.deepEqual([Fleetkey.Base.Seq, Fleetkey.Destinations], [0, []])
    const [disk] = Fleetkey.Disks
    assert.ok(disk.Holds.includes('database') && disk.FreeBytes <= disk.Bytes)
  })

  it('knows no other trail', async () => {
    assert.equal(await refused('GetTrailStatus', { Name: 'other' }), 'TrailNotFoundException')
    assert.equal(await refused('GetTrailStatus', {}), 'ValidationException')
  })
})
