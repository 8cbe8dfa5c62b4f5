import type { AddressInfo } from 'node:net'
import { AGENT_ENROL_PATH, AGENT_LINK_PATH } from '@fleetkey/wire/agent/agent-link'
import { AGENT_TUNNEL_PATH, TUNNEL_PATH } from '@fleetkey/wire/tunnel/protocol'
import { encodeJsonError } from '@fleetkey/wire/aws/json-error'
import { requestTooLarge, serializationFailure } from '@fleetkey/domain/exceptions/request'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { trailUnavailable } from '@fleetkey/domain/exceptions/server'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Enrolments } from '../agents/enrol.ts'
import type { AgentGateway } from '../agents/gateway.ts'
import { refuseUpgrade } from '../agents/refuse-upgrade.ts'
import type { DialBacks } from '../tunnels/dial-backs.ts'
import { StoreUnavailable } from '../store/store.ts'
import type { Tunnels } from '../tunnels/tunnels.ts'
import { DISCOVERY_MAX_AGE, type Discovery } from './discovery.ts'
import { boundIdleConnections } from './idle-connections.ts'
import type { IpRanges } from './ip-ranges.ts'
import type { ApiAnswer } from './api-answer.ts'
import { packedAnswer } from './packed-answer.ts'
import type { SourceOf } from '../source.ts'
import { readApiRequest, type ApiRequest } from './raw-request.ts'
import type { BrowserDoor } from './console/browser-door.ts'
import type { PageFiles } from './console/page-files.ts'
import { servePages } from './console/pages.ts'
import { createTunnelDoor } from './tunnel-door.ts'

/** Checked before memory is spent on what is over them. */
const LIMITS = {
  /** IAM takes documents of 131,072 characters, which a form writes three times as long. */
  bodyBytes: 512 * 1024,
  headerBytes: 16 * 1024,
  headerCount: 100,
  headersMs: 10_000,
  requestMs: 15_000,
  handshakeMs: 5_000,
}

export interface Listener {
  readonly port: number
  /** Stops taking requests, lets those that run finish, ends tunnels, closes agent links with a back-off. */
  close(): Promise<void>
}

/** The one port: API, console, tunnels, agent links and enrolment. */
export async function listen(parts: {
  readonly host: string
  readonly port: number
  /** See boundIdleConnections. */
  readonly idlePerAddress: number
  readonly tls: { readonly chain: string; readonly privateKey: string } | undefined
  readonly sourceOf: SourceOf
  readonly answer: (request: ApiRequest) => Promise<ApiAnswer>
  readonly discover: () => Promise<Discovery>
  readonly ipRanges: () => IpRanges
  readonly enrolments: Enrolments
  readonly gateway: AgentGateway
  readonly dialBacks: DialBacks
  readonly tunnels: Tunnels
  readonly pages: PageFiles
  /** By path: where pages open WebSockets. */
  readonly browserDoors: ReadonlyMap<string, BrowserDoor>
  /** Adds the ways by which files of terminals come and go. */
  readonly serveFiles: (app: FastifyInstance) => void
  /** Adds the ways to providers and back. */
  readonly serveProviderSignIn: (app: FastifyInstance) => void
  readonly log: Record<'warn' | 'error', (facts: object, text: string) => void>
}): Promise<Listener> {
  const { answer, discover, ipRanges, enrolments, gateway, dialBacks, tunnels, tls, log } = parts
  const { sourceOf, pages, browserDoors } = parts
  const tunnelDoor = createTunnelDoor({ sourceOf, answer, tunnels, log })
  const servePage = servePages(pages, sourceOf)
  const options = {
    bodyLimit: LIMITS.bodyBytes,
    requestTimeout: LIMITS.requestMs,
    forceCloseConnections: 'idle' as const,
    exposeHeadRoutes: false,
    // Before any way is looked for: an address whose escapes are none. One that a person typed is of the console, which says that it is not there.
    frameworkErrors(
      error: Error & { statusCode?: number },
      request: FastifyRequest,
      reply: FastifyReply,
    ) {
      if (request.method !== 'GET') return void refuse(error, request, reply)
      Promise.resolve(servePage(request, reply)).catch((failed: Error) =>
        refuse(failed, request, reply),
      )
    },
  }
  const nodeLimits = { maxHeaderSize: LIMITS.headerBytes, headersTimeout: LIMITS.headersMs }
  const app = tls === undefined ? Fastify({ ...options, http: nodeLimits }) : secure(tls)
  function secure({ chain, privateKey }: NonNullable<typeof tls>) {
    const https = {
      ...nodeLimits,
      cert: chain,
      key: privateKey,
      minVersion: 'TLSv1.2' as const,
      handshakeTimeout: LIMITS.handshakeMs,
    }
    // Fastify types its two kinds of server apart; what follows is the same for both.
    return Fastify({ ...options, https }) as unknown as FastifyInstance
  }
  function refuse(
    error: Error & { readonly statusCode?: number },
    { id, url }: FastifyRequest,
    reply: FastifyReply,
  ) {
    const refusal = refusalOf(error, id)
    // Not what follows the path: codes of providers and signatures stand there.
    const [path] = url.split('?', 1)
    if (refusal.status >= 500) log.error({ path, error: error.stack }, 'request failed')
    return reply
      .status(refusal.status)
      .header('content-type', 'application/x-amz-json-1.1')
      .send(Buffer.from(encodeJsonError(refusal)))
  }
  app.server.maxHeadersCount = LIMITS.headerCount
  boundIdleConnections(app.server, {
    most: parts.idlePerAddress,
    isProxy: (socket) => sourceOf({ rawHeaders: [], socket }).isOfProxy,
    log,
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  app.post('/', async (request, reply) => {
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array()
    const {
      requestId,
      status,
      contentType,
      body: text,
      retryAfterSeconds,
      cookies,
    } = await answer(readApiRequest(request.raw, sourceOf, body))
    // As bytes: Fastify adds a charset to text, and AWS's type has none.
    const packed = await packedAnswer(
      Buffer.from(text),
      String(request.headers['accept-encoding'] ?? ''),
    )
    if (packed.encoding !== undefined) reply.header('content-encoding', packed.encoding)
    if (cookies !== undefined) reply.header('set-cookie', cookies)
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
    return (
      reply
        .status(status)
        .header('content-type', contentType)
        .header('x-amzn-requestid', requestId)
        // It may hold secrets, and pages ask too.
        .header('cache-control', 'no-store')
        .header('x-content-type-options', 'nosniff')
        .send(packed.body)
    )
  })

  app.post(AGENT_ENROL_PATH, async (request, reply) => {
    const enrolled = await enrolments.enrol(parseJson(request.body), {
      ...sourceOf(request.raw),
      userAgent: request.headers['user-agent'] ?? '',
    })
    return reply.send(enrolled)
  })

  app.route({ method: ['GET', 'HEAD'], url: '/*', handler: servePage })

  parts.serveFiles(app)
  parts.serveProviderSignIn(app)

  app.get('/healthz', (_request, reply) => reply.send({ status: 'ok' }))

  app.get('/.well-known/fleetkey', async (_request, reply) =>
    reply.header('cache-control', `public, max-age=${DISCOVERY_MAX_AGE}`).send(await discover()),
  )

  app.get('/ip-ranges.json', (_request, reply) =>
    reply.header('cache-control', `public, max-age=${DISCOVERY_MAX_AGE}`).send(ipRanges()),
  )

  app.setErrorHandler(refuse)

  app.server.on('upgrade', (request, socket, head) => {
    const [path = ''] = (request.url ?? '').split('?', 1)
    const page = browserDoors.get(path)
    if (path === AGENT_LINK_PATH) gateway.accept(request, socket, head)
    else if (path === TUNNEL_PATH) tunnelDoor.accept(request, socket, head)
    else if (path === AGENT_TUNNEL_PATH) dialBacks.accept(request, socket, head)
    else if (page !== undefined) page.accept(request, socket, head)
    else refuseUpgrade(socket, { status: 404 })
  })

  await app.listen({ host: parts.host, port: parts.port, ipv6Only: false })
  const { port } = app.server.address() as AddressInfo
  return {
    port,
    async close() {
      gateway.close()
      await tunnels.close()
      await app.close()
    },
  }
}

function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.from(body as Uint8Array).toString('utf8'))
  } catch {
    throw serializationFailure('The body is not JSON.')
  }
}

function refusalOf(
  error: Error & { readonly statusCode?: number },
  requestId: string,
): ServiceException {
  if (error instanceof ServiceException) return error
  if (error instanceof StoreUnavailable) return trailUnavailable(requestId)
  if (error.statusCode === 413) return requestTooLarge(LIMITS.bodyBytes)
  const status = error.statusCode ?? 500
  const message = status < 500 ? 'The request is malformed.' : 'Internal error.'
  return new ServiceException({ code: 'ServiceException', status, message })
}
