import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

// What a push costs at least on this runtime: HTTP request → WebSocket message to the agent → its yes → answer. No audit, no
// signatures, no policy, no limits: nothing to use, a yardstick.

const agents = new Map<string, WebSocket>()
const waiting = new Map<number, () => void>()
let exchange = 0

process.on('disconnect', () => process.exit())

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const push = JSON.parse(Buffer.concat(parts).toString('utf8')) as { InstanceId: string }
    const agent = agents.get(push.InstanceId)
    if (agent === undefined) {
      response.writeHead(404).end()
      return
    }
    exchange += 1
    waiting.set(exchange, () =>
      response
        .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify({ RequestId: String(exchange), Success: true })),
    )
    agent.send(JSON.stringify({ kind: 'install', exchange, ...push }))
  })
})

const webSockets = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false })
webSockets.on('connection', (socket, request) => {
  agents.set((request.url ?? '').slice(1), socket)
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString('utf8')) as { exchange: number }
    waiting.get(answer.exchange)?.()
    waiting.delete(answer.exchange)
  })
})

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
