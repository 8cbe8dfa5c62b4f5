import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import { socketEnd } from './socket-end.ts'
import type { TunnelEnd, TunnelEnding } from './tunnel-end.ts'

// A real connection: what it does at its ends is the point.

const server = createServer({ allowHalfOpen: true })
let ours: Socket
let theirs: Socket
let end: TunnelEnd
function listened() {
  let bytes = 0
  const closed = Promise.withResolvers<TunnelEnding>()
  const ended = Promise.withResolvers<void>()
  const drained = Promise.withResolvers<void>()
  end.listen({
    data: ({ length }) => (bytes += length),
    ended: () => ended.resolve(),
    drained: () => drained.resolve(),
    closed: (ending) => closed.resolve(ending),
  })
  const count = () => bytes
  return { count, ended: ended.promise, drained: drained.promise, closed: closed.promise }
}

describe('a TCP connection as the end of a tunnel', () => {
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => server.close())
  beforeEach(async () => {
    const { port } = server.address() as AddressInfo
    const accepted = once(server, 'connection')
    ours = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await once(ours, 'connect')
    ;[theirs] = (await accepted) as [Socket]
    theirs.on('error', () => {})
    end = socketEnd(ours, { peer: 'the target' })
  })

  it('ends each direction for itself', async () => {
    const heard = listened()
    theirs.end('bye')
    await heard.ended
    assert.equal(heard.count(), 3)
    end.write(Buffer.from('still here'))
    end.end()
    const chunks: Buffer[] = []
    for await (const chunk of theirs) chunks.push(chunk as Buffer)
    assert.equal(Buffer.concat(chunks).toString(), 'still here')
    assert.deepEqual(await heard.closed, { code: 1000, text: '' })
  })

  it('has enough while its peer does not read, and writes all before it closes', async () => {
    const heard = listened()
    let written = 0
    theirs.pause()
    do written += 65_536
    while (end.write(Buffer.alloc(65_536)))
    end.close({ code: 1000, text: '' })
    assert.equal(end.write(Buffer.alloc(1)), true)
    let read = 0
    for await (const chunk of theirs) read += (chunk as Buffer).length
    assert.equal(read, written)
    theirs.destroy()
    assert.deepEqual(await heard.closed, { code: 1000, text: '' })
  })

  it('says when it takes more again', async () => {
    const heard = listened()
    theirs.pause()
    while (end.write(Buffer.alloc(65_536)));
    theirs.resume()
    await heard.drained
    ours.destroy()
  })

  it('says that its peer broke off', async () => {
    const heard = listened()
    theirs.resetAndDestroy()
    const { code, text } = await heard.closed
    assert.equal(code, 1011)
    assert.match(text, /^the target broke off: .*ECONNRESET/)
  })

  it('says so of a connection that was gone before it became an end (a host that resets it while its client is let in)', async () => {
    theirs.resetAndDestroy()
    ours.resume().on('error', () => {})
    await new Promise((resolve) => ours.once('close', resolve))
    end = socketEnd(ours, { peer: 'the target' })
    assert.deepEqual(await listened().closed, { code: 1011, text: 'the target was lost' })
    assert.equal(end.write(Buffer.alloc(1)), true)
  })

  it('says so to who listens later that it is gone already', async () => {
    theirs.resetAndDestroy()
    ours.resume()
    await new Promise((resolve) => ours.once('close', resolve))
    assert.equal((await listened().closed).code, 1011)
  })
})
