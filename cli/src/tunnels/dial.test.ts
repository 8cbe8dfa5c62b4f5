import assert from 'node:assert/strict'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { dial } from './dial.ts'

/** TEST-NET-1 (RFC 5737): nothing answers, not even with a refusal. */
const SILENT = '192.0.2.1'

describe('dial', () => {
  let server: Server
  let port: number
  before(async () => {
    server = createServer((socket) => socket.on('error', () => {}).end('hello')).listen(
      0,
      '127.0.0.2',
    )
    await new Promise((resolve) => server.once('listening', resolve))
    port = (server.address() as AddressInfo).port
  })
  after(() => server.close())

  it('takes the first that answers, and hands its connection over', async () => {
    const dialled = await dial(['127.0.0.2'], { port, timeoutMs: 5000 })
    assert.equal(dialled?.address, '127.0.0.2')
    const { promise, resolve } = Promise.withResolvers<string>()
    dialled?.socket.on('data', (bytes) => resolve(String(bytes)))
    assert.equal(await promise, 'hello')
    dialled?.socket.destroy()
  })

  it('goes on to the next at once when one refuses', async () => {
    const started = performance.now()
    const dialled = await dial(['127.0.0.3', '127.0.0.2'], { port, timeoutMs: 5000 })
    assert.equal(dialled?.address, '127.0.0.2')
    assert.ok(performance.now() - started < 2000)
    dialled?.socket.destroy()
  })

  it('does not wait for one that is silent', async () => {
    const dialled = await dial([SILENT, '127.0.0.2'], { port, timeoutMs: 5000 })
    assert.equal(dialled?.address, '127.0.0.2')
    dialled?.socket.destroy()
  })

  it('says so when all refuse, when all are silent, and when there is none', async () => {
    assert.equal(await dial(['127.0.0.3', '127.0.0.4'], { port, timeoutMs: 60_000 }), undefined)
    assert.equal(await dial([SILENT], { port, timeoutMs: 300 }), undefined)
    assert.equal(await dial([], { port, timeoutMs: 60_000 }), undefined)
  })
})
