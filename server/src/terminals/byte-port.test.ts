import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, describe, it } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { BytePort } from './byte-port.ts'

const made: BytePort[] = []

function pair(): readonly [BytePort, BytePort] {
  const { port1, port2 } = new MessageChannel()
  const both = [new BytePort(port1), new BytePort(port2)] as const
  for (const one of both) one.on('error', () => {})
  made.push(...both)
  return both
}

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** What is heard after all that was sent before it. */
const turns = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

describe('a stream of bytes between threads', () => {
  // A port that is open keeps the process.
  after(() => {
    for (const one of made) one.destroy()
  })

  it('carries all of it, in order, in both directions at once', async () => {
    const [near, far] = pair()
    const [there, back] = [randomBytes(3_000_001), randomBytes(1_234_567)]
    const read = async (stream: BytePort) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      await once(stream, 'end')
      return Buffer.concat(chunks)
    }
    const reading = Promise.all([read(near), read(far)])
    near.end(there)
    far.end(back)
    const [atNear, atFar] = await reading
    assert.equal(sha(atFar), sha(there))
    assert.equal(sha(atNear), sha(back))
  })

  it('takes no more than a window from who writes to who does not read (memory without end)', async () => {
    const [near, far] = pair()
    let written = 0
    const write = () => near.write(Buffer.alloc(65_536), () => void (written += 65_536))
    for (let count = 0; count < 64; count++) write()
    for (let count = 0; count < 10; count++) await turns()
    assert.equal(written, 256 * 1024)
    assert.ok(far.readableLength <= 256 * 1024)
    far.resume()
    near.end()
    await once(far, 'end')
    assert.equal(written, 64 * 65_536)
  })

  it('goes on whenever and however little is read (a window that is never opened again)', async () => {
    const [near, far] = pair()
    const sent = randomBytes(1_500_000)
    near.end(sent)
    const chunks: Buffer[] = []
    for (;;) {
      await turns()
      const chunk = far.read(Math.min(50_000, far.readableLength || 1)) as Buffer | null
      if (chunk !== null) chunks.push(chunk)
      if (chunk === null && far.readableEnded) break
      if (Buffer.concat(chunks).length === sent.length) break
    }
    assert.equal(sha(Buffer.concat(chunks)), sha(sent))
  })

  it('says with what it broke', async () => {
    const [near, far] = pair()
    near.write('half')
    far.resume()
    near.destroy(new Error('the disk is full'))
    const [error] = (await once(far, 'error')) as [Error]
    assert.equal(error.message, 'the disk is full')
  })

  it('breaks when the other side is gone', async () => {
    const { port1, port2 } = new MessageChannel()
    const near = new BytePort(port1)
    port2.close()
    const [error] = (await once(near, 'error')) as [Error]
    assert.equal(error.message, 'the other side is gone')
  })

  it('ends on both sides when both directions have', async () => {
    const [near, far] = pair()
    const closed = Promise.all([once(near, 'close'), once(far, 'close')])
    near.resume()
    far.resume()
    near.end('a')
    far.end('b')
    await closed
    assert.equal(near.errored, null)
    assert.equal(far.errored, null)
  })

  it('keeps what came when the other side has ended and gone (a download that is cut at its end)', async () => {
    const [near, far] = pair()
    far.end()
    near.resume()
    await once(near, 'end')
    near.end('all of it')
    await once(near, 'close')
    for (let count = 0; count < 10; count++) await turns()
    assert.equal(far.destroyed, false)
    assert.equal(String(far.read()), 'all of it')
    far.resume()
    await once(far, 'close')
    assert.equal(far.errored, null)
  })

  it('fits into a pipeline', async () => {
    const [near, far] = pair()
    const sent = randomBytes(700_000)
    const got: Buffer[] = []
    near.resume()
    const read = async () => {
      for await (const chunk of far.iterator({ destroyOnReturn: false })) got.push(chunk as Buffer)
      far.end()
    }
    await Promise.all([pipeline(Readable.from([sent]), near), read()])
    assert.equal(sha(Buffer.concat(got)), sha(sent))
  })
})
