import { randomUUIDv7 } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { trailUnavailable } from '@fleetkey/domain/exceptions/server'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { principalName } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import { MAX_UPLOAD_PIECE, UPLOAD_NAME_PATTERN } from '@fleetkey/wire/terminal/file-listing'
import { MAX_ARCHIVE_NAMES, type TreeNews } from '@fleetkey/wire/terminal/file-tree'
import { TERMINALS_PATH } from '@fleetkey/wire/terminal/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  FileFailed,
  type FileFailure,
  type FileOrder,
  type TreeWord,
} from '../terminals/file-messages.ts'
import { failureIn, type FileDeed } from '../terminals/files-of-terminal.ts'
import { actorOf } from '../terminals/person.ts'
import type { Terminals } from '../terminals/terminals.ts'
import type { SourceOf } from '../source.ts'
import { StoreUnavailable } from '../store/store.ts'
import { userIdentity } from '../trail/user-identity.ts'
import { requireCsrfToken, type AuthenticateCookie } from './console/authenticate-cookie.ts'
import { browserOf } from './console/browser.ts'
import type { ForeignPage } from './console/foreign-page.ts'
import { fileRefusalOf } from './file-refusal-of.ts'
import { terminalOwner } from './terminal-owner.ts'
import { headerOf, readApiRequest } from './raw-request.ts'

/** PATH_MAX of Linux. */
const MAX_PATH = 4096

interface Parts {
  readonly terminals: Pick<Terminals, 'filesOf'>
  readonly sourceOf: SourceOf
  readonly authenticateCookie: AuthenticateCookie
  readonly foreignPage: ForeignPage
  readonly realm: Realm
  readonly log: { error(facts: object, text: string): void }
}

/** Files up and down, for pages of the console (wire/terminal/file-listing.ts says how). */
export function serveTerminalFiles(app: FastifyInstance, parts: Parts): void {
  void app.register((scope, _options, done) => {
    // Bytes of files go through as they come: nothing is collected here.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _body, parsed) => parsed(null))
    const at = `${TERMINALS_PATH}/:id`
    const order = (make: (asked: Asked) => FileOrder) => answered(parts, make)
    scope.get(
      `${at}/files`,
      order(({ path }) => ({ kind: 'list', path })),
    )
    scope.get(`${at}/tree`, tree(parts, 'count-tree'))
    scope.delete(`${at}/tree`, tree(parts, 'remove-tree'))
    scope.get(`${at}/archive`, downloadArchive(parts))
    scope.get(`${at}/file`, download(parts))
    scope.put(`${at}/file`, upload(parts))
    scope.delete(
      `${at}/file`,
      order(({ path }) => ({ kind: 'remove', path })),
    )
    scope.get(
      `${at}/upload`,
      order((asked) => ({ kind: 'uploaded', path: asked.path, uploadId: uploadIn(asked) })),
    )
    scope.delete(
      `${at}/upload`,
      order((asked) => ({ kind: 'give-up', path: asked.path, uploadId: uploadIn(asked) })),
    )
    scope.post(
      `${at}/folder`,
      order(({ path }) => ({ kind: 'make-folder', path })),
    )
    scope.post(
      `${at}/rename`,
      order((asked) => ({ kind: 'rename', path: asked.path, to: pathIn(asked.query['to']) })),
    )
    scope.post(
      `${at}/mode`,
      order((asked) => ({ kind: 'change-mode', path: asked.path, mode: modeIn(asked) })),
    )
    scope.setErrorHandler(async (error, _request, reply) => {
      const requestId = randomUUIDv7()
      // Nobody moves what cannot be recorded.
      const known = error instanceof StoreUnavailable ? trailUnavailable(requestId) : error
      const { status, ...refusal } = fileRefusalOf(known)
      if (status >= 500)
        parts.log.error({ requestId, error: String(error) }, 'a file was not moved')
      await reply.status(status).header('cache-control', 'no-store').send(refusal)
    })
    done()
  })
}

interface Asked {
  readonly terminalId: string
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
}

/** What is done at once, and answered in JSON. */
function answered(parts: Parts, make: (asked: Asked) => FileOrder) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const asked = askedIn(request)
    const order = make(asked)
    const { deed } = await begin(parts, request, asked, order)
    const { answer } = deed
    await deed.done(undefined, 0)
    void reply.header('cache-control', 'no-store')
    switch (answer.kind) {
      case 'listing':
        return answer.listing
      case 'uploaded':
        return { offset: answer.offset }
      case 'done':
      case 'reading':
      case 'writing':
      case 'packing':
      case 'walking':
        return { path: answer.path }
    }
  }
}

function download(parts: Parts) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const asked = askedIn(request)
    const offset = rangeStart(request.headers.range)
    const version = versionIn(request.headers['if-range'])
    const order = { kind: 'read', path: asked.path, offset, ...version } as const
    const { deed } = await begin(parts, request, asked, order)
    const { answer } = deed
    if (answer.kind !== 'reading') throw new Error('a file that is not read')
    reply.hijack()
    // What has changed since is sent from its beginning.
    const isRest = request.headers.range !== undefined && answer.offset === offset
    writeHead(reply.raw, answer, isRest)
    await sendBytes(deed, reply.raw)
  }
}

function downloadArchive(parts: Parts) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const asked = askedIn(request)
    const names = namesIn(asked)
    const { deed } = await begin(parts, request, asked, {
      kind: 'archive',
      path: asked.path,
      names,
    })
    const { answer } = deed
    if (answer.kind !== 'packing') throw new Error('folders that are not packed')
    reply.hijack()
    const what = names.length === 1 ? names[0] : nameOf(answer.path)
    reply.raw.writeHead(200, { ...headOf(`${what}.tar`), 'content-type': 'application/x-tar' })
    await sendBytes(deed, reply.raw)
  }
}

/** What breaks on the way breaks the answer, so that nobody takes a part for the whole. */
async function sendBytes(deed: FileDeed, response: ServerResponse): Promise<void> {
  const { bytes } = deed
  if (bytes === undefined) throw new Error('bytes that are not read')
  let sent = 0
  bytes.on('data', (piece: Buffer) => (sent += piece.length))
  bytes.end()
  try {
    await pipeline(bytes, response)
    await deed.done(undefined, sent)
  } catch (error) {
    response.destroy()
    await deed.done(failureIn(error), sent)
  }
}

/** Goes on for as long as somebody reads what comes of it, and ends with what it came to. */
function tree(parts: Parts, kind: 'count-tree' | 'remove-tree') {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const asked = askedIn(request)
    const { deed } = await begin(parts, request, asked, { kind, path: asked.path })
    const { walk } = deed
    if (walk === undefined) throw new Error('a tree that is not gone through')
    reply.hijack()
    const response = reply.raw
    response.writeHead(200, { ...NEVER_SHOWN, 'content-type': 'application/x-ndjson' })
    response.on('close', () => walk.stop())
    // Gone before that.
    if (response.destroyed) walk.stop()
    let last: TreeWord | undefined
    for await (const word of walk.words) {
      last = word
      if (word.kind === 'so-far') response.write(`${JSON.stringify(word)}\n`)
    }
    const { news, failure } = endOf(last)
    const { files, folders, bytes, problemCount } = news
    const isStopped = response.destroyed
    await deed.done(failure, bytes, {
      files,
      folders,
      problemCount,
      ...(isStopped && { isStopped }),
    })
    response.end(`${JSON.stringify(news)}\n`)
  }
}

function endOf(last: TreeWord | undefined): {
  readonly news: TreeNews & { readonly kind: 'end' }
  readonly failure: FileFailed | undefined
} {
  const nothing = { files: 0, folders: 0, bytes: 0, problems: [], problemCount: 0 }
  const isOver = last?.kind === 'end'
  const { failure = isOver ? undefined : TERMINAL_ENDED, ...end } = isOver
    ? last
    : { ...nothing, ...last, failure: undefined }
  if (failure === undefined) return { news: { ...end, kind: 'end' }, failure: undefined }
  const failed = new FileFailed(failure.kind, failure.says)
  const { status: _, ...broken } = fileRefusalOf(failed)
  return { news: { ...end, kind: 'end', broken }, failure: failed }
}

const TERMINAL_ENDED: FileFailure = { kind: 'no-sftp', says: 'the terminal has ended' }

function upload(parts: Parts) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const asked = askedIn(request)
    const { query, path } = asked
    const offset = countIn(query['offset'], 'offset')
    const size = countIn(query['size'], 'size')
    const length = countIn(request.headers['content-length'], 'Content-Length')
    if (length > MAX_UPLOAD_PIECE || offset + length > size) {
      throw badRequest(
        `A piece has at most ${MAX_UPLOAD_PIECE} bytes, and ends within the size of the whole.`,
      )
    }
    const order = {
      kind: 'write',
      path,
      uploadId: uploadIn(asked),
      offset,
      size,
      overwrite: query['overwrite'] === '1',
    } as const
    const { deed } = await begin(parts, request, asked, order)
    const { bytes } = deed
    if (bytes === undefined) throw new Error('a file that is not written')
    bytes.resume()
    const body = request.raw
    try {
      await pipeline(body.iterator({ destroyOnReturn: false }), bytes)
      await ended(bytes)
    } catch (error) {
      // What is left of a piece is read and dropped: what comes next on this connection would wait behind it.
      body.resume()
      const failure = failureIn(error)
      await deed.done(failure, 0)
      throw failure
    }
    await deed.done(undefined, length)
    void reply.header('cache-control', 'no-store')
    return { offset: offset + length }
  }
}

/** That its direction ends says that the piece, or the file, is where it belongs. */
function ended(stream: NonNullable<FileDeed['bytes']>): Promise<void> {
  return new Promise((resolve, reject) => {
    if (stream.readableEnded) return resolve()
    if (stream.destroyed) return reject(stream.errored ?? new Error('the terminal has ended'))
    stream.once('end', resolve)
    stream.once('error', reject)
    stream.once('close', () => reject(new Error('the terminal has ended')))
  })
}

async function begin(
  parts: Parts,
  message: FastifyRequest,
  { terminalId }: Asked,
  order: FileOrder,
): Promise<{ readonly deed: FileDeed }> {
  const { terminals, realm } = parts
  const { caller, request } = await whoAsks(parts, message, order)
  const { sourceAddress, proxyAddress, userAgent, tls } = request
  const identity = userIdentity(caller, realm)
  const userName = principalName(caller.principal)
  const actor = actorOf({ identity, userName, sourceAddress, proxyAddress, userAgent, tls })
  const owner = terminalOwner(identity)
  return { deed: await terminals.filesOf({ owner }, terminalId).do(actor, order) }
}

/** Bytes are fetched by a link, which can send no header: it shows nothing to a page of another site, which the cookie does not come from either. */
async function whoAsks(
  { sourceOf, authenticateCookie, foreignPage }: Parts,
  message: FastifyRequest,
  order: FileOrder,
) {
  const request = readApiRequest(message.raw, sourceOf)
  const browser = browserOf(request, foreignPage)
  if (browser === undefined) throw badRequest('Only pages of the console come in here.')
  // Browsers name no Origin in a GET to their own site, and say this instead.
  const isOwnGet =
    message.method === 'GET' &&
    message.headers.origin === undefined &&
    headerOf(request.raw, 'sec-fetch-site') === 'same-origin'
  const caller = await authenticateCookie(isOwnGet ? { ...browser, foreign: undefined } : browser)
  if (order.kind !== 'read' && order.kind !== 'archive')
    requireCsrfToken(caller, headerOf(request.raw, 'x-fleetkey-csrf'))
  return { caller, request }
}

function askedIn({ params, query }: FastifyRequest): Asked {
  const fields = query as Readonly<Record<string, unknown>>
  const { id } = params as { readonly id: string }
  return { terminalId: id, path: pathIn(fields['path'] ?? ''), query: fields }
}

function pathIn(value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_PATH && !value.includes('\0')) return value
  throw badRequest(`A path is text of at most ${MAX_PATH} characters, given once.`)
}

function uploadIn({ query }: Asked): string {
  const value = query['upload']
  if (typeof value === 'string' && UPLOAD_NAME_PATTERN.test(value)) return value
  throw badRequest('upload is 8 to 32 of a-z and 0-9.')
}

function namesIn({ query }: Asked): readonly string[] {
  const given = query['name']
  const names = (Array.isArray(given) ? given : [given]) as readonly unknown[]
  if (names.length <= MAX_ARCHIVE_NAMES && names.every((name) => typeof name === 'string')) {
    return names.map(pathIn)
  }
  throw badRequest(`name is what is to be in the archive: up to ${MAX_ARCHIVE_NAMES} of them.`)
}

function modeIn({ query }: Asked): string {
  const value = query['mode']
  if (typeof value === 'string' && /^[0-7]{3,4}$/.test(value)) return value
  throw badRequest('mode is three or four octal digits.')
}

function countIn(value: unknown, name: string): number {
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : NaN
  if (Number.isSafeInteger(count)) return count
  throw badRequest(`${name} is a number of bytes.`)
}

/** RFC 9110 §13.1.5. */
function versionIn(given: unknown): { readonly version?: string } {
  const version = typeof given === 'string' ? /^"([\d.-]{1,40})"$/.exec(given)?.[1] : undefined
  return version === undefined ? {} : { version }
}

/** RFC 9110 §14: other ranges may be ignored, which answers with the whole. */
const rangeStart = (range: string | undefined): number =>
  Number(/^bytes=(\d{1,15})-$/.exec(range ?? '')?.[1] ?? 0)

function writeHead(
  response: ServerResponse,
  file: Extract<FileDeed['answer'], { readonly kind: 'reading' }>,
  isRange: boolean,
): void {
  const { path, size, offset, version } = file
  response.writeHead(isRange && size > 0 ? 206 : 200, {
    ...headOf(nameOf(path)),
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    etag: `"${version}"`,
    ...(size > 0 && { 'content-length': String(size - offset) }),
    ...(isRange && size > 0 && { 'content-range': `bytes ${offset}-${size - 1}/${size}` }),
  })
}

/** In our origin, whatever is in it. */
const NEVER_SHOWN = {
  'content-security-policy': "sandbox; default-src 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

const headOf = (name: string) => ({
  ...NEVER_SHOWN,
  'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replaceAll("'", '%27')}`,
})

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1) || 'files'

const badRequest = (message: string) =>
  new ServiceException({ code: 'ValidationException', status: 400, message })
