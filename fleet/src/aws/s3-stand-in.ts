import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { deriveSigningKey, readSigV4, verifySigV4, type Digests } from '@fleetkey/wire/aws/sigv4'
import { mustRun, plainEnvironment } from '../run-program.ts'

/**
 * A stand-in for S3, not S3: one bucket in memory, and of the API only what an export and `aws cloudtrail validate-logs` ask (PutObject,
 * GetObject, ListObjects version 1, GetBucketLocation), with every signature checked by our own verifier. Debian's AWS CLI cannot be told
 * where S3 is, so it is also a proxy: whoever connects through it to S3's own names comes to it.
 */
export interface S3StandIn {
  /** For whoever can be told: plain HTTP, addressed by path. */
  readonly url: string
  /** For whoever cannot: the environment that leads to it. PEM of its certificate in `caFile`. */
  readonly proxy: Readonly<Record<string, string>>
  readonly caFile: string
  readonly objects: Map<string, StoredObject>
  /** What was refused: an empty list is the proof that all was signed. */
  readonly refused: readonly string[]
  close(): Promise<void>
}

export interface StoredObject {
  readonly body: Buffer
  readonly metadata: Readonly<Record<string, string>>
}

const digests: Digests = {
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
}

/** Objects in one page of a listing: few, so that a client has to ask for more. */
const PAGE = 3

export async function openS3StandIn(options: {
  readonly dir: string
  readonly bucket: string
  readonly region: string
  /** By access key id. */
  readonly secrets: ReadonlyMap<string, string>
}): Promise<S3StandIn> {
  const { dir, bucket, region, secrets } = options
  const objects = new Map<string, StoredObject>()
  const refused: string[] = []

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const problem = problemOf(request, body)
    const target = new URL(request.url ?? '/', 'http://s3')
    const path = decodeURIComponent(target.pathname).slice(1)
    // With the bucket in the name of the host, or first in the path.
    const inHost = request.headers.host?.startsWith(`${bucket}.`) ?? false
    const [first = '', ...rest] = path.split('/')
    const name = inHost ? path : rest.join('/')
    if (problem !== undefined) {
      refused.push(`${request.method} ${request.url}: ${problem}`)
      return fail(response, 403, 'SignatureDoesNotMatch')
    }
    if (!inHost && first !== bucket) return fail(response, 404, 'NoSuchBucket')
    if (request.method === 'PUT' && name !== '') {
      objects.set(name, { body, metadata: metadataOf(request) })
      return void response.writeHead(200).end()
    }
    if (target.searchParams.has('location')) return send(response, locationText(region))
    if (name === '') return send(response, listing(objects, target.searchParams, bucket))
    const object = objects.get(name)
    if (object === undefined) return fail(response, 404, 'NoSuchKey')
    const metadata = Object.entries(object.metadata)
    response.writeHead(200, {
      'content-length': object.body.length,
      ...Object.fromEntries(metadata.map(([key, value]) => [`x-amz-meta-${key}`, value])),
    })
    response.end(object.body)
  }

  /** Why the request is not to be believed. */
  function problemOf(request: IncomingMessage, body: Buffer): string | undefined {
    const headers: [string, string][] = []
    const { rawHeaders, url = '', method = '' } = request
    for (let at = 0; at < rawHeaders.length; at += 2) {
      headers.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? ''])
    }
    try {
      const expected = { services: new Set(['s3']), region }
      const claim = readSigV4({ method, target: url, headers, body }, Date.now(), expected)
      const secret = secrets.get(claim.accessKeyId)
      if (secret === undefined) return 'an unknown access key'
      const key = deriveSigningKey(secret, claim, digests)
      return verifySigV4(claim, key, digests) ? undefined : 'another signature'
    } catch (error) {
      if (error instanceof ServiceException) return error.message
      throw error
    }
  }

  const files = await certificate(dir, region, bucket)
  const [key, cert] = await Promise.all([readFile(files.key), readFile(files.certificate)])
  const take = (request: IncomingMessage, response: ServerResponse) =>
    void answer(request, response).catch((error: unknown) => {
      refused.push(String(error))
      response.destroy()
    })
  const tls = createTlsServer({ key, cert }, take).listen(0, '127.0.0.1')
  const plain = createServer(take).listen(0, '127.0.0.1')
  await Promise.all([once(tls, 'listening'), once(plain, 'listening')])
  const tlsPort = (tls.address() as AddressInfo).port
  const sockets = new Set<Socket>()
  plain.on('connect', (_request, socket: Socket) => {
    const inner = connect(tlsPort, '127.0.0.1')
    sockets.add(socket).add(inner)
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    socket.on('error', () => inner.destroy()).pipe(inner)
    inner.on('error', () => socket.destroy()).pipe(socket)
  })
  const url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`
  return {
    url,
    proxy: { HTTPS_PROXY: url, NO_PROXY: '127.0.0.1' },
    caFile: files.certificate,
    objects,
    refused,
    async close() {
      for (const socket of sockets) socket.destroy()
      for (const server of [plain, tls]) {
        server.close()
        server.closeAllConnections()
      }
      await Promise.all([once(plain, 'close'), once(tls, 'close')])
    },
  }
}

async function certificate(dir: string, region: string, bucket: string) {
  const key = join(dir, 's3.key')
  const file = join(dir, 's3.pem')
  const host = `s3.${region}.amazonaws.com`
  await mustRun(
    [
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-sha256',
      '-days',
      '2',
      '-config',
      '/dev/null',
      '-subj',
      '/CN=a stand-in for S3',
      '-addext',
      `subjectAltName=DNS:${host},DNS:${bucket}.${host}`,
      '-keyout',
      key,
      '-out',
      file,
    ],
    { env: plainEnvironment },
  )
  return { key, certificate: file }
}

function metadataOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('x-amz-meta-') ? [[name.slice('x-amz-meta-'.length), String(value)]] : [],
  )
  return Object.fromEntries(entries) as Record<string, string>
}

/** ListObjects, version 1: names after the marker, a page at a time. */
function listing(
  objects: ReadonlyMap<string, StoredObject>,
  query: URLSearchParams,
  bucket: string,
): string {
  const marker = query.get('marker') ?? ''
  const prefix = query.get('prefix') ?? ''
  const names = [...objects.keys()]
    .filter((name) => name > marker && name.startsWith(prefix))
    .toSorted()
  const contents = names
    .slice(0, PAGE)
    .map((name) => `<Contents><Key>${encodeURIComponent(name)}</Key><Size>1</Size></Contents>`)
  return `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><EncodingType>url</EncodingType><IsTruncated>${names.length > PAGE}</IsTruncated>${contents.join('')}</ListBucketResult>`
}

const locationText = (region: string) =>
  `<?xml version="1.0"?><LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${region}</LocationConstraint>`

function send(response: ServerResponse, xml: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(xml)
}

function fail(response: ServerResponse, status: number, code: string): void {
  const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml' }).end(xml)
}
