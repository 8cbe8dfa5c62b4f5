import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { parentPort } from 'node:worker_threads'
import { startThrowAwaySshd } from './throw-away-sshd.ts'

// In a thread of its own: hosts that do what they should not, one after the other for who comes.

const port = parentPort
if (port === null) throw new Error('this runs in a worker')

const MEGABYTE = Buffer.alloc(1024 * 1024, 'x')

/** No SSH at all. */
const RAW: readonly ((socket: Socket) => void)[] = [
  (socket) => pour(socket, () => Buffer.from(`${'b'.repeat(8000)}\r\n`)),
  (socket) => pour(socket, () => MEGABYTE),
  (socket) => {
    socket.write('SSH-2.0-liar\r\n')
    pour(socket, () => Buffer.alloc(65_536, 0xff))
  },
  (socket) => {
    // A packet of four gigabytes begins.
    socket.write('SSH-2.0-liar\r\n')
    socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0x04, 20]))
  },
  (socket) => {
    socket.write('SSH-2.0-liar\r\n')
    socket.once('data', () => socket.end())
  },
  (socket) => socket.destroy(),
]

/** As fast as it is taken, for ever. */
function pour(socket: Socket, bytes: () => Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes()));
  }
  socket.on('drain', more)
  more()
}

let turn = 0
const raw: Server = createServer((socket) => {
  socket.on('error', () => {})
  RAW[turn++ % RAW.length]?.(socket)
}).listen(0, '127.0.0.1')
await once(raw, 'listening')

/** A login like any other, and then more than the window lets through. */
const flooder = await startThrowAwaySshd({
  shell({ channel }) {
    const inside = channel as unknown as { outgoing: { window: number } }
    const flood = setInterval(() => {
      if (channel.destroyed || !channel.writable) return clearInterval(flood)
      inside.outgoing.window = 2 ** 31
      channel.write(MEGABYTE)
      return undefined
    }, 1)
    channel.on('close', () => clearInterval(flood))
  },
})
port.postMessage({
  kind: 'ready',
  rawPort: (raw.address() as AddressInfo).port,
  floodPort: flooder.port,
  hostKey: flooder.hostKey,
})
