import assert from 'node:assert/strict'
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { presignSigV4 } from './sigv4-presign.ts'
import { readPresignedSigV4 } from './sigv4-presigned.ts'
import { signSigV4 } from './sigv4-sign.ts'
import {
  deriveSigningKey,
  readSigV4,
  verifySigV4,
  type Digests,
  type RawRequest,
  type SigV4Claim,
} from './sigv4.ts'

// The oracle: the signer inside the AWS SDK for JavaScript.

const digests: Digests = {
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
}

type Source = string | ArrayBuffer | ArrayBufferView

class Sha256 {
  readonly #hash: Hash | Hmac
  constructor(key?: Source) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key))
  }
  update(data: Source) {
    this.#hash.update(bytesOf(data))
  }
  digest() {
    return Promise.resolve(new Uint8Array(this.#hash.digest()))
  }
  reset() {}
}

function bytesOf(source: Source): Uint8Array {
  if (typeof source === 'string') return new TextEncoder().encode(source)
  if (source instanceof ArrayBuffer) return new Uint8Array(source)
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
}

const now = Date.UTC(2026, 10, 22, 23, 59, 59)
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret/+=' }
const region = 'eu-central-1'
const service = 'ec2-instance-connect'
const expectations = { services: new Set([service]), region }

interface SmithyRequest {
  method: string
  hostname: string
  protocol: string
  path: string
  query: Record<string, string | string[]>
  headers: Record<string, string>
  body?: string | Uint8Array
}

const signer = (sessionToken?: string, applyChecksum = true) =>
  new SignatureV4({
    credentials: { ...credentials, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region,
    service,
    sha256: Sha256,
    applyChecksum,
  })

/** What the SDK's HTTP handler makes of it: the query encoded as encodeURIComponent and RFC 3986 have it. */
function onTheWire(request: SmithyRequest): RawRequest {
  const escape = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
  const query = Object.entries(request.query).flatMap(([name, values]) =>
    [values].flat().map((value) => `${escape(name)}=${escape(value)}`),
  )
  const body = request.body ?? ''
  return {
    method: request.method,
    target: request.path + (query.length === 0 ? '' : `?${query.join('&')}`),
    headers: Object.entries(request.headers),
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  }
}

const proves = (claim: SigV4Claim) =>
  verifySigV4(claim, deriveSigningKey(credentials.secretAccessKey, claim, digests), digests)

const plain: SmithyRequest = {
  method: 'POST',
  protocol: 'https:',
  hostname: 'fleetkey.example',
  path: '/',
  query: {},
  headers: { host: 'fleetkey.example:8443', 'content-type': 'application/x-amz-json-1.1' },
  body: '{"InstanceId":"i-0123456789abcdef0"}',
}

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 20 })
const requests: fc.Arbitrary<SmithyRequest> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH'),
  protocol: fc.constant('https:'),
  hostname: fc.constant('fleetkey.example'),
  path: fc
    .array(fc.oneof(fc.constantFrom('', '.', '..', 'a', '%2F', '~', "!*'()"), text), {
      maxLength: 5,
    })
    .map((parts) => `/${parts.map((part) => encodeURI(part).replace(/[#?]/g, '%23')).join('/')}`),
  query: fc.dictionary(
    text.filter((name) => name !== '__proto__'),
    fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
    { maxKeys: 4 },
  ),
  headers: fc
    .dictionary(fc.stringMatching(/^x-amz-[a-z]{1,6}$|^[a-z][a-z0-9-]{0,8}$/), ascii, {
      maxKeys: 4,
    })
    .map((headers) => ({ ...headers, ...plain.headers })),
  body: fc.oneof(fc.uint8Array({ maxLength: 40 }), text),
})

describe('against @smithy/signature-v4', () => {
  it('believes what the SDK signs, and nothing of it changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        requests,
        fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{1,40}$/), { nil: undefined }),
        fc.boolean(),
        async (request, token, applyChecksum) => {
          const signed = await signer(token, applyChecksum).sign(request, {
            signingDate: new Date(now),
          })
          const raw = onTheWire({ ...request, headers: signed.headers })
          const claim = readSigV4(raw, now, expectations)
          assert.equal(claim.sessionToken, token)
          assert.ok(proves(claim))
          const body = Uint8Array.of(...raw.body, 0)
          assert.ok(!proves(readSigV4({ ...raw, body }, now, expectations)))
          const method = `${raw.method}X`
          assert.ok(!proves(readSigV4({ ...raw, method }, now, expectations)))
          const target = raw.target.replace(/^[^?]*/, '$&x')
          assert.ok(!proves(readSigV4({ ...raw, target }, now, expectations)))
        },
      ),
      { numRuns: 400 },
    )
  })

  it('believes what the SDK presigns, and nothing of it changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        requests,
        fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{1,40}$/), { nil: undefined }),
        async ({ path, query }, token) => {
          const headers = { host: 'eice-1.fleetkey.example' }
          const request: SmithyRequest = {
            method: 'GET',
            protocol: 'wss:',
            hostname: 'eice-1.fleetkey.example',
            path,
            query,
            headers,
          }
          const signed = await signer(token).presign(request, {
            signingDate: new Date(now),
            expiresIn: 60,
          })
          const raw = onTheWire({
            ...request,
            query: { ...signed.query } as SmithyRequest['query'],
          })
          const claim = readPresignedSigV4(raw, now + 59_000, expectations)
          assert.equal(claim.sessionToken, token)
          assert.ok(proves(claim))
          const target = `${raw.target}&remotePort=22`
          assert.ok(!proves(readPresignedSigV4({ ...raw, target }, now, expectations)))
        },
      ),
      { numRuns: 150 },
    )
  })

  it('presigns as the SDK does, also with a session token and characters that must be encoded', async () => {
    const query = { privateIpAddress: 'fd77::1', remotePort: '22', "odd!'()*": 'a b+c/d' }
    for (const token of [undefined, 'AQoDYXdz/+=']) {
      const host = 'eice-1.fleetkey.example'
      const theirs = await signer(token).presign(
        {
          method: 'GET',
          protocol: 'wss:',
          hostname: host,
          path: '/openTunnel',
          query,
          headers: { host },
        },
        { signingDate: new Date(now), expiresIn: 60 },
      )
      const ours = presignSigV4(
        {
          path: '/openTunnel',
          query,
          host,
          credentials: {
            ...credentials,
            ...(token === undefined ? {} : { sessionToken: token }),
          },
          region,
          service,
          now,
          expiresSeconds: 60,
        },
        digests,
      )
      const given = new URLSearchParams(ours.slice(ours.indexOf('?')))
      assert.deepEqual(Object.fromEntries(given), theirs.query)
      const headers: [string, string][] = [['Host', host]]
      const raw = { method: 'GET', target: ours, headers, body: new Uint8Array() }
      assert.ok(proves(readPresignedSigV4(raw, now, expectations)))
    }
  })

  it('signs as the SDK does', async () => {
    const headers = {
      ...plain.headers,
      'x-amz-target': 'AWSEC2InstanceConnectService.SendSSHPublicKey',
    }
    const theirs = await signer('token/+=', false).sign(
      { ...plain, headers },
      { signingDate: new Date(now) },
    )
    const ours = signSigV4(
      {
        method: plain.method,
        host: 'fleetkey.example:8443',
        target: '/',
        headers,
        body: onTheWire(plain).body,
        credentials: { ...credentials, sessionToken: 'token/+=' },
        region,
        service,
        now,
      },
      digests,
    )
    assert.deepEqual({ ...headers, ...ours }, theirs.headers)
    assert.match(
      ours['authorization'] ?? '',
      /SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,/,
    )
  })
})
