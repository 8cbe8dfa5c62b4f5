import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '@fleetkey/server/testing/control-plane'
import {
  begunRecording,
  finishedRecording,
  recordingFile,
  terminalOf,
} from '@fleetkey/server/testing/given-recording'
import { enrolHost } from '@fleetkey/server/testing/fake-agent'
import { EXIT_CODES } from '../exit-codes.ts'
import { ACTING_CHARACTERS } from '../testing/hostile-texts.ts'
import { envOf, fleetkeyAs, type Done } from '../testing/run-fleetkey.ts'

type Terminal = Awaited<ReturnType<typeof terminalOf>>

const folder = mkdtempSync(join(tmpdir(), 'fleetkey-cli-recordings-'))
let server: ControlPlane
let ann: (...args: readonly string[]) => Promise<Done>
let root: typeof ann
let nobody: typeof ann
let terminal: Terminal
before(async () => {
  server = await startControlPlane()
  const client = await server.user('ann')
  ann = fleetkeyAs(envOf(server.url, client))
  root = fleetkeyAs(envOf(server.url, server.root))
  nobody = fleetkeyAs(envOf(server.url, await server.user('nobody')))
  const { instanceId } = await enrolHost(server, { Name: 'web-1' })
  terminal = await terminalOf(client, { instanceId, osUser: 'ec2-user' })
})
after(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const finished = (shown?: string, change: Partial<Terminal> = {}) =>
  finishedRecording(server, { ...terminal, ...change }, shown)

describe('fleetkey recordings', () => {
  it('lists those that one may see, for people and for programs', async () => {
    const id = await finished()
    const mine = await ann('recordings')
    assert.equal(mine.code, EXIT_CODES.ok)
    assert.match(mine.out, new RegExp(`${id}  ann  web-1 +ec2-user .* finished`))
    const { out } = await ann('recordings', 'list', '--mine', '--output', 'json', '--limit', '1')
    const [one] = JSON.parse(out) as Record<string, unknown>[]
    assert.equal(one?.['recordingId'], id)
    assert.equal(one['userName'], 'ann')
    const none = await nobody('recordings', 'list')
    assert.deepEqual([none.code, none.out], [EXIT_CODES.ok, ''])
    assert.match(none.err, /No recording fits/)
  })

  it('lists by who, where, as whom, in which state and when', async () => {
    const asRoot = await finished('x', { osUser: 'root', startedAt: Date.UTC(2027, 5, 1) })
    const ids = async (...flags: readonly string[]) => {
      const { out } = await root('recordings', 'list', '--output', 'json', ...flags)
      return (JSON.parse(out) as { recordingId: string }[]).map(({ recordingId }) => recordingId)
    }
    assert.deepEqual(await ids('--os-user', 'root'), [asRoot])
    assert.deepEqual(await ids('--since', '2027-01-01'), [asRoot])
    assert.ok(!(await ids('--until', '2027-01-01')).includes(asRoot))
    assert.ok((await ids('--user', 'ann', '--instance', 'web-1')).includes(asRoot))
    assert.deepEqual(await ids('--user', 'bob'), [])
    assert.deepEqual(await ids('--state', 'failed'), [])
    assert.equal((await root('recordings', 'list', '--state', 'none')).code, EXIT_CODES.usage)
    assert.equal((await root('recordings', 'list', '--limit', '0')).code, EXIT_CODES.usage)
  })

  it('shows one, with what the trail has of it', async () => {
    const id = await finished()
    const { out } = await ann('recordings', 'show', id)
    assert.match(out, /who +arn:aws:iam::\d+:user\/ann\n/)
    assert.match(out, /instance +web-1 \(i-/)
    assert.match(out, /because +The shell ended\./)
    assert.match(out, /trail +has the same \(event /)
    const json = JSON.parse((await ann('recordings', 'show', id, '--output', 'json')).out)
    assert.equal(json.trailSha256, json.sha256)
  })

  it('says what is not there, or not one’s to see, and what is no id', async () => {
    const id = await finished()
    const unknown = `r-${'0'.repeat(32)}`
    for (const verb of ['show', 'play', 'export', 'verify']) {
      assert.equal((await nobody('recordings', verb, id)).code, EXIT_CODES.accessDenied, verb)
      assert.equal((await root('recordings', verb, unknown)).code, EXIT_CODES.notFound, verb)
      assert.equal((await root('recordings', verb, '../etc')).code, EXIT_CODES.usage, verb)
    }
    const { code } = await nobody('recordings', 'delete', id, '--yes')
    assert.equal(code, EXIT_CODES.accessDenied)
  })

  it('says that they cannot be reached while their directory is away, and leaves no part of a file', async () => {
    const id = await finished()
    const directory = join(server.dir, 'recordings')
    const to = join(folder, 'away.cast')
    renameSync(directory, `${directory}.away`)
    for (const argv of [['play'], ['verify'], ['export', '--to', to]]) {
      const { code, err } = await ann('recordings', ...argv, id)
      assert.equal(code, EXIT_CODES.tryAgain, argv.join(' '))
      assert.match(err, /cannot be reached now: the directory of the recordings is not there\./)
      assert.ok(!err.includes(server.dir), err)
    }
    assert.ok(!existsSync(to))
    renameSync(`${directory}.away`, directory)
    assert.equal((await ann('recordings', 'export', id, '--to', to)).code, EXIT_CODES.ok)
  })
})

describe('fleetkey recordings play', () => {
  it('shows what was shown, and nothing that acts on the terminal', async () => {
    const id = await finished(
      '\u001b[32mhallo\u001b]52;c;cm0=\u0007\u001b[6n\u001b]0;t\u0007 ann\r\n',
    )
    const { code, out, err } = await ann('recordings', 'play', id)
    assert.equal(code, EXIT_CODES.ok)
    assert.ok(out.includes('\u001b[32mhallo ann\r\n'), JSON.stringify(out))
    assert.ok(!out.includes('52') && !out.includes('[6n') && !out.includes(']0;'))
    assert.match(err, /ann as ec2-user on web-1/)
  })

  it('says that one goes on', async () => {
    const recording = await begunRecording(server, terminal)
    const { code, err } = await ann('recordings', 'play', recording.recordingId, '--speed', '64')
    assert.equal(code, EXIT_CODES.ok)
    assert.match(err, /still running/)
    await recording.end({ cause: 'exited', says: 'The shell ended.' })
  })

  it('refuses what is no speed and no place', async () => {
    const id = await finished()
    for (const flags of [
      ['--speed', '0'],
      ['--speed', 'x'],
      ['--idle-limit', '-1'],
      ['--at', '1:2:3:4'],
      ['--at', 'noon'],
    ]) {
      assert.equal((await ann('recordings', 'play', id, ...flags)).code, EXIT_CODES.usage)
    }
  })
})

describe('fleetkey recordings export', () => {
  it('writes asciicast v2 to a new file, for its owner only, as the trail has it', async () => {
    const id = await finished('hallo\r\n'.repeat(50_000))
    const file = join(folder, 'one.cast')
    assert.equal((await ann('recordings', 'export', id, '--to', file)).code, EXIT_CODES.ok)
    const bytes = readFileSync(file)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const { out } = await ann('recordings', 'show', id, '--output', 'json')
    assert.equal(createHash('sha256').update(bytes).digest('hex'), JSON.parse(out).sha256)
    // As asciinema's documentation has it, read by nothing of ours.
    const [header, ...events] = bytes
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.equal(header.version, 2)
    assert.ok(Number.isInteger(header.width) && Number.isInteger(header.height))
    assert.ok(events.length > 1)
    let last = 0
    for (const [at, code, data] of events as [number, string, string][]) {
      assert.ok(at >= last && /^[oir]$/.test(code) && typeof data === 'string')
      last = at
    }
    const again = await ann('recordings', 'export', id, '--to', file)
    assert.equal(again.code, EXIT_CODES.fileUnreadable)
    assert.match(again.err, /there already/)
    assert.ok(readFileSync(file).equals(bytes))
  })

  it('writes plain text in which nothing acts', async () => {
    const id = await finished('\u001b[31m$ sl\b\bls\u001b[0m\r\n\u202efile\r\n\u001b]0;x\u0007$ ')
    const { out } = await ann('recordings', 'export', id, '--format', 'text')
    assert.equal(out, '$ ls\n\\u202efile\n$\n')
    assert.ok(!ACTING_CHARACTERS.test(out.replaceAll('\n', '')))
  })
})

describe('fleetkey recordings verify', () => {
  it('says that one is unchanged, and by what', async () => {
    const id = await finished()
    const { code, out } = await ann('recordings', 'verify', id)
    assert.equal(code, EXIT_CODES.ok)
    assert.match(out, /unchanged/)
    assert.match(out, /event [0-9a-f-]{36} of the trail/)
  })

  it('finds one whose bytes were altered, and one that the table says otherwise of', async () => {
    const altered = await finished()
    const file = recordingFile(server, altered, terminal.startedAt)
    const bytes = readFileSync(file)
    bytes[100] = (bytes[100] ?? 0) ^ 1
    writeFileSync(file, bytes)
    const found = await ann('recordings', 'verify', altered)
    assert.equal(found.code, EXIT_CODES.trailBroken)
    assert.match(found.err, /chunk 0 was altered/)

    const id = await finished()
    const db = new DatabaseSync(`${server.dir}/fleetkey.db`)
    const sql = 'update recordings set sha256 = ? where recording_id = ?'
    db.prepare(sql).run('0'.repeat(64), id)
    db.close()
    assert.match((await ann('recordings', 'show', id)).out, /has ANOTHER/)
    // The bytes are those that the trail has: the table alone was changed.
    assert.equal((await ann('recordings', 'verify', id)).code, EXIT_CODES.ok)
  })

  it('does not say so of one that runs', async () => {
    const recording = await begunRecording(server, terminal)
    const { code } = await ann('recordings', 'verify', recording.recordingId)
    assert.equal(code, EXIT_CODES.tryAgain)
    await recording.end({ cause: 'exited', says: 'The shell ended.' })
  })
})

describe('fleetkey recordings delete', () => {
  it('asks first, and deletes', async () => {
    const id = await finished()
    assert.notEqual((await root('recordings', 'delete', id)).code, EXIT_CODES.ok)
    assert.equal((await root('recordings', 'show', id)).code, EXIT_CODES.ok)
    const { code, out } = await root('recordings', 'delete', id, '--yes')
    assert.equal(code, EXIT_CODES.ok)
    assert.match(out, /deleted/)
    assert.equal((await root('recordings', 'show', id)).code, EXIT_CODES.notFound)
  })
})
