import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { startControlPlane, type ControlPlane } from '@fleetkey/server/testing/control-plane'
import { EXIT_CODES } from '../exit-codes.ts'
import { envOf, fleetkeyAs, type Done } from '../testing/run-fleetkey.ts'

const folder = mkdtempSync(join(tmpdir(), 'fleetkey-trail-'))
const archive = join(folder, 'archive')
const anchors = join(folder, 'anchors')
const key = join(folder, 'key.pem')
const DAY_MS = 24 * 60 * 60_000
/** A directory: nothing can be handed on to it. */
const streamed = folder
let server: ControlPlane
/** Records in the two digests. */
let signed = 0
let root: (...args: readonly string[]) => Promise<Done>
/** Nobody: what it does needs no server. */
const offline = fleetkeyAs({})

before(async () => {
  server = await startControlPlane(
    {},
    {
      trail: {
        streams: [{ name: 'siem', from: 'now', file: { path: streamed } }],
        digestSeconds: 300,
        export: [{ directory: archive }],
        anchors: [{ file: anchors }],
        retention: { days: 30 },
      },
    },
  )
  root = fleetkeyAs(envOf(server.url, server.root))
  for (const name of ['alice', 'bob', 'carol'])
    await server.root.done('CreateUser', { UserName: name })
  await server.digestNow()
  await server.root.done('ListUsers', {})
  signed = server.trail().length
  await server.digestNow()
  writeFileSync(key, (await root('trail', 'key')).out)
})
after(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The file with the first records. */
function firstLog(): string {
  const names = readdirSync(archive, { recursive: true, encoding: 'utf8' })
  const logs = names.filter((name) => /\/CloudTrail\/.*gz$/.test(name))
  const paths = logs.map((name) => join(archive, name))
  return paths.find((path) => contentOf(path).includes('"alice"')) ?? assert.fail()
}

/** The first record that names her. */
const ofAlice = () =>
  server.trail().find(({ event }) => JSON.stringify(event).includes('"alice"'))?.seq ?? 0

const contentOf = (path: string) => gunzipSync(readFileSync(path)).toString()

const verify = (...more: readonly string[]) =>
  offline('trail', 'verify', archive, '--public-key', key, ...more)

/** Puts something else there for a while. */
async function altered(path: string, content: string | Uint8Array, work: () => Promise<void>) {
  const before = readFileSync(path)
  writeFileSync(path, content)
  try {
    await work()
  } finally {
    writeFileSync(path, before)
  }
}

describe('trail verify of an exported folder', () => {
  it('needs no server, only the public key, and counts what it proved', async () => {
    const { code, out, err } = await verify('--anchor', anchors)
    assert.equal(err, '')
    assert.equal(code, 0)
    assert.match(
      out,
      new RegExp(
        `^${signed} records, all whole and in order[.]\n2 digests, each signed, up to .*\n2 anchors, all part of it`,
      ),
    )
  })

  it('says that an end that was cut off shows only against an anchor', async () => {
    assert.match((await verify()).out, /Without an anchor/)
  })

  it('names the record, its event and its file, with 65', async () => {
    const log = firstLog()
    const text = contentOf(log)
    await altered(log, gzipSync(text.replace('"alice"', '"mallo"')), async () => {
      const { code, err } = await verify()
      assert.equal(code, EXIT_CODES.trailBroken)
      assert.match(err, new RegExp(`Record ${ofAlice()} \\(event [0-9a-f-]{36}\\) was altered`))
      assert.match(err, /do +Look at AWSLogs\/.*_CloudTrail_on-prem-1_/)
      const json = await verify('--output', 'json')
      assert.equal(json.code, EXIT_CODES.trailBroken)
      const { whole, problem } = JSON.parse(json.out)
      assert.deepEqual([whole, problem.kind, problem.seq], [false, 'altered', ofAlice()])
    })
  })

  it('finds bytes behind the end of a file, and one that is none', async () => {
    const log = firstLog()
    for (const bytes of [Buffer.concat([readFileSync(log), Buffer.from('x')]), Buffer.from('x')]) {
      await altered(log, bytes, async () => {
        assert.match(
          (await verify()).err,
          /log file that begins with record 1 is missing or cannot be read/,
        )
      })
    }
  })

  it('shows control characters of an altered file to nobody', async () => {
    const log = firstLog()
    await altered(log, gzipSync('{"Records":[\n\u001b]0;owned\u0007\n]}\n'), async () => {
      const { code, err } = await verify()
      assert.equal(code, EXIT_CODES.trailBroken)
      assert.ok(!err.includes('\u001b]'))
    })
  })

  it('refuses another key, a key that is none, and a folder that is none', async () => {
    const { out } = await offline('trail', 'verify', archive, '--public-key', anchors)
    assert.equal(out, '')
    assert.equal(
      (await offline('trail', 'verify', archive, '--public-key', anchors)).code,
      EXIT_CODES.fileUnreadable,
    )
    assert.equal(
      (await offline('trail', 'verify', join(folder, 'x'))).code,
      EXIT_CODES.fileUnreadable,
    )
    const empty = await offline('trail', 'verify', folder, '--public-key', key, '--from', 'x')
    assert.equal(empty.code, EXIT_CODES.usage)
  })

  it('takes the key from the server when it is not given, and says so', async () => {
    const { code, err } = await root('trail', 'verify', archive)
    assert.equal(code, 0)
    assert.match(err, /the one that the server states now/)
  })
})

describe('trail verify of the server and of its file', () => {
  it('follows it through every anchor', async () => {
    assert.equal((await root('trail', 'verify', '--anchor', anchors)).code, 0)
    const line = readFileSync(anchors, 'utf8').split('\n')[1] ?? ''
    const file = join(folder, 'forged')
    writeFileSync(file, line.replace(/"lastHash":"../, '"lastHash":"ff'))
    const { code, err } = await root('trail', 'verify', '--anchor', file)
    assert.equal(code, EXIT_CODES.trailBroken)
    assert.match(err, /is not the one that the head names/)
  })

  it('refuses a public key where nothing is signed (one might take the records for proven)', async () => {
    const { code, out, err } = await root('trail', 'verify', '--public-key', key)
    assert.deepEqual([code, out], [EXIT_CODES.usage, ''])
    assert.match(err, /--public-key would prove nothing/)
    const both = await root('trail', 'verify', '--public-key', key, '--anchor', anchors)
    assert.equal(both.code, 0, both.err)
  })

  it('tells of its state', async () => {
    const { out } = await root('trail', 'status')
    assert.match(out, /^records +1 to \d+\nsigned +to record \d+, digest 2/)
    assert.match(out, /\ndisk +database.*: \d+ % used, [\d.]+ .B free\n/)
    assert.match(out, new RegExp(`directory ${archive} +2 `))
    assert.match(out, /\nSTREAM +TO +BEHIND +TROUBLE\nsiem +file .* \d+ records/)
    assert.equal(
      JSON.parse((await root('trail', 'status', '--output', 'json')).out).IsLogging,
      true,
    )
  })

  it('goes on from where it begins when old records were removed, and says from where', async () => {
    server.clock.aheadMs += 31 * DAY_MS
    await server.root.done('ListUsers', {})
    await server.digestNow()
    await server.pruneNow()
    server.clock.aheadMs -= 31 * DAY_MS
    const { out, code } = await root('trail', 'verify', '--anchor', anchors)
    assert.equal(code, 0)
    assert.match(out, new RegExp(`^\\d+ records from record ${signed + 1} on, all whole`))
    const file = join(folder, 'trail.jsonl')
    assert.equal((await root('trail', 'export', file)).code, 0)
    const strict = await offline('trail', 'verify', file)
    assert.equal(strict.code, EXIT_CODES.trailBroken)
    assert.match(strict.err, /Record 1 is not here/)
    assert.equal((await offline('trail', 'verify', file, '--from', String(signed + 1))).code, 0)
    // and the export has all of it still
    assert.match((await verify('--anchor', anchors)).out, /3 digests/)
  })
})
