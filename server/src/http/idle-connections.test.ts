import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import { connect as connectPlain, type AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { connect } from 'node:tls'
import { createAuthority } from '../secrets/certificate-authority.ts'
import { boundIdleConnections } from './idle-connections.ts'

const MOST = 3
const HOST = '127.0.0.1'
const server = createServer((_request, response) => response.end())
const warnings: object[] = []
let port = 0
before(async () => {
  const { certificate, privateKey } = await createAuthority('test', Date.now())
  server.setSecureContext({ cert: certificate, key: privateKey })
  boundIdleConnections(server, {
    most: MOST,
    isProxy: () => false,
    log: { warn: (facts) => warnings.push(facts) },
  })
  server.listen(0, HOST)
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
after(() => server.close())

describe('idle connections over TLS', () => {
  it('count from the end of their handshake, and of too many the longest idle is closed', async () => {
    const waiting = []
    for (let count = 0; count < MOST + 2; count++) {
      const socket = connectPlain({ port, host: HOST })
      // oxlint-disable-next-line no-await-in-loop -- in their order
      await once(socket.resume(), 'connect')
      waiting.push(socket)
    }
    const held = []
    for (let count = 0; count < MOST + 1; count++) {
      // What it says is not looked at here.
      const socket = connect({ port, host: HOST, rejectUnauthorized: false })
      const ended = once(socket, 'close')
      // oxlint-disable-next-line no-await-in-loop -- in their order
      await once(socket.resume(), 'secureConnect')
      held.push({ socket, ended })
    }
    await held[0]?.ended
    assert.deepEqual(warnings, [{ machine: HOST, most: MOST }])
    const [, next] = held
    assert.ok(next)
    const answered = once(next.socket, 'data')
    next.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    assert.match(String((await answered)[0]), /^HTTP\/1\.1 200 /)
    assert.ok(waiting.every(({ closed, readableEnded }) => !closed && !readableEnded))
    for (const socket of [...waiting, ...held.map((one) => one.socket)]) socket.destroy()
  })
})
