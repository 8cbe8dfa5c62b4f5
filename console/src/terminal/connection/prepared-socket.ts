import { TERMINAL_SUBPROTOCOL, TERMINALS_PATH } from '@fleetkey/wire/terminal/protocol'

/** The control plane hangs up on a page that says nothing for five seconds: a prepared socket is of use for a little less. */
const USABLE_MS = 4000

let prepared: { readonly socket: WebSocket; readonly until: number } | undefined

/** Connects in advance, e.g. while somebody points at a button: the handshakes are over when they press it. Asks for nothing yet. */
export function prepareSocket(): void {
  if (prepared !== undefined && isUsable(prepared)) return
  prepared = { socket: newSocket(), until: performance.now() + USABLE_MS }
}

/** A socket that was prepared, else a new one. It may be open already. */
export function takeSocket(): WebSocket {
  const taken = prepared
  prepared = undefined
  return taken !== undefined && isUsable(taken) ? taken.socket : newSocket()
}

function newSocket(): WebSocket {
  const socket = new WebSocket(
    new URL(TERMINALS_PATH, location.href.replace(/^http/, 'ws')),
    TERMINAL_SUBPROTOCOL,
  )
  socket.binaryType = 'arraybuffer'
  return socket
}

function isUsable({
  socket,
  until,
}: {
  readonly socket: WebSocket
  readonly until: number
}): boolean {
  return performance.now() < until && socket.readyState <= WebSocket.OPEN
}
