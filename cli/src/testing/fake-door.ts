import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

/** What is done with a tunnel that was let in. */
type Open = (socket: WebSocket, query: URLSearchParams) => void

/** For tests: a server that opens tunnels as Fleetkey's does, and keeps how it was asked. */
export class FakeDoor {
  readonly asked: IncomingMessage[] = []
  refusal: { readonly status: number; readonly body: unknown } | undefined
  readonly #server: Server
  readonly #sockets: WebSocketServer

  constructor(open: Open) {
    this.#sockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      handleProtocols: (offered) => [...offered][0] ?? false,
    })
    this.#server = createServer((_request, response) => response.writeHead(404).end())
    this.#server.on('upgrade', (request, socket, head) => {
      this.asked.push(request)
      // A client may go away at any moment.
      socket.on('error', () => {})
      if (this.refusal) {
        const body = JSON.stringify(this.refusal.body)
        socket.end(
          `HTTP/1.1 ${this.refusal.status} No\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
        )
        return
      }
      this.#sockets.handleUpgrade(request, socket, head, (tunnel) =>
        open(tunnel, new URL(request.url ?? '', 'http://x').searchParams),
      )
    })
  }

  async open(): Promise<URL> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const { port } = this.#server.address() as AddressInfo
    return new URL(`http://127.0.0.1:${port}`)
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
