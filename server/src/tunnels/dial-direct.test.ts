import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { dialDirect } from './dial-direct.ts'

const here = () => new AbortController().signal

describe('a direct connection', () => {
  it('is given once it is open, with nothing read yet', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-test\r\n')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const socket = await dialDirect(
      { address: '127.0.0.1', port },
      { withinMs: 1000, gone: here() },
    )
    await new Promise((resolve) => setTimeout(resolve, 20))
    const chunks: Buffer[] = []
    for await (const chunk of socket) chunks.push(chunk as Buffer)
    assert.equal(Buffer.concat(chunks).toString(), 'SSH-2.0-test\r\n')
    socket.destroy()
    server.close()
  })

  it('that is refused rejects', async () => {
    const refused = dialDirect({ address: '127.0.0.1', port: 9 }, { withinMs: 1000, gone: here() })
    await assert.rejects(refused, /ECONNREFUSED/)
  })

  it('that does not come in time rejects', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const late = dialDirect({ address: '192.0.2.1', port: 9 }, { withinMs: 2000, gone: here() })
    t.mock.timers.tick(2000)
    await assert.rejects(late, /no answer in time/)
  })

  it('is cut when the client goes while it is dialled', async () => {
    let came: Socket | undefined
    const server = createServer((socket) => {
      came = socket.resume()
      socket.on('error', () => {})
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const leaving = new AbortController()
    const dialling = dialDirect(
      { address: '127.0.0.1', port },
      { withinMs: 1000, gone: leaving.signal },
    )
    leaving.abort()
    await assert.rejects(dialling, /the client has gone/)
    if (came !== undefined && !came.closed) await once(came, 'close')
    server.close()
    const before = dialDirect({ address: '127.0.0.1', port }, { withinMs: 9, gone: leaving.signal })
    await assert.rejects(before, /the client has gone/)
  })
})
