import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Connection } from 'ssh2'
import { until } from '../../testing/until.ts'
import { newEd25519Key } from '../ed25519-key.ts'
import { sayRaw } from '../testing/hostile-messages.ts'
import { startThrowAwaySshd, type ThrowAwaySshd } from '../testing/throw-away-sshd.ts'
import { SshConnection } from './ssh-connection.ts'

const MEGABYTES = 40
/** What the kernel takes for a peer that does not read, and what may wait here. */
const MOST = 25

describe('a shell of a host that lets everything in and reads nothing', () => {
  let sshd: ThrowAwaySshd
  let host: { readonly reads: () => void } | undefined
  before(async () => {
    sshd = await startThrowAwaySshd({
      shell({ client, channel }) {
        // A window of its own choice, and then it looks away.
        sayRaw(client, windowOf(channel as unknown as { outgoing: { id: number } }))
        const socket = (client as unknown as { _sock: { pause(): void; resume(): void } })._sock
        setImmediate(() => socket.pause())
        channel.resume()
        host = { reads: () => socket.resume() }
      },
    })
  })
  after(() => sshd.close())

  it('takes no more than it reads (somebody with a host of their own would fill the memory of all)', async () => {
    const socket = connect(sshd.port, '127.0.0.1')
    await once(socket, 'connect')
    const { privateKey } = newEd25519Key()
    const hostKeys = [sshd.hostKey]
    const lost = () => {}
    const connection = await SshConnection.open(socket, { osUser: 'x', privateKey, hostKeys, lost })
    const ended = () => {}
    const shell = await connection.shell({ cols: 80, rows: 24 }, { output() {}, ended })
    await until(() => host !== undefined)
    await turn()
    let taken = 0
    for (let n = 0; n < MEGABYTES; n++) shell.write(Buffer.alloc(2 ** 20), () => taken++)
    for (let n = 0; n < 50; n++) {
      // oxlint-disable-next-line no-await-in-loop -- whatever would be taken is
      await turn()
    }
    assert.ok(taken < MOST, `${taken} MB`)
    host?.reads()
    await until(() => taken === MEGABYTES)
    connection.end()
  })
})

describe('a host that does what no sshd does', () => {
  const hosts: { close(): unknown }[] = []
  after(() => Promise.all(hosts.map((host) => host.close())))

  async function comeTo(port: number, hostKey: string, lost = (_why: Error) => {}) {
    const socket = connect(port, '127.0.0.1')
    hosts.push({ close: () => socket.destroy() })
    await once(socket, 'connect')
    const { privateKey } = newEd25519Key()
    return await SshConnection.open(socket, { osUser: 'x', privateKey, hostKeys: [hostKey], lost })
  }

  it('is cut off where it says more than a login takes (it would be listened to for twenty seconds)', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      for (let lines = 0; lines < 100; lines++) socket.write(`${'b'.repeat(8000)}\r\n`)
    }).listen(0, '127.0.0.1')
    hosts.push(server)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await assert.rejects(comeTo(port, newEd25519Key().publicKey), /more than a login takes/)
  })

  it('is cut off where it agrees on new keys again and again (each time costs milliseconds of a processor)', async () => {
    const again = (client: Connection) => client.rekey(() => again(client))
    const sshd = await startThrowAwaySshd({ shell: ({ client }) => again(client) })
    hosts.push(sshd)
    const lost = Promise.withResolvers<Error>()
    const connection = await comeTo(sshd.port, sshd.hostKey, lost.resolve)
    await connection.shell({ cols: 80, rows: 24 }, { output() {}, ended() {} })
    assert.match((await lost.promise).message, /agreed on new keys without end/)
  })
})

/** RFC 4254 §5.2. */
function windowOf({ outgoing }: { readonly outgoing: { readonly id: number } }): Buffer {
  const message = Buffer.alloc(9)
  message[0] = 93
  message.writeUInt32BE(outgoing.id, 1)
  message.writeUInt32BE(2 ** 31 - 1 - 2 * 2 ** 20, 5)
  return message
}
