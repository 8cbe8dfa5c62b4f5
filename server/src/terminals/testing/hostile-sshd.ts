import { createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { parentPort } from 'node:worker_threads'
import type { Connection } from 'ssh2'
import { newEd25519Key } from '../ed25519-key.ts'
import type { Login, NoLogin } from './hostile-hosts.ts'
import { hostileMessage, sayRaw, sayWithoutEnd } from './hostile-messages.ts'
import { startThrowAwaySshd, type ThrowAwayShell } from './throw-away-sshd.ts'

// In a thread of its own: hosts that do what they should not, each on a port of its own (hostile-hosts.ts).

const port = parentPort
if (port === null) throw new Error('this runs in a worker')

const MEGABYTE = Buffer.alloc(1024 * 1024, 'x')
const CHANNELS = 200
const key = newEd25519Key()

/** No SSH at all, or its beginning. */
const RAW: Readonly<Partial<Record<NoLogin, (socket: Socket) => void>>> = {
  'pours lines before its version': (socket) =>
    pour(socket, Buffer.from(`${'b'.repeat(8000)}\r\n`)),
  'pours bytes': (socket) => pour(socket, MEGABYTE),
  'pours bytes after its version'(socket) {
    socket.write('SSH-2.0-liar\r\n')
    pour(socket, Buffer.alloc(65_536, 0xff))
  },
  'begins a packet of four gigabytes'(socket) {
    socket.write('SSH-2.0-liar\r\n')
    socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0x04, 20]))
  },
  'ends after the version of who comes'(socket) {
    socket.write('SSH-2.0-liar\r\n')
    socket.once('data', () => socket.end())
  },
  'ends at once': (socket) => void socket.destroy(),
  'never says anything': (socket) => void socket.resume(),
}

type Sshd = Omit<Parameters<typeof startThrowAwaySshd>[0], 'shell' | 'key'>

/** SSH, and no login. */
const SSHDS: Readonly<Partial<Record<NoLogin, Sshd>>> = {
  'ends in the middle of the key exchange': {
    connected(socket) {
      // Its version is shorter, and what it can agree to is longer.
      socket.on('data', () => socket.bytesRead > 256 && socket.destroy())
    },
  },
  'compresses, and nothing else': { algorithms: { compress: ['zlib@openssh.com', 'zlib'] } },
  'never answers the login': { authenticates() {} },
  'asks for passwords without end': {
    authenticates: (client) => sayWithoutEnd(client, hostileMessage.infoRequest()),
  },
  'shows a banner without end': {
    authenticates: (client) => sayWithoutEnd(client, hostileMessage.banner()),
  },
}

/** A login like any other, and then … */
const SHELLS: Readonly<Record<Login, (shell: ThrowAwayShell) => void>> = {
  'sends more than it is let'({ channel }) {
    const inside = channel as unknown as { outgoing: { window: number } }
    const flood = setInterval(() => {
      if (channel.destroyed || !channel.writable) return clearInterval(flood)
      inside.outgoing.window = 2 ** 31
      channel.write(MEGABYTE)
      return undefined
    }, 1)
    channel.on('close', () => clearInterval(flood))
  },
  'sends packets without end that show nothing': ({ client }) =>
    sayWithoutEnd(client, hostileMessage.ignored()),
  'agrees on new keys without end': ({ client }) => rekeyWithoutEnd(client),
  'answers what nobody asked'({ client, channel }) {
    for (let count = 0; count < CHANNELS; count++) sayRaw(client, hostileMessage.unaskedSuccess())
    channel.write('still here')
  },
  'opens channels of its own'({ client, channel }) {
    let refused = 0
    const answered = (error: Error | undefined) => {
      if (error === undefined) port.postMessage({ kind: 'a channel of the host was opened' })
      else if (++refused === 3 * CHANNELS) channel.write('still here')
    }
    for (let count = 0; count < CHANNELS; count++) {
      client.forwardOut('127.0.0.1', 22, '127.0.0.1', 1, answered)
      client.x11('127.0.0.1', 1, answered)
      client.openssh_forwardOutStreamLocal('/run/docker.sock', answered)
    }
  },
  'says that the shell has ended, and goes on'({ channel }) {
    channel.exit(0)
    channel.write('still here')
  },
}

/** As fast as it is taken, for ever. */
function pour(socket: Socket, bytes: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
  }
  socket.on('drain', more)
  more()
}

function rekeyWithoutEnd(client: Connection): void {
  client.rekey(() => rekeyWithoutEnd(client))
}

async function listenRaw(does: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    does(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const sshd = async (options: Partial<Parameters<typeof startThrowAwaySshd>[0]>) =>
  (await startThrowAwaySshd({ shell() {}, key, ...options })).port

const ports = [
  ...Object.entries(RAW).map(async ([name, does]) => [name, await listenRaw(does)]),
  ...Object.entries(SSHDS).map(async ([name, options]) => [name, await sshd(options)]),
  ...Object.entries(SHELLS).map(async ([name, shell]) => [name, await sshd({ shell })]),
]
port.postMessage({
  kind: 'ready',
  ports: Object.fromEntries(await Promise.all(ports)),
  hostKey: key.publicKey,
})
