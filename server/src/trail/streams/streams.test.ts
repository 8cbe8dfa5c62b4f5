import assert from 'node:assert/strict'
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createAuthority, issueServerCertificate } from '../../secrets/certificate-authority.ts'
import { entry } from '../../store/contract/given.ts'
import { scopedFolder, scopedStore } from '../../store/sqlite/scoped.ts'
import { openSqliteStore } from '../../store/sqlite/open.ts'
import type { Store } from '../../store/store.ts'
import { startControlPlane, testConfig } from '../../testing/control-plane.ts'
import { fileReceiver } from './file-receiver.ts'
import { givenSyslog, givenWebhook, type GivenReceiver } from './given-receivers.ts'
import { runStream } from './run-stream.ts'
import type { StreamReceiver } from './stream-receiver.ts'
import { syslogReceiver } from './syslog-receiver.ts'
import { webhookReceiver } from './webhook-receiver.ts'
import { until } from '../../testing/until.ts'

const PACE = { everyMs: 5, againMs: 5, mostMs: 20 }
const logged: string[] = []
const log = {
  info: (facts: object, text: string) => void logged.push(`${JSON.stringify(facts)} ${text}`),
  warn: (facts: object, text: string) => void logged.push(`${JSON.stringify(facts)} ${text}`),
}

const append = (store: Store, count: number) =>
  Promise.all(Array.from({ length: count }, () => store.trail.append(entry())))

/** Gone with the scope, also when the test fails in it: else it would go on for ever. */
function start(store: Store, receiver: StreamReceiver, from: 'now' | 'beginning' = 'beginning') {
  const options = { name: 'siem', from, receiver, store, now: () => Date.now(), log, pace: PACE }
  const stream = runStream(options)
  return Object.assign(stream, { [Symbol.asyncDispose]: () => stream.stop() })
}

async function freshStore(): Promise<Store & AsyncDisposable> {
  const folder = scopedFolder()
  const store = await openSqliteStore({ file: join(folder.path, 'fleetkey.db') })
  return Object.assign(store, {
    async [Symbol.asyncDispose]() {
      await store.close()
      folder[Symbol.dispose]()
    },
  })
}

/** All from the first to the last, each at least once, and never one before all that come before it. */
function assertInOrder(seqs: readonly number[], last: number): void {
  let next = 1
  for (const seq of seqs) {
    assert.ok(seq <= next, `${seq} came before ${next}`)
    if (seq === next) next += 1
  }
  assert.equal(next - 1, last)
}

interface Way {
  readonly name: string
  open(port?: number): Promise<GivenReceiver>
  receiver(port: number): StreamReceiver
}

const syslog: Way = {
  name: 'syslog over TCP',
  open: (port) => givenSyslog(port === undefined ? {} : { port }),
  receiver: (port) =>
    syslogReceiver({ host: '127.0.0.1', port, tls: undefined, hostname: 'plane' }),
}
const webhook: Way = {
  name: 'a webhook',
  open: (port) => givenWebhook(port === undefined ? {} : { port }),
  receiver: (port) =>
    webhookReceiver({ url: `http://127.0.0.1:${port}/in?token=secret`, headersFile: undefined }),
}

for (const way of [syslog, webhook]) {
  describe(`a stream to ${way.name}`, () => {
    it('brings what was recorded and what comes, in order', async () => {
      await using store = await freshStore()
      await using receiver = await way.open()
      await append(store, 450)
      await using stream = start(store, way.receiver(receiver.port))
      await until(() => receiver.seqs.length >= 450, 'the past')
      await append(store, 50)
      await until(() => receiver.seqs.length >= 500, 'the present')
      await until(async () => (await stream.status()).behind === 0, 'nothing waits')
      assert.equal((await stream.status()).seq, 500)
      await stream.stop()
      await receiver.close()
      assertInOrder(receiver.seqs, 500)
      assert.equal(receiver.seqs.length, 500)
    })

    it('loses nothing when the receiver and the server go away in the middle', async () => {
      using folder = scopedFolder()
      const file = join(folder.path, 'fleetkey.db')
      const first = await way.open()
      const seqs: number[] = []
      for (const round of [1, 2, 3]) {
        await using store = await scopedStore({ file })
        await using receiver = round === 1 ? first : await way.open(first.port)
        await using stream = start(store, way.receiver(first.port))
        await append(store, 700)
        await until(() => receiver.seqs.length > 0, 'some')
        // Crashes while batches are under way; the server is stopped while it is away.
        await receiver.close()
        await append(store, 100)
        await until(async () => (await stream.status()).failure !== undefined, 'a failure')
        assert.ok((await stream.status()).behind > 0)
        await stream.stop()
        seqs.push(...receiver.seqs)
      }
      await using store = await scopedStore({ file })
      await using receiver = await way.open(first.port)
      await using stream = start(store, way.receiver(first.port))
      await until(async () => (await stream.status()).behind === 0, 'nothing waits')
      await stream.stop()
      await receiver.close()
      assertInOrder([...seqs, ...receiver.seqs], 2400)
    })

    it('that is away keeps nobody waiting, says so once, and says when it goes on', async () => {
      await using store = await freshStore()
      await using receiver = await way.open()
      await receiver.close()
      logged.length = 0
      await using stream = start(store, way.receiver(receiver.port))
      await append(store, 2000)
      await until(async () => (await stream.status()).failure !== undefined, 'a failure')
      await append(store, 10)
      await using back = await way.open(receiver.port)
      await until(async () => (await stream.status()).behind === 0, 'nothing waits')
      await until(() => logged.some((line) => line.includes('goes on')), 'the word of it')
      assert.equal((await stream.status()).failure, undefined)
      await stream.stop()
      await back.close()
      assertInOrder(back.seqs, 2010)
      assert.equal(logged.filter((line) => line.includes('is not taken')).length, 1)
      assert.match(logged[0] ?? '', /ECONNREFUSED/)
      assert.ok(!logged.join('').includes('secret'))
    })
  })
}

describe('a stream', () => {
  it('begins with what comes, also when that comes after a restart', async () => {
    using folder = scopedFolder()
    const file = join(folder.path, 'fleetkey.db')
    await using receiver = await syslog.open()
    {
      await using store = await scopedStore({ file })
      await append(store, 10)
      await using stream = start(store, syslog.receiver(receiver.port), 'now')
      await until(async () => (await stream.status()).seq === 10, 'its beginning')
      await stream.stop()
      await append(store, 5)
    }
    await using store = await scopedStore({ file })
    await using stream = start(store, syslog.receiver(receiver.port), 'now')
    await until(() => receiver.seqs.length >= 5, 'what came meanwhile')
    await stream.stop()
    await receiver.close()
    assert.deepEqual(receiver.seqs, [11, 12, 13, 14, 15])
  })

  it('of syslog does not count as taken what a receiver read that then crashed', async () => {
    await using store = await freshStore()
    await append(store, 100)
    await using crashing = await givenSyslog({ crashAfter: 60 })
    await using stream = start(store, syslog.receiver(crashing.port))
    await until(() => crashing.seqs.length >= 120, 'two tries')
    assert.equal((await stream.status()).seq, 0)
    await stream.stop()
    await crashing.close()
  })

  it('of syslog over TLS goes to whom the CA vouches for, and to nobody else', async () => {
    await using store = await freshStore()
    await append(store, 20)
    const now = Date.now()
    const [authority, other] = await Promise.all([
      createAuthority('siem', now),
      createAuthority('other', now),
    ])
    const { certificate: cert, privateKey: key } = await issueServerCertificate(
      authority,
      ['127.0.0.1'],
      now,
    )
    await using receiver = await givenSyslog({ tls: { cert, key } })
    const to = (ca: string) =>
      syslogReceiver({ host: '127.0.0.1', port: receiver.port, tls: { ca }, hostname: 'plane' })
    {
      await using stream = start(store, to(other.certificate))
      await until(async () => (await stream.status()).failure !== undefined, 'a refusal')
      assert.match((await stream.status()).failure ?? '', /certificate/)
      assert.deepEqual(receiver.seqs, [])
    }
    await using stream = start(store, to(authority.certificate))
    await until(async () => (await stream.status()).behind === 0, 'all of it')
    assertInOrder(receiver.seqs, 20)
  })

  it('of a webhook comes again until the status says that it is taken', async () => {
    await using store = await freshStore()
    using folder = scopedFolder()
    const headersFile = join(folder.path, 'headers')
    writeFileSync(headersFile, 'Authorization: Bearer t0ken\r\nX-Team: a: b\n\n')
    const statuses = [500, 302, 429, 204]
    const headers: Record<string, unknown>[] = []
    await using receiver = await givenWebhook({ headers, status: (nth) => statuses[nth] ?? 200 })
    await append(store, 3)
    const url = `http://127.0.0.1:${receiver.port}/`
    await using stream = start(store, webhookReceiver({ url, headersFile }))
    await until(() => receiver.seqs.length > 0, 'the records')
    await stream.stop()
    await receiver.close()
    assert.deepEqual(receiver.seqs, [1, 2, 3])
    assert.equal(headers.length, 4)
    assert.equal(headers[0]?.['authorization'], 'Bearer t0ken')
    assert.equal(headers[0]?.['x-team'], 'a: b')
  })

  for (const line of ['t0psecret', 'A: t0psecret\0', 'A: \u007ft0psecret', 'A: t0psecret\u2019']) {
    it(`of a webhook says which line of its headers is none, and nothing of what it holds: ${JSON.stringify(line)}`, async () => {
      using folder = scopedFolder()
      const headersFile = join(folder.path, 'headers')
      writeFileSync(headersFile, `A: b\n${line}\n`)
      const receiver = webhookReceiver({ url: 'http://127.0.0.1:1/', headersFile })
      const { signal } = new AbortController()
      await assert.rejects(receiver.take([], signal), (error: Error) => {
        assert.match(error.message, /line 2/)
        return !error.message.includes('t0psecret')
      })
    })
  }
})

describe('a stream to a file', () => {
  const linesOf = (path: string) =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { seq: number }).seq)

  it('appends a line a record, for its owner alone, and cuts off what a crash left of one', async () => {
    await using store = await freshStore()
    using folder = scopedFolder()
    const path = join(folder.path, 'trail.jsonl')
    await append(store, 5)
    const receiver = fileReceiver({ path, rotateBytes: undefined })
    await using first = start(store, receiver)
    await until(async () => (await first.status()).seq === 5, 'the file')
    await first.stop()
    assert.equal(statSync(path).mode & 0o777, 0o600)
    // Longer than one step back.
    appendFileSync(path, `{"seq":6,"torn":"${'x'.repeat(200_000)}`)
    await append(store, 2)
    await using second = start(store, receiver)
    await until(async () => (await second.status()).seq === 7, 'the rest')
    await second.stop()
    assert.deepEqual(linesOf(path), [1, 2, 3, 4, 5, 6, 7])
  })

  it('puts a grown file aside and begins another, losing none', async () => {
    await using store = await freshStore()
    using folder = scopedFolder()
    const path = join(folder.path, 'trail.jsonl')
    await append(store, 1000)
    await using stream = start(store, fileReceiver({ path, rotateBytes: 20_000 }))
    await until(async () => (await stream.status()).seq === 1000, 'all of it')
    await stream.stop()
    const aside = readdirSync(folder.path)
      .filter((name) => name.startsWith('trail.jsonl.'))
      .toSorted((a, b) => Number(a.split('.')[2]) - Number(b.split('.')[2]))
    assert.ok(aside.length >= 2)
    const files = [...aside.map((name) => join(folder.path, name)), path].filter(existsSync)
    assert.deepEqual(
      files.flatMap(linesOf),
      Array.from({ length: 1000 }, (_, n) => n + 1),
    )
    assert.equal(linesOf(files[0] ?? '').at(-1), Number(aside[0]?.split('.')[2]))
  })
})

describe('a server with streams', () => {
  it('hands its trail on, goes on after a restart, and says how far it is', async () => {
    using folder = scopedFolder()
    const path = join(folder.path, 'trail.jsonl')
    const streams = [{ name: 'disk', from: 'beginning' as const, file: { path } }]
    const plane = await startControlPlane(
      {},
      { trail: { ...testConfig(folder.path).trail, streams } },
    )
    try {
      const lines = () => (existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [])
      const names = () => lines().map((line) => JSON.parse(line).record.eventName as string)
      await plane.root.done('CreateUser', { UserName: 'before' })
      await until(() => names().includes('CreateUser'), 'the record')
      await plane.restart()
      await plane.root.done('DeleteUser', { UserName: 'before' })
      await until(() => names().includes('DeleteUser'), 'the record after the restart')
      const { Fleetkey } = (await plane.root.done('GetTrailStatus', { Name: 'main' })) as {
        Fleetkey: { Streams: { Name: string; TakenSeq: number; LatestError?: string }[] }
      }
      const [shown] = Fleetkey.Streams
      assert.deepEqual([shown?.Name, shown?.LatestError], ['disk', undefined])
      assert.ok((shown?.TakenSeq ?? 0) > 0)
      const seqs = lines().map((line) => JSON.parse(line).seq as number)
      assertInOrder(seqs, seqs.at(-1) ?? 0)
    } finally {
      await plane.close()
    }
  })
})
