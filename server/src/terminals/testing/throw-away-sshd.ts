import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import ssh2, { type ServerChannel } from 'ssh2'
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
  readonly channel: ServerChannel
  /** Of the pty, as it was asked for last. */
  size: { cols: number; rows: number }
}

/** @param shell what runs in each; `refuses` keys when it is set */
export async function startThrowAwaySshd(options: {
  readonly shell: (shell: ThrowAwayShell) => void
  readonly resized?: (shell: ThrowAwayShell) => void
  readonly refuses?: boolean
}): Promise<ThrowAwaySshd> {
  const key = newEd25519Key()
  const clients = new Set<Socket>()
  const server = new ssh2.Server({ hostKeys: [key.privateKey] }, (client) => {
    let osUser = ''
    client.on('error', () => {})
    client.on('authentication', (context) => {
      osUser = context.username
      if (options.refuses === true || context.method !== 'publickey') context.reject(['publickey'])
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
      session.on('shell', (take) => {
        const channel = take()
        channel.on('error', () => {})
        shell = { osUser, channel, size }
        options.shell(shell)
      })
    })
  })
  const raw = (server as unknown as { _srv: import('node:net').Server })._srv
  raw.on('connection', (socket) => {
    clients.add(socket)
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
