import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import ssh2, { type Algorithms, type AuthContext, type Connection, type ServerChannel } from 'ssh2'
import { newEd25519Key } from '../ed25519-key.ts'

/** An sshd of ssh2's own, for tests: takes any key, and does what it is told in its shells. */
export interface ThrowAwaySshd {
  readonly port: number
  /** `type base64`, as agents report it. */
  readonly hostKey: string
  close(): Promise<void>
}

export interface ThrowAwayShell {
  readonly osUser: string
  readonly client: Connection
  readonly channel: ServerChannel
  /** Of the pty, as it was asked for last. */
  size: { cols: number; rows: number }
}

/** @param options.shell what runs in each */
export async function startThrowAwaySshd(options: {
  readonly shell: (shell: ThrowAwayShell) => void
  readonly resized?: (shell: ThrowAwayShell) => void
  /** Takes no key. */
  readonly refuses?: boolean
  readonly givesNoShell?: boolean
  /** Instead of taking keys, or of refusing them. */
  readonly authenticates?: (client: Connection, context: AuthContext) => void
  /** A connection that has said nothing yet. */
  readonly connected?: (socket: Socket) => void
  /** Default: those of ssh2. */
  readonly algorithms?: Algorithms
  /** Default: a new one. */
  readonly key?: ReturnType<typeof newEd25519Key>
}): Promise<ThrowAwaySshd> {
  const { key = newEd25519Key(), algorithms } = options
  const clients = new Set<Socket>()
  const config = { hostKeys: [key.privateKey], ...(algorithms && { algorithms }) }
  const server = new ssh2.Server(config, (client) => {
    let osUser = ''
    client.on('error', () => {})
    client.on('authentication', (context) => {
      osUser = context.username
      if (options.authenticates !== undefined) options.authenticates(client, context)
      else if (options.refuses === true || context.method !== 'publickey')
        context.reject(['publickey'])
      else context.accept()
    })
    client.on('session', (accept) => {
      const session = accept()
      let size = { cols: 0, rows: 0 }
      let shell: ThrowAwayShell | undefined
      session.on('pty', (take, _reject, { cols, rows }) => {
        size = { cols, rows }
        take?.()
      })
      session.on('window-change', (take, _reject, { cols, rows }) => {
        take?.()
        if (shell === undefined) return
        shell.size = { cols, rows }
        options.resized?.(shell)
      })
      session.on('shell', (take, refuse) => {
        if (options.givesNoShell === true) return refuse()
        const channel = take()
        channel.on('error', () => {})
        shell = { osUser, client, channel, size }
        options.shell(shell)
      })
    })
  })
  const raw = (server as unknown as { _srv: import('node:net').Server })._srv
  raw.on('connection', (socket) => {
    clients.add(socket)
    options.connected?.(socket)
    // As sshd does: without it an answer waits 40 ms for what is not on its way.
    socket.setNoDelay(true)
    socket.on('close', () => clients.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: key.publicKey,
    async close() {
      for (const socket of clients) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
