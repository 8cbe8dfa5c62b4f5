import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { deriveSigningKey, readSigV4, verifySigV4 } from '@fleetkey/wire/aws/sigv4'
import { digests } from '../secrets/digests.ts'
import type { S3Place } from '../s3/s3-request.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const MIN_PART = 5 << 20

/**
 * For tests, and no store of S3's: a small stand-in with what recordings ask of one (PutObject, the five of a multipart upload, HeadObject,
 * GetObject with a range, DeleteObject) as the S3 API reference has them, in memory. It checks each signature and that parts are as large as
 * S3 wants them.
 */
export async function s3StandIn() {
  const objects = new Map<string, Buffer>()
  const uploads = new Map<string, Map<number, Buffer>>()
  const asked: string[] = []
  /** Answers each request of this kind so, as long as it is there. */
  const failing = new Map<string, number>()
  /** Leaves each request of this kind without an answer. */
  const silent = new Set<string>()
  let largest = 0

  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      largest = Math.max(largest, body.length)
      answer(request, response, body)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const { method = '', url = '' } = request
    const { pathname, searchParams: query } = new URL(url, 'http://s3')
    const key = pathname.slice(1)
    const kind = `${method} ${[...query.keys()].toSorted().join(' ')}`.trim()
    asked.push(kind)
    if (!isSigned(request, body)) return refuse(response, 403, 'SignatureDoesNotMatch')
    if (silent.has(kind)) return
    const failure = failing.get(kind)
    if (failure !== undefined) return refuse(response, failure, 'InternalError')
    const upload = uploads.get(query.get('uploadId') ?? '')
    switch (kind) {
      case 'PUT':
        objects.set(key, body)
        return void response.setHeader('etag', etag(body)).end()
      case 'POST uploads': {
        // With what must be escaped in XML and in a URL.
        const id = `up&load/${uploads.size + 1}+=`
        uploads.set(id, new Map())
        return void response.end(`<R><UploadId>${id.replace('&', '&amp;')}</UploadId></R>`)
      }
      case 'PUT partNumber uploadId':
        if (upload === undefined) return refuse(response, 404, 'NoSuchUpload')
        upload.set(Number(query.get('partNumber')), body)
        return void response.setHeader('etag', etag(body)).end()
      case 'POST uploadId':
        return complete(response, { key, id: query.get('uploadId') ?? '', body: body.toString() })
      case 'DELETE uploadId':
        uploads.delete(query.get('uploadId') ?? '')
        return void response.writeHead(204).end()
      case 'HEAD':
      case 'GET':
        return send(response, request, objects.get(key))
      case 'DELETE':
        objects.delete(key)
        return void response.writeHead(204).end()
      default:
        return refuse(response, 501, 'NotImplemented')
    }
  }

  function complete(
    response: ServerResponse,
    { key, id, body }: { readonly key: string; readonly id: string; readonly body: string },
  ): void {
    const upload = uploads.get(id)
    if (upload === undefined) return refuse(response, 404, 'NoSuchUpload')
    const named = [
      ...body.matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>&quot;(\w+)&quot;<\/ETag>/g),
    ]
    const parts = named.map(([, number]) => upload.get(Number(number)) ?? Buffer.alloc(0))
    const isRight = named.every(
      ([, , tag], at) => etag(parts[at] ?? Buffer.alloc(0)) === `"${tag}"`,
    )
    if (!isRight || named.length !== upload.size) return refuse(response, 400, 'InvalidPart')
    if (parts.slice(0, -1).some((part) => part.length < MIN_PART)) {
      return refuse(response, 400, 'EntityTooSmall')
    }
    objects.set(key, Buffer.concat(parts))
    uploads.delete(id)
    response.end('<CompleteMultipartUploadResult/>')
  }

  const place: S3Place = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket: 'archive',
    prefix: 'recordings',
    region: 'on-prem-1',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: () => Promise.resolve(SECRET),
  }
  return {
    place,
    objects,
    uploads,
    asked,
    failing,
    silent,
    largest: () => largest,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const headers: [string, string][] = []
  const { rawHeaders, url = '', method = '' } = request
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? ''])
  }
  const raw = { method, target: url, headers, body }
  try {
    const claim = readSigV4(raw, Date.now(), { services: new Set(['s3']), region: 'on-prem-1' })
    return verifySigV4(claim, deriveSigningKey(SECRET, claim, digests), digests)
  } catch {
    return false
  }
}

function send(response: ServerResponse, request: IncomingMessage, object?: Buffer): void {
  if (object === undefined) return refuse(response, 404, 'NoSuchKey')
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
  if (range === null) {
    response.writeHead(200, { 'content-length': object.length })
    return void response.end(request.method === 'HEAD' ? undefined : object)
  }
  const part = object.subarray(Number(range[1]), Number(range[2]) + 1)
  if (part.length === 0) return refuse(response, 416, 'InvalidRange')
  response.writeHead(206, { 'content-length': part.length }).end(part)
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`)
}

const etag = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`
