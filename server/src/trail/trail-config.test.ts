import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import { scopedFolder } from '../store/sqlite/scoped.ts'
import { bucketOf, destinationsOf } from './export/destinations.ts'
import { secretOf, type S3Config } from '../s3/s3-config.ts'
import { trailSchema } from './trail-config.ts'

const S3 =
  '{endpoint: "https://s3.example.com", bucket: archive, accessKeyId: AKIA1, secretAccessKeyVariable: SECRET}'
const read = (yaml: string) => trailSchema.safeParse(parse(yaml) ?? undefined)
const taken = (yaml: string) => {
  const result = read(yaml)
  assert.ok(result.success, yaml)
  return result.data
}
const parts = {
  digests: { sha256: () => new Uint8Array(), hmacSha256: () => new Uint8Array() },
  now: () => 0,
  environment: {},
}

describe('the settings of the trail', () => {
  it('hold no password in a URL (each failed delivery would log it)', () => {
    const url = '"https://siem:s3cret@siem.example.com/in"'
    for (const yaml of [
      `anchors: [{webhook: ${url}}]`,
      `streams: [{name: siem, webhook: {url: ${url}}}]`,
    ]) {
      const { error } = read(yaml)
      assert.ok(error, yaml)
      assert.ok(!error.message.includes('s3cret'), yaml)
    }
  })

  it('name destinations of each kind', () => {
    const config = taken(`
      digestSeconds: 60
      retention: {days: 400}
      export: [{directory: /srv/trail}, {s3: ${S3}}]
      anchors: [{file: /mnt/far/anchors}, {webhook: "https://siem.example.com/hook?token=x"}, {s3: ${S3}}]`)
    assert.equal(config.retention?.days, 400)
    assert.deepEqual(
      destinationsOf(config, parts).map(({ name }) => name),
      [
        'directory /srv/trail',
        's3 https://s3.example.com archive/',
        'anchor file /mnt/far/anchors',
        'anchor webhook https://siem.example.com',
        'anchor s3 https://s3.example.com archive/',
      ],
    )
  })

  it('sign the place of the first bucket', () => {
    assert.deepEqual(bucketOf(taken('{}')), { bucket: 'fleetkey-trail', prefix: '' })
    const s3 = S3.replace('bucket: archive', 'bucket: archive, prefix: a/b')
    const config = taken(`export: [{directory: /srv/trail}, {s3: ${s3}}]`)
    assert.deepEqual(bucketOf(config), { bucket: 'archive', prefix: 'a/b' })
  })

  for (const [what, yaml] of [
    ['a relative directory (the server may be started anywhere)', 'export: [{directory: trail}]'],
    ['an unknown kind', 'export: [{ftp: x}]'],
    ['a misspelt member', 'exports: []'],
    [
      'a secret in the file itself',
      `export: [{s3: ${S3.replace('Variable: SECRET', ': hunter2')}}]`,
    ],
    ['no secret', `export: [{s3: ${S3.replace(', secretAccessKeyVariable: SECRET', '')}}]`],
    ['two secrets', `export: [{s3: ${S3.replace('}', ', secretAccessKeyFile: /a}')}}]`],
    ['credentials in the endpoint', `export: [{s3: ${S3.replace('https://', 'https://a:b@')}}]`],
    [
      'a prefix that a path would resolve',
      `export: [{s3: ${S3.replace('}', ', prefix: a/../b}')}}]`,
    ],
    ['a prefix with a slash at its end', `export: [{s3: ${S3.replace('}', ', prefix: a/}')}}]`],
    ['a webhook that is no URL', 'anchors: [{webhook: "file:///etc/passwd"}]'],
    ['no days at all', 'retention: {days: 0}'],
    ['digests all the time', 'digestSeconds: 1'],
  ] as const)
    it(`refuse ${what}`, () => assert.equal(read(yaml).success, false))

  it('say where the secret is, and it is taken from there each time', async () => {
    using folder = scopedFolder()
    const file = join(folder.path, 'secret')
    const s3 = { secretAccessKeyFile: file } as S3Config
    await assert.rejects(secretOf(s3, {}))
    writeFileSync(file, 'one\n')
    assert.equal(await secretOf(s3, {}), 'one')
    writeFileSync(file, 'two')
    assert.equal(await secretOf(s3, {}), 'two')
    const variable = { secretAccessKeyVariable: 'SECRET' } as S3Config
    assert.equal(await secretOf(variable, { SECRET: 'three' }), 'three')
    await assert.rejects(secretOf(variable, {}), /variable SECRET holds no secret access key/)
  })
})
