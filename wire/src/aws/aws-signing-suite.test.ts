import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { readPresignedSigV4 } from './sigv4-presigned.ts'
import {
  deriveSigningKey,
  readSigV4,
  verifySigV4,
  type Digests,
  type RawRequest,
  type SigV4Claim,
} from './sigv4.ts'

// AWS's own signing test suite (awslabs/aws-c-auth, tests/aws-signing-test-suite/v4, Apache-2.0): requests with the
// signatures that AWS computes for them. The cases whose request line is no HTTP (a raw blank, raw UTF-8, a header over
// several lines) stand at the end: they are refused.

const digests: Digests = {
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
}
const now = Date.UTC(2015, 7, 30, 12, 36, 0)
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const expectations = { services: new Set(['service']), region: 'us-east-1' }
const token = '6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267'

type Headers = RawRequest['headers']
const host: Headers = [['Host', 'example.amazonaws.com']]

const proves = (claim: SigV4Claim) =>
  verifySigV4(claim, deriveSigningKey(secret, claim, digests), digests)

const verifies = (
  method: string,
  target: string,
  { headers = [], body = '', signature }: { headers?: Headers; body?: string; signature: string },
) => {
  const received = [...host, ['X-Amz-Date', '20150830T123600Z'] as const, ...headers]
  const names = [...new Set(received.map(([name]) => name.toLowerCase()))].toSorted().join(';')
  const credential = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request'
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`
  const request: RawRequest = {
    method,
    target,
    headers: [...received, ['Authorization', authorization]],
    body: new TextEncoder().encode(body),
  }
  return proves(readSigV4(request, now, expectations))
}

const vanilla = '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'
const unreserved = '-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const form = 'application/x-www-form-urlencoded'

describe('the AWS signing test suite', () => {
  const formHash = '9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e'
  const posted: Headers = [
    ['Content-Length', '13'],
    ['x-amz-content-sha256', formHash],
  ]
  const cases: [string, string, string, string, Headers?, string?][] = [
    ['get-vanilla', 'GET', '/', vanilla],
    [
      'get-vanilla-with-session-token',
      'GET',
      '/',
      '07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8',
      [['X-Amz-Security-Token', token]],
    ],
    ['get-relative-normalized', 'GET', '/example/..', vanilla],
    ['get-relative-relative-normalized', 'GET', '/example1/example2/../..', vanilla],
    ['get-slash-normalized', 'GET', '//', vanilla],
    ['get-slash-dot-slash-normalized', 'GET', '/./', vanilla],
    [
      'get-slash-pointless-dot-normalized',
      'GET',
      '/./example',
      'ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5',
    ],
    [
      'get-slashes-normalized',
      'GET',
      '//example//',
      '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84',
    ],
    [
      'get-unreserved',
      'GET',
      `/${unreserved}`,
      '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
    ],
    [
      'get-vanilla-empty-query-key',
      'GET',
      '/?Param1=value1',
      'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb',
    ],
    [
      'get-vanilla-query-order-encoded',
      'GET',
      '/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1',
      '371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac',
    ],
    [
      'get-vanilla-query-order-key-case',
      'GET',
      '/?Param2=value2&Param1=value1',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    [
      'get-vanilla-query-unreserved',
      'GET',
      `/?${unreserved}=${unreserved}`,
      '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
    ],
    [
      'get-vanilla-utf8-query',
      'GET',
      '/?%e1%88%b4=bar',
      '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
    ],
    [
      'get-header-key-duplicate',
      'GET',
      '/',
      'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
      [
        ['My-Header1', 'value2'],
        ['My-Header1', 'value2'],
        ['My-Header1', 'value1'],
      ],
    ],
    [
      'get-header-value-order',
      'GET',
      '/',
      '08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01',
      [
        ['My-Header1', 'value4'],
        ['My-Header1', 'value1'],
        ['My-Header1', 'value3'],
        ['My-Header1', 'value2'],
      ],
    ],
    [
      'get-header-value-trim',
      'GET',
      '/',
      'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
      [
        ['My-Header1', ' value1'],
        ['My-Header2', ' "a   b   c"'],
      ],
    ],
    [
      'post-vanilla',
      'POST',
      '/',
      '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    ],
    [
      'post-vanilla-query',
      'POST',
      '/?Param1=value1',
      '28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11',
    ],
    [
      'post-header-key-sort',
      'POST',
      '/',
      'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
      [['My-Header1', 'value1']],
    ],
    [
      'post-header-value-case',
      'POST',
      '/',
      'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
      [['My-Header1', 'VALUE1']],
    ],
    [
      'post-x-www-form-urlencoded',
      'POST',
      '/',
      'd3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b',
      [...posted, ['Content-Type', form]],
      'Param1=value1',
    ],
    [
      'post-x-www-form-urlencoded-parameters',
      'POST',
      '/',
      '328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422',
      [...posted, ['Content-Type', `${form}; charset=utf-8`]],
      'Param1=value1',
    ],
  ]
  for (const [name, method, target, signature, headers = [], body = ''] of cases) {
    it(`verifies ${name}`, () => {
      assert.ok(verifies(method, target, { headers, body, signature }))
      assert.ok(!verifies(method, target, { headers, body: `${body} `, signature }))
    })
  }

  // Signed as S3 has it, with the path as it is: not for any service here.
  const unnormalized: [string, string][] = [
    ['/example/..', 'eca7ead57bb5aa5c8e28007acd4ff04e1ff9a0ff3b237ec1554a184887ff9282'],
    [
      '/example1/example2/../..',
      'dc33e0856fd4baca4d7aa2146c38958283844764f38c74252a333df5e613003b',
    ],
    ['/./', '68714168e6557f8f2de0ef956fc24dc2593a4bd2961f8df51898d8a134695145'],
    ['/./example', 'beb03f223f7deae4146464f06e29eebbee9c8afbe15c290cf07aa8b119e14cff'],
    ['//', 'c88bcd3d312d75078c0cd961d6deae3f4c754924b01669efcfcb439fd5e5b76e'],
    ['//example//', '87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5'],
  ]
  it('does not believe signatures over a path that was not normalised', () => {
    for (const [target, signature] of unnormalized) {
      assert.ok(!verifies('GET', target, { signature }))
    }
  })

  it('verifies the presigned get-vanilla and get-vanilla-with-session-token', () => {
    const signature = 'e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d'
    const withToken = '7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c'
    const query =
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Expires=3600'
    for (const target of [
      `/?${query}&X-Amz-Signature=${signature}`,
      `/?${query}&X-Amz-Security-Token=${token}&X-Amz-Signature=${withToken}`,
    ]) {
      const request = { method: 'GET', target, headers: host, body: new Uint8Array(0) }
      assert.ok(proves(readPresignedSigV4(request, now, expectations)))
    }
  })

  it('refuses get-space, get-utf8 and get-header-value-multiline: no HTTP request looks so', () => {
    for (const [target, value] of [
      ['/example space/', ''],
      ['/\u1234', ''],
      ['/', 'value1\n  value2\n     value3'],
    ] as const) {
      const headers: Headers = [['My-Header1', value]]
      assert.throws(() => verifies('GET', target, { headers, signature: vanilla }), {
        code: 'InvalidSignatureException',
      })
    }
  })
})
