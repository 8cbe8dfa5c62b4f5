import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SourceOf } from '../../source.ts'
import { acceptedEncodings, type PageFiles } from './page-files.ts'
import { partHeaders, securityHeaders } from './security-headers.ts'

/** What other doors have, or would have: no page is at any of these, so that whoever mistypes one is not answered with a page. */
const NO_PAGES =
  /^\/(?:agent|assets|console|sso|terminals|\.well-known)(?:\/|$)|^\/(?:openTunnel|healthz|ip-ranges\.json)$/

/** What is never a document. */
const PART = /\.(?:js|css|woff2)$/

/** Files of the console, and for every URL of a page the one document that all of them are in. */
export function servePages(files: PageFiles, sourceOf: SourceOf) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const [path = '/'] = request.url.split('?', 1)
    const asked = { host: request.headers.host ?? '', isTls: sourceOf(request.raw).isSecure }
    const encodings = acceptedEncodings(String(request.headers['accept-encoding'] ?? ''))
    const found =
      (await files.find(path, encodings)) ??
      (isPage(path, request.headers.accept ?? '')
        ? await files.find('/index.html', encodings)
        : undefined)
    const headersOf = found !== undefined && PART.test(path) ? partHeaders : securityHeaders
    reply.headers(headersOf(asked))
    if (found === undefined) return await reply.status(404).type('text/plain').send(MISSING(path))
    const { body, type, encoding, etag, isImmutable } = found
    reply
      .type(type)
      .header('etag', etag)
      .header('vary', 'accept-encoding')
      .header('cache-control', isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    if (encoding !== undefined) reply.header('content-encoding', encoding)
    if (request.headers['if-none-match'] === etag) return await reply.status(304).send()
    return await reply.send(body)
  }
}

/** A person goes to it: scripts and programs that ask for what is not there learn that it is not. */
const isPage = (path: string, accept: string): boolean =>
  path === '/' || (!NO_PAGES.test(path) && accept.includes('text/html'))

const MISSING = (path: string) =>
  path === '/'
    ? 'The console is not built. In the checkout: npm run build -w console. The API answers all the same.\n'
    : 'There is nothing here.\n'
