import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as TlsServer } from 'node:tls'
import type { Socket } from 'node:net'
import { machineOf } from '../network.ts'
import { plainAddress } from '../plain-address.ts'

/**
 * Bounds the connections of one machine (an address of IPv4, a /64 of IPv6) on which nothing is asked: nobody has to prove anything to hold
 * one, and each costs a file and, with TLS, some 50 KB. One more than `most` ends the one that has been idle for longest, so that nobody is
 * refused: clients open a connection anew that was closed while they did not use it. A trusted proxy's are its own to bound. A handshake of TLS
 * has its own deadline, and does not count before its end: of thousands of agents that come back at once, those that wait longest would be closed.
 */
export function boundIdleConnections(
  server: Server | TlsServer,
  parts: {
    readonly most: number
    readonly isProxy: (socket: Socket) => boolean
    readonly log: { warn(facts: object, text: string): void }
  },
): void {
  const { most, isProxy, log } = parts
  const known = new WeakMap<Socket, Connection>()
  const idle = new Map<string, Set<Connection>>()

  function rest(connection: Connection): void {
    const { machine } = connection
    const own = idle.get(machine) ?? new Set()
    idle.set(machine, own.add(connection))
    if (own.size <= most) return
    const [longest] = own
    if (longest === undefined) return
    if (!longest.isTold) log.warn({ machine, most }, 'idle connections of one address are closed')
    // Told once of those that are there: a flood is one line.
    for (const one of own) one.isTold = true
    work(longest)
    longest.socket.destroy()
  }

  function work(connection: Connection): void {
    const own = idle.get(connection.machine)
    own?.delete(connection)
    if (own?.size === 0) idle.delete(connection.machine)
  }

  const isReady = server instanceof TlsServer ? 'secureConnection' : 'connection'
  server.on(isReady, (socket: Socket) => {
    if (isProxy(socket)) return
    const machine = machineOf(plainAddress(socket.remoteAddress ?? ''))
    const connection = { socket, machine, isTold: false }
    known.set(socket, connection)
    rest(connection)
    socket.once('close', () => work(connection))
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const connection = known.get(socket)
    if (connection === undefined) return
    work(connection)
    response.once('close', () => {
      if (!connection.socket.destroyed) rest(connection)
    })
  })
  // What becomes of it is the door's to bound.
  server.on('upgrade', ({ socket }: IncomingMessage) => {
    const connection = known.get(socket)
    if (connection !== undefined) work(connection)
  })
}

interface Connection {
  readonly socket: Socket
  readonly machine: string
  isTold: boolean
}
