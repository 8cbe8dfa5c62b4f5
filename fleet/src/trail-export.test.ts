import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { runAws } from './aws/aws-cli.ts'
import { whyNoAwsCli } from './aws/aws-programs.ts'
import { openS3StandIn, type S3StandIn } from './aws/s3-stand-in.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'
import { fleetkey, type ClientEnvironment } from './fleetkey.ts'
import { until } from './until.ts'

// A server exports its trail to a bucket and a directory, and verifiers that are not part of it say whether all of it is there: AWS's own,
// unmodified, over the bucket, and ours over the directory without any server.

const REGION = 'on-prem-1'
const BUCKET = 'trail-archive'
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

describe('an exported trail', { timeout: 180_000 }, () => {
  let dir: string
  let s3: S3StandIn
  let plane: ControlPlane
  let archive: string
  let anchors: string
  const secrets = new Map([['AKIAIOSFODNN7EXAMPLE', SECRET]])

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'fleetkey-trail-'))
    archive = join(dir, 'archive')
    anchors = join(dir, 'anchors')
    s3 = await openS3StandIn({ dir, bucket: BUCKET, region: REGION, secrets })
    plane = await startControlPlane({
      dir,
      address: '127.0.0.1',
      environment: { TRAIL_SECRET: SECRET },
      settings: {
        region: REGION,
        trail: {
          export: [
            {
              s3: {
                endpoint: s3.url,
                bucket: BUCKET,
                prefix: 'fleetkey',
                region: REGION,
                accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
                secretAccessKeyVariable: 'TRAIL_SECRET',
              },
            },
            { directory: archive },
          ],
          anchors: [{ file: anchors }],
        },
      },
    })
    const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: secret = '' } = plane.root
    secrets.set(id, secret)
    // Three digests: each stop makes one.
    for (const name of ['ann', 'bob', 'eve']) {
      const made = await runAws(plane.root, ['iam', 'create-user', '--user-name', name])
      assert.equal(made.code, 0, made.stderr)
      await plane.stop()
      await plane.start()
    }
    await until(
      'three digests are in the bucket',
      () => [...s3.objects.keys()].filter(isDigest).length >= 3,
      30_000,
    )
  })
  after(async () => {
    await plane?.stop()
    await s3?.close()
    await rm(dir, { recursive: true, force: true })
  })

  const isDigest = (name: string) => /\/CloudTrail-Digest\/.*\.gz$/.test(name)
  const isLog = (name: string) => /\/CloudTrail\/.*\.gz$/.test(name)
  const oldestLog = () => {
    const logs = [...s3.objects].filter(([name]) => isLog(name))
    const found = logs.find(([, { body }]) => gunzipSync(body).toString().includes('"ann"'))
    return found ?? assert.fail('no log')
  }

  async function validateLogs() {
    const bundle = join(dir, 'bundle.pem')
    const cas = [plane.caFile, s3.caFile].map((file) => readFile(file, 'utf8'))
    await writeFile(bundle, (await Promise.all(cas)).join('\n'))
    const environment: ClientEnvironment = { ...plane.root, ...s3.proxy, AWS_CA_BUNDLE: bundle }
    const described = await runAws(plane.root, ['cloudtrail', 'describe-trails'])
    assert.equal(described.code, 0, described.stderr)
    const [trail] = (JSON.parse(described.stdout) as { trailList: Record<string, string>[] })
      .trailList
    assert.deepEqual([trail?.['S3BucketName'], trail?.['S3KeyPrefix']], [BUCKET, 'fleetkey'])
    const start = new Date(Date.now() - 3_600_000).toISOString()
    const arn = trail?.['TrailARN'] ?? ''
    const asked = ['--trail-arn', arn, '--start-time', start, '--region', REGION, '--verbose']
    return await runAws(environment, ['cloudtrail', 'validate-logs', ...asked])
  }

  describe('in a bucket', { skip: whyNoAwsCli() ?? false }, () => {
    it('is valid to aws cloudtrail validate-logs, every digest and every log file', async () => {
      const { code, stdout, stderr } = await validateLogs()
      assert.equal(code, 0, stdout + stderr)
      assert.match(stdout, /\n3\/3 digest files valid/, stdout + stderr)
      assert.match(stdout, /\n3\/3 log files valid/)
      assert.deepEqual(s3.refused, [], 'everything that was asked of the bucket was signed')
    })

    for (const [what, alter, says] of [
      [
        'a log file in which a name was altered',
        () => {
          const [name, object] = oldestLog()
          const text = gunzipSync(object.body).toString()
          s3.objects.set(name, { ...object, body: gzipSync(text.replaceAll('"ann"', '"amy"')) })
        },
        /hash value doesn't match/,
      ],
      ['a log file that is missing', () => s3.objects.delete(oldestLog()[0]), /INVALID: not found/],
      [
        'a digest that was altered',
        () => {
          const name = [...s3.objects.keys()].toSorted().find(isDigest) ?? ''
          const object = s3.objects.get(name) ?? assert.fail(name)
          const text = gunzipSync(object.body).toString()
          s3.objects.set(name, {
            ...object,
            body: gzipSync(text.replace('"number":1', '"number":7')),
          })
        },
        /signature verification failed/,
      ],
    ] as const)
      it(`is not valid with ${what}`, async () => {
        const before = new Map(s3.objects)
        alter()
        const { code, stderr } = await validateLogs()
        for (const [name, object] of before) s3.objects.set(name, object)
        assert.equal(code, 1)
        assert.match(stderr, says)
      })
  })

  describe('in a directory', () => {
    const verify = (...more: readonly string[]) => {
      const key = join(dir, 'key.pem')
      return fleetkey(['trail', 'verify', archive, '--public-key', key, ...more])
    }
    before(async () => {
      const { code, stdout } = await fleetkey(['trail', 'key'], { env: plane.root })
      assert.equal(code, 0)
      await writeFile(join(dir, 'key.pem'), stdout)
    })

    it('is whole to fleetkey trail verify, which asks no server', async () => {
      const { code, stdout, stderr } = await verify('--anchor', anchors)
      assert.equal(code, 0, stderr)
      assert.match(stdout, /all whole and in order\.\n3 digests, each signed/)
      assert.match(stdout, /3 anchors, all part of it/)
    })

    it('names the first bad record, with 65', async () => {
      const [name] = oldestLog()
      const file = join(archive, name.replace(/^fleetkey\//, ''))
      const before = await readFile(file)
      await writeFile(file, gzipSync(gunzipSync(before).toString().replace('"ann"', '"amy"')))
      const { code, stderr } = await verify()
      await writeFile(file, before)
      assert.equal(code, 65)
      assert.match(stderr, /Record \d+ \(event [0-9a-f-]{36}\) was altered/)
    })
  })
})
