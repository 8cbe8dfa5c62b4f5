import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { canonicalHead, splitTarget } from './canonical-request.ts'
import { readPresignedSigV4 } from './sigv4-presigned.ts'
import {
  computeSignature,
  deriveSigningKey,
  verifySigV4,
  type Digests,
  type RawRequest,
} from './sigv4.ts'

// That the SDK's presigned URLs are believed stands in sigv4-smithy.test.ts; here is what is refused.

const digests: Digests = {
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
}
const now = Date.UTC(2026, 10, 22, 12, 0, 0)
const scope = { date: '20261122', region: 'on-prem-1', service: 'ec2-instance-connect' }
const key = deriveSigningKey('secret', scope, digests)
const expectations = { services: new Set([scope.service]), region: scope.region }
const amzDate = '20261122T120000Z'
const host = 'eice-1.fleetkey.example'

const parameters = {
  instanceConnectEndpointId: 'eice-1',
  remotePort: '22',
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': `AKIA/${scope.date}/${scope.region}/${scope.service}/aws4_request`,
  'X-Amz-Date': amzDate,
  'X-Amz-Expires': '60',
  'X-Amz-SignedHeaders': 'host',
}

/** An openTunnel request as the AWS CLI makes it; `undefined` leaves a parameter out. */
const presigned = (change: Record<string, string | undefined> = {}): RawRequest => {
  const pairs = Object.entries({ ...parameters, ...change })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`)
  const target = `/openTunnel?${pairs.join('&')}`
  const head = canonicalHead({
    method: 'GET',
    ...splitTarget(target),
    headers: new Map([['host', host]]),
  })
  const canonicalRequest = head + digests.sha256('').toHex()
  const signature = computeSignature({ ...scope, amzDate, canonicalRequest }, key, digests).toHex()
  return {
    method: 'GET',
    target: `${target}&X-Amz-Signature=${signature}`,
    headers: [
      ['Host', host],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Version', '13'],
    ],
    body: new Uint8Array(0),
  }
}
const accepts = (request: RawRequest, at = now) =>
  verifySigV4(readPresignedSigV4(request, at, expectations), key, digests)
const edited = (from: string | RegExp, to: string): RawRequest => {
  const request = presigned()
  return { ...request, target: request.target.replace(from, to) }
}
const withHeader = (name: string, value: string): RawRequest => {
  const request = presigned()
  return { ...request, headers: [...request.headers, [name, value]] }
}

describe('readPresignedSigV4', () => {
  it('believes a URL until it expires, and 5 minutes ahead of its date', () => {
    for (const seconds of [-300, 0, 60]) assert.ok(accepts(presigned(), now + seconds * 1000))
    const week = presigned({ 'X-Amz-Expires': '604800' })
    assert.ok(accepts(week, now + 604_800_000))
  })

  it('gives the session token, decoded', () => {
    const request = presigned({ 'X-Amz-Security-Token': 'a/b+c==' })
    assert.equal(readPresignedSigV4(request, now, expectations).sessionToken, 'a/b+c==')
    assert.ok(accepts(request))
  })

  it('does not prove what was changed after signing', () => {
    for (const request of [
      edited('remotePort=22', 'remotePort=3389'),
      edited('eice-1', 'eice-2'),
      edited('&X-Amz-Signature', '&x=1&X-Amz-Signature'),
      edited('Expires=60', 'Expires=3600'),
      edited('/openTunnel', '/opentunnel'),
      edited(/Signature=[0-9a-f]{64}/, `Signature=${'0'.repeat(64)}`),
      { ...presigned(), method: 'POST' },
      { ...presigned(), body: Uint8Array.of(0) },
      { ...presigned(), headers: [['Host', 'other.example']] as const },
    ]) {
      assert.equal(accepts(request), false)
    }
  })

  const cases: [string, RawRequest, string, RegExp, number?][] = [
    [
      'a URL without signature',
      { ...presigned(), target: '/openTunnel?remotePort=22' },
      'MissingAuthenticationTokenException',
      /^Request is missing/,
    ],
    [
      'a signature in header and query',
      withHeader('Authorization', 'AWS4-HMAC-SHA256 x'),
      'InvalidSignatureException',
      /^Found both 'X-Amz-Algorithm/,
    ],
    [
      'a second date',
      withHeader('X-Amz-Date', amzDate),
      'InvalidSignatureException',
      /'x-amz-date' may not be sent/,
    ],
    [
      'a second token',
      withHeader('X-Amz-Security-Token', 'x'),
      'InvalidSignatureException',
      /'x-amz-security-token' may not be sent/,
    ],
    [
      'an x-amz- header that nobody signed',
      withHeader('X-Amz-Acl', 'x'),
      'InvalidSignatureException',
      /not signed: x-amz-acl$/,
    ],
    ...[
      'X-Amz-Algorithm',
      'X-Amz-Credential',
      'X-Amz-SignedHeaders',
      'X-Amz-Date',
      'X-Amz-Expires',
    ].flatMap((name): [string, RawRequest, string, RegExp][] => [
      [
        `no ${name}`,
        presigned({ [name]: undefined }),
        'IncompleteSignatureException',
        new RegExp(
          `^AWS query-string parameters must include '${name}'\\. Re-examine the query-string parameters\\.$`,
        ),
      ],
      [
        `an empty ${name}`,
        presigned({ [name]: '' }),
        'IncompleteSignatureException',
        new RegExp(`must include '${name}'`),
      ],
      [
        `${name} twice (which one counts?)`,
        edited('&X-Amz-Signature', `&${name}=x&X-Amz-Signature`),
        'InvalidSignatureException',
        new RegExp(`'${name}' must be given once`),
      ],
      [
        `${name} in another case`,
        edited(name, name.toLowerCase()),
        'InvalidSignatureException',
        new RegExp(`'${name}' must be given once, in this case`),
      ],
    ]),
    [
      'no X-Amz-Signature',
      edited(/&X-Amz-Signature=.*/, ''),
      'IncompleteSignatureException',
      /must include 'X-Amz-Signature'/,
    ],
    [
      'two signatures',
      edited(/$/, '&X-Amz-Signature=0'),
      'InvalidSignatureException',
      /'X-Amz-Signature' must be given once/,
    ],
    [
      'a URL of 61 seconds ago',
      presigned(),
      'InvalidSignatureException',
      /^Signature expired: 20261122T120000Z is now earlier than 20261122T120001Z \(20261122T120101Z - 60 sec\.\)$/,
      61,
    ],
    [
      'a URL of 301 seconds ahead',
      presigned(),
      'InvalidSignatureException',
      /^Signature not yet current: /,
      -301,
    ],
    [
      'a date that is none',
      presigned({ 'X-Amz-Date': 'today' }),
      'IncompleteSignatureException',
      /^Date must be in ISO-8601/,
    ],
    ...['0', '-1', '604801', '9999999', '1e3', '60.5', ' 60', '0x10'].map(
      (expires): [string, RawRequest, string, RegExp] => [
        `X-Amz-Expires=${expires}`,
        presigned({ 'X-Amz-Expires': expires }),
        'IncompleteSignatureException',
        /from 1 to 604800/,
      ],
    ),
    [
      'an unsigned host',
      presigned({ 'X-Amz-SignedHeaders': 'upgrade' }),
      'InvalidSignatureException',
      /must be a 'SignedHeader'/,
    ],
    [
      'another algorithm',
      presigned({ 'X-Amz-Algorithm': 'AWS4-HMAC-SHA1' }),
      'IncompleteSignatureException',
      /^Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'$/,
    ],
    [
      'another service',
      presigned({ 'X-Amz-Credential': 'AKIA/20261122/on-prem-1/ec2/aws4_request' }),
      'InvalidSignatureException',
      /correct service/,
    ],
    [
      'another day in the scope',
      presigned({
        'X-Amz-Credential': 'AKIA/20261121/on-prem-1/ec2-instance-connect/aws4_request',
      }),
      'InvalidSignatureException',
      /^Date in Credential scope/,
    ],
    [
      'a parameter that is not UTF-8',
      edited('X-Amz-Credential=AKIA', 'X-Amz-Credential=%FF'),
      'InvalidSignatureException',
      /not UTF-8/,
    ],
  ]
  for (const [harm, request, code, message, seconds = 0] of cases) {
    it(`refuses ${harm}`, () => {
      assert.throws(() => readPresignedSigV4(request, now + seconds * 1000, expectations), {
        code,
        message,
      })
    })
  }
})
