import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { isIPv4, type AddressInfo, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { answerMetadata } from './answer.ts'
import type { Items } from './items.ts'
import { createTokens, type Tokens } from './tokens.ts'

/** A metadata service that listens. */
export interface MetadataService {
  readonly port: number
  /** Ends its connections too. */
  close(): Promise<void>
}

export interface MetadataServiceOptions {
  readonly host: string
  readonly port: number
  /** Asked anew for each request. */
  readonly items: () => Items
  readonly tokens?: Tokens
}

/** Every program of the host may connect; none of these needs more, and a slow one is cut off before it keeps others out. */
const LIMITS = {
  maxHeaderSize: 4096,
  headersTimeout: 1000,
  requestTimeout: 2000,
  connectionsCheckingInterval: 250,
  keepAliveTimeout: 2000,
}
/** One more, and the oldest goes: a program that asks is done within milliseconds, whoever holds connections has some that are older. */
const MAX_CONNECTIONS = 256
const MAX_REQUESTS_PER_CONNECTION = 64

/** Serves metadata to programs of this host only. Throws what listen(2) refuses. */
export async function openMetadataService(
  options: MetadataServiceOptions,
): Promise<MetadataService> {
  const { items, tokens = createTokens() } = options
  const server = createServer(LIMITS, (request, response) => {
    respond(request, response, { items, tokens })
  })
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_CONNECTION
  const open = new Set<Socket>()
  server.on('connection', (socket) => {
    if (!isFromThisHost(socket)) return void socket.destroy()
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    const [oldest] = open
    if (open.size > MAX_CONNECTIONS) oldest?.destroy()
  })
  server.on('clientError', (_, socket) => socket.destroy())
  server.listen(options.port, options.host)
  await once(server, 'listening') // or throws its error
  server.on('error', () => {}) // of one connection, e.g. no more files: the next one may do better
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/**
 * Linux answers for every address of its own on every card, so a neighbour can send to this one. It cannot do so from an address of this
 * host: the kernel drops what comes from outside and claims to be from here. Containers with a network of their own are neighbours too,
 * as EC2's hop limit of 1 has it.
 */
export function isFromThisHost(
  { remoteAddress: from, localAddress }: Pick<Socket, 'remoteAddress' | 'localAddress'>,
  ownAddresses: () => readonly string[] = findOwnAddresses,
): boolean {
  if (from === undefined) return false
  if (from === localAddress || (isIPv4(from) && from.startsWith('127.'))) return true
  return ownAddresses().includes(from)
}

const findOwnAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))

function respond(
  request: IncomingMessage,
  response: ServerResponse,
  parts: { readonly items: () => Items; readonly tokens: Tokens },
): void {
  const { method = '', url = '', headers } = request
  const { status, text, headers: more } = answerMetadata({ method, url, headers }, parts)
  response.writeHead(status, {
    'content-type': 'text/plain',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...more,
  })
  response.end(method === 'HEAD' ? undefined : text)
}
