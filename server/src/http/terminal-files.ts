import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { principalName } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import {
  MAX_UPLOAD_PIECE,
  UPLOAD_NAME_PATTERN,
  type FileRefusal,
} from '@fleetkey/wire/terminal/file-listing'
import { TERMINALS_PATH } from '@fleetkey/wire/terminal/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { FileFailed, type FileFailure, type FileOrder } from '../terminals/file-messages.ts'
import { failureIn, type FileDeed } from '../terminals/files-of-terminal.ts'
import { AskRefused } from '../terminals/person.ts'
import { actorOf } from '../terminals/person.ts'
import { TerminalOver } from '../terminals/terminal-over.ts'
import type { Terminals } from '../terminals/terminals.ts'
import { userIdentity } from '../trail/user-identity.ts'
import { requireCsrfToken, type AuthenticateCookie } from './console/authenticate-cookie.ts'
import { browserOf } from './console/browser.ts'
import type { ForeignPage } from './console/foreign-page.ts'
import { terminalOwner } from './terminal-owner.ts'
import { headerOf, readApiRequest } from './raw-request.ts'

/** PATH_MAX of Linux. */
const MAX_PATH = 4096

interface Parts {
  readonly terminals: Pick<Terminals, 'filesOf'>
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
      const { status, ...refusal } = refusalOf(error)
      if (status >= 500) parts.log.error({ error: String(error) }, 'a file was not moved')
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
        return { path: answer.path }
    }
  }
}

function download(parts: Parts) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const asked = askedIn(request)
    const offset = rangeStart(request.headers.range)
    const order = { kind: 'read', path: asked.path, offset } as const
    const { deed } = await begin(parts, request, asked, order)
    const { answer, bytes } = deed
    if (answer.kind !== 'reading' || bytes === undefined) throw new Error('a file that is not read')
    reply.hijack()
    const response = reply.raw
    writeHead(response, answer, request.headers.range !== undefined)
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
}

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
    try {
      await pipeline(request.raw, bytes)
      await ended(bytes)
    } catch (error) {
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
  const { sourceAddress, userAgent, tls } = request
  const identity = userIdentity(caller, realm)
  const userName = principalName(caller.principal)
  const actor = actorOf({ identity, userName, sourceAddress, userAgent, tls })
  const owner = terminalOwner(identity)
  return { deed: await terminals.filesOf({ owner }, terminalId).do(actor, order) }
}

/** Bytes are fetched by a link, which can send no header: it shows nothing to a page of another site, which the cookie does not come from either. */
async function whoAsks(
  { authenticateCookie, foreignPage }: Parts,
  message: FastifyRequest,
  order: FileOrder,
) {
  const request = readApiRequest(message.raw, new Uint8Array())
  const browser = browserOf(request, foreignPage)
  if (browser === undefined) throw badRequest('Only pages of the console come in here.')
  // Browsers name no Origin in a GET to their own site, and say this instead.
  const isOwnGet =
    message.method === 'GET' &&
    message.headers.origin === undefined &&
    headerOf(request.raw, 'sec-fetch-site') === 'same-origin'
  const caller = await authenticateCookie(isOwnGet ? { ...browser, foreign: undefined } : browser)
  if (order.kind !== 'read') requireCsrfToken(caller, headerOf(request.raw, 'x-fleetkey-csrf'))
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

/** RFC 9110 §14: other ranges may be ignored, which answers with the whole. */
const rangeStart = (range: string | undefined): number =>
  Number(/^bytes=(\d{1,15})-$/.exec(range ?? '')?.[1] ?? 0)

function writeHead(
  response: ServerResponse,
  file: { readonly path: string; readonly size: number; readonly offset: number },
  isRange: boolean,
): void {
  const { path, size, offset } = file
  const name = encodeURIComponent(path.slice(path.lastIndexOf('/') + 1)).replaceAll("'", '%27')
  response.writeHead(isRange && size > 0 ? 206 : 200, {
    'content-type': 'application/octet-stream',
    // Never shown in our origin, whatever is in it.
    'content-disposition': `attachment; filename*=UTF-8''${name}`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'accept-ranges': 'bytes',
    ...(size > 0 && { 'content-length': String(size - offset) }),
    ...(isRange && size > 0 && { 'content-range': `bytes ${offset}-${size - 1}/${size}` }),
  })
}

const badRequest = (message: string) =>
  new ServiceException({ code: 'ValidationException', status: 400, message })

/** By what the host said: the status, the code, and what to do. */
const FAILURES: Readonly<
  Record<FileFailure['kind'], readonly [status: number, code: string, mend: string]>
> = {
  'not-found': [404, 'FileNotFoundException', 'See what is there: list the folder again.'],
  forbidden: [
    403,
    'FileForbiddenException',
    'The account may not do that on the host: choose another place, or log in as one that may.',
  ],
  exists: [409, 'FileExistsException', 'Give it another name, or allow that it is replaced.'],
  'wrong-kind': [409, 'FileKindException', 'Choose a file.'],
  'not-empty': [
    409,
    'FolderNotEmptyException',
    'Delete what is in it first, or "rm -r" it in the terminal.',
  ],
  'not-there-yet': [
    409,
    'UploadOffsetException',
    'Ask how far the upload is, and go on from there.',
  ],
  'no-sftp': [
    503,
    'SftpUnavailableException',
    'The host needs "Subsystem sftp internal-sftp" in its sshd_config, and the terminal must be open.',
  ],
  late: [
    504,
    'FileTimeoutException',
    'Look at the disk of the host, which may be a network file system that hangs, and try again.',
  ],
  failed: [
    502,
    'FileFailedException',
    'See whether the disk of the host is full (df -h) or the file system is read-only.',
  ],
  busy: [429, 'ThrottlingException', 'Wait until some transfers have ended.'],
}

function refusalOf(error: unknown): FileRefusal & { readonly status: number } {
  if (error instanceof FileFailed) {
    const [status, code, mend] = FAILURES[error.failure.kind]
    return { status, code, message: error.failure.says, mend }
  }
  if (error instanceof TerminalOver) {
    const message = `The terminal has ended: ${error.end.says}`
    return { status: 404, code: 'TerminalNotFoundException', message, mend: 'Open a new one.' }
  }
  if (error instanceof AskRefused) {
    const { code, message } = error.refusal
    return { status: 404, code, message }
  }
  if (error instanceof ServiceException) {
    const { status, code, message } = error
    return { status, code, message }
  }
  return { status: 500, code: 'ServiceException', message: 'Internal error.' }
}
