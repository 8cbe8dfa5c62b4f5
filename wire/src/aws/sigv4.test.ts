import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import fc from 'fast-check'
import { signSigV4, type RequestToSign } from './sigv4-sign.ts'
import { deriveSigningKey, readSigV4, verifySigV4, type Digests, type RawRequest } from './sigv4.ts'

const digests: Digests = {
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
}
const utf8 = (text: string) => new TextEncoder().encode(text)

const now = Date.UTC(2026, 10, 22, 12, 0, 0)
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const expectations = { services: new Set(['ec2-instance-connect']), region: 'on-prem-1' }
const toSign: RequestToSign = {
  method: 'POST',
  host: 'fleetkey.example:8443',
  target: '/',
  headers: {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSEC2InstanceConnectService.SendSSHPublicKey',
  },
  body: utf8('{"InstanceId":"i-0123456789abcdef0"}'),
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: secret },
  region: 'on-prem-1',
  service: 'ec2-instance-connect',
  now,
}

/** A request as the wire would bring it, signed by our own signer. */
const signed = (change: Partial<RequestToSign> = {}): RawRequest => {
  const request = { ...toSign, ...change }
  return {
    method: request.method,
    target: request.target,
    headers: Object.entries({ ...request.headers, ...signSigV4(request, digests) }),
    body: request.body,
  }
}

const accepts = (request: RawRequest, at = now, key = secret) => {
  const claim = readSigV4(request, at, expectations)
  return verifySigV4(claim, deriveSigningKey(key, claim, digests), digests)
}

/** `undefined` takes the header away; a text replaces it; an array repeats it. */
const withHeader = (request: RawRequest, name: string, value?: string | string[]): RawRequest => ({
  ...request,
  headers: [
    ...request.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase()),
    ...(value === undefined ? [] : [value].flat()).map((one) => [name, one] as const),
  ],
})
const headerOf = (request: RawRequest, name: string) =>
  request.headers.find(([other]) => other === name)?.[1] ?? assert.fail(`no header ${name}`)
const withAuthorization = (change: (value: string) => string, request = signed()): RawRequest =>
  withHeader(request, 'authorization', change(headerOf(request, 'authorization')))

describe('readSigV4 and verifySigV4', () => {
  it('believe a request that the key signed, and say who, where and when', () => {
    const claim = readSigV4(signed(), now, expectations)
    assert.ok(verifySigV4(claim, deriveSigningKey(secret, claim, digests), digests))
    assert.equal(claim.accessKeyId, 'AKIAIOSFODNN7EXAMPLE')
    assert.equal(claim.amzDate, '20261122T120000Z')
    assert.equal(claim.date, '20261122')
    assert.equal(claim.region, 'on-prem-1')
    assert.equal(claim.service, 'ec2-instance-connect')
    assert.equal(claim.sessionToken, undefined)
    assert.equal(claim.signedHeaders.get('host'), 'fleetkey.example:8443')
  })

  it('give the session token, which is signed', () => {
    const credentials = { ...toSign.credentials, sessionToken: 'IQoJb3JpZ2lu//8=' }
    const request = signed({ credentials })
    assert.equal(readSigV4(request, now, expectations).sessionToken, 'IQoJb3JpZ2lu//8=')
    assert.ok(accepts(request))
    assert.ok(!accepts(withHeader(request, 'x-amz-security-token', 'another')))
  })

  it('do not mind headers that nobody signs, their order, or the case of names', () => {
    const request = signed()
    const headers: RawRequest['headers'] = [
      ['User-Agent', 'aws-cli/2 \xe9'],
      ['amz-sdk-invocation-id', 'a'],
      ['X-Amzn-Trace-Id', 'Root=1'],
      ['X-Forwarded-For', '192.0.2.1'],
      ['X-Forwarded-For', '192.0.2.2'],
      ...request.headers.map(([name, value]) => [name.toUpperCase(), `  ${value} `] as const),
    ]
    assert.ok(accepts({ ...request, headers: headers.toReversed() }))
  })

  it('hold only what was signed for true', () => {
    const claim = readSigV4(withHeader(signed(), 'x-forwarded-host', 'evil'), now, expectations)
    assert.ok(!claim.signedHeaders.has('x-forwarded-host'))
  })

  it('take the date from the Date header if that is the only one', () => {
    const withDate = signed({ headers: { ...toSign.headers, date: '20261122T120000Z' } })
    // Re-sign without x-amz-date: the string to sign takes the date from wherever it stands.
    const without = withHeader(withDate, 'x-amz-date')
    const renamed = withAuthorization((value) => value.replace('x-amz-date;', ''), without)
    const claim = readSigV4(renamed, now, expectations)
    assert.equal(claim.amzDate, '20261122T120000Z')
    assert.ok(!claim.signedHeaders.has('x-amz-date'))
  })

  it('join a signed header that is given several times', () => {
    const request = signed({ headers: { ...toSign.headers, 'x-amz-tag': 'a,b  b' } })
    assert.ok(accepts(withHeader(request, 'X-Amz-Tag', ['a', ' b b '])))
    assert.ok(!accepts(withHeader(request, 'X-Amz-Tag', ['b b', 'a'])))
  })

  it('take a stated hash of the body, if it is right', () => {
    const hash = digests.sha256(toSign.body).toHex()
    const right = signed({ headers: { ...toSign.headers, 'x-amz-content-sha256': hash } })
    assert.ok(accepts(right))
    assert.ok(!accepts({ ...right, body: utf8('{}') }))
    const wrong = { ...toSign.headers, 'x-amz-content-sha256': '0'.repeat(64) }
    assert.ok(!accepts(signed({ headers: wrong })))
  })

  it('work with any region when none is expected', () => {
    const { services } = expectations
    assert.equal(readSigV4(signed({ region: 'eu-west-1' }), now, { services }).region, 'eu-west-1')
    assert.throws(() => readSigV4(signed({ region: 'a\nb' }), now, { services }), /valid region/)
  })

  it('tolerate a clock that is 5 minutes off, either way', () => {
    for (const seconds of [-300, -299, 0, 299, 300]) {
      assert.ok(accepts(signed(), now + seconds * 1000), `${seconds}`)
    }
  })
})

describe('verifySigV4 refuses', () => {
  const good = signed({ target: '/a/b?x=1&y=2' })
  const cases: Record<string, RawRequest> = {
    'another body (would push another key)': { ...good, body: utf8('{"InstanceId":"i-1"}') },
    'a body cut short': { ...good, body: good.body.subarray(1) },
    'no body': { ...good, body: new Uint8Array(0) },
    'another method': { ...good, method: 'PUT' },
    'another path': { ...good, target: '/a/c?x=1&y=2' },
    'a path one level up': { ...good, target: '/a/b/..?x=1&y=2' },
    'a path with a slash at its end': { ...good, target: '/a/b/?x=1&y=2' },
    'a path in another case': { ...good, target: '/a/B?x=1&y=2' },
    'a path whose letters are encoded': { ...good, target: '/a/%62?x=1&y=2' },
    'another query value': { ...good, target: '/a/b?x=1&y=3' },
    'a further query parameter': { ...good, target: '/a/b?x=1&y=2&z' },
    'a query parameter twice': { ...good, target: '/a/b?x=1&y=2&y=2' },
    'a query parameter less': { ...good, target: '/a/b?x=1' },
    'no query': { ...good, target: '/a/b' },
    'query values that changed places': { ...good, target: '/a/b?x=2&y=1' },
    'another host (replay to another server)': withHeader(good, 'host', 'other.example'),
    'another port': withHeader(good, 'host', 'fleetkey.example'),
    'another operation': withHeader(good, 'x-amz-target', 'AWSEC2InstanceConnectService.Send'),
    'another content type': withHeader(good, 'content-type', 'application/x-amz-json-1.0'),
    'a later date (replay)': withHeader(good, 'x-amz-date', '20261122T120001Z'),
    'another access key id in the same signature': withAuthorization(
      (value) => value.replace('AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLF'),
      withHeader(good, 'host', 'x'),
    ),
    'a signature with one bit changed': withAuthorization((value) => {
      const last = Number.parseInt(value.slice(-1), 16) ^ 1
      return value.slice(0, -1) + last.toString(16)
    }, good),
    'an empty-looking signature': withAuthorization(
      (value) => value.replace(/[0-9a-f]{64}$/, '0'.repeat(64)),
      good,
    ),
    'a signature cut short (a prefix is no proof)': withAuthorization(
      (value) => value.slice(0, -2),
      good,
    ),
    'one hex digit of a signature': withAuthorization((value) => value.slice(0, -63), good),
    'a longer signature': withAuthorization((value) => `${value}00`, good),
    'a signature in capitals': withAuthorization(
      (value) => value.replace(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase()),
      good,
    ),
    'a signature that is not hex': withAuthorization(
      (value) => value.replace(/[0-9a-f]{64}$/, 'z'.repeat(64)),
      good,
    ),
    'a header taken out of those signed': withAuthorization(
      (value) => value.replace('content-type;', ''),
      good,
    ),
    'a header put to those signed': withAuthorization(
      (value) => value.replace('content-type;', 'accept;content-type;'),
      withHeader(good, 'accept', '*/*'),
    ),
  }
  for (const [harm, request] of Object.entries(cases)) {
    it(harm, () => assert.equal(accepts(request), false))
  }

  it('what another secret signed', () => {
    for (const key of ['x', `${secret} `, secret.toLowerCase(), secret.slice(1)]) {
      assert.equal(accepts(good, now, key), false)
    }
  })

  it('a signing key of another day, region or service', () => {
    const claim = readSigV4(good, now, expectations)
    for (const change of [{ date: '20261121' }, { region: 'on-prem-2' }, { service: 'iam' }]) {
      const key = deriveSigningKey(secret, { ...claim, ...change }, digests)
      assert.equal(verifySigV4(claim, key, digests), false)
    }
  })
})

describe('deriveSigningKey', () => {
  it('gives the key of the example in the IAM user guide', () => {
    const scope = { date: '20150830', region: 'us-east-1', service: 'iam' }
    assert.equal(
      deriveSigningKey(secret, scope, digests).toHex(),
      'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9',
    )
  })

  it('refuses an empty secret (anybody could sign)', () => {
    const scope = { date: '20150830', region: 'us-east-1', service: 'iam' }
    assert.throws(() => deriveSigningKey('', scope, digests), RangeError)
  })
})

describe('readSigV4 refuses', () => {
  const tampered = (name: string, value?: string | string[]) => withHeader(signed(), name, value)
  const auth = (from: string | RegExp, to: string) =>
    withAuthorization((value) => value.replace(from, to))
  const target = (text: string) => signed({ target: '/' }) && { ...signed(), target: text }

  /** harm, request, code, message, seconds past the signing time */
  const cases: [string, RawRequest, string, string | RegExp, number?][] = [
    // Where the signature is
    [
      'no signature',
      tampered('authorization'),
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    ],
    [
      'an empty signature',
      tampered('authorization', ''),
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    ],
    [
      'another scheme',
      tampered('authorization', 'Bearer x'),
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    ],
    [
      'signature version 2',
      tampered('authorization', 'AWS AKIA:x'),
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    ],
    [
      'two signatures (which one counts?)',
      tampered('authorization', [
        headerOf(signed(), 'authorization'),
        headerOf(signed(), 'authorization'),
      ]),
      'InvalidSignatureException',
      "The header 'authorization' is given more than once.",
    ],
    [
      'a signature in header and query',
      target('/?X-Amz-Algorithm=AWS4-HMAC-SHA256'),
      'InvalidSignatureException',
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    ],
    [
      'parts of a signature in the query',
      target('/?x-amz-signature=0'),
      'InvalidSignatureException',
      /^Found both 'x-amz-signature'/,
    ],
    [
      'a session token in the query',
      target('/?X%2DAmz-Security-Token=0'),
      'InvalidSignatureException',
      /^Found both 'X-Amz-Security-Token'/,
    ],

    // Its parts
    [
      'no Credential',
      auth(/Credential=[^ ]+ /, ''),
      'IncompleteSignatureException',
      /^Authorization header requires 'Credential' parameter\. Authorization=AWS4-HMAC-SHA256 SignedHeaders=/,
    ],
    [
      'no Signature',
      auth(/, Signature=.*/, ''),
      'IncompleteSignatureException',
      /^Authorization header requires 'Signature' parameter\. Authorization=/,
    ],
    [
      'an empty Signature',
      auth(/Signature=.*/, 'Signature='),
      'IncompleteSignatureException',
      /^Authorization header requires 'Signature' parameter\. /,
    ],
    [
      'no SignedHeaders',
      auth(/SignedHeaders=[^ ]+ /, ''),
      'IncompleteSignatureException',
      /^Authorization header requires 'SignedHeaders' parameter\. /,
    ],
    [
      'nothing but the algorithm',
      tampered('authorization', 'AWS4-HMAC-SHA256'),
      'IncompleteSignatureException',
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256",
    ],
    [
      'no date',
      tampered('x-amz-date'),
      'IncompleteSignatureException',
      /^Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header\. Authorization=/,
    ],
    [
      'an empty date',
      tampered('x-amz-date', ' '),
      'IncompleteSignatureException',
      /^Authorization header requires existence of either/,
    ],
    [
      'a part without equal-sign',
      auth(', Signature', ', garbage, Signature'),
      'IncompleteSignatureException',
      /^'garbage' not a valid key=value pair \(missing equal-sign\) in Authorization header: 'AWS4-HMAC-SHA256 .*'\.$/,
    ],
    [
      'a part twice (which one counts?)',
      auth(
        ', Signature',
        ', Credential=x/20261122/on-prem-1/ec2-instance-connect/aws4_request, Signature',
      ),
      'IncompleteSignatureException',
      "Parameter 'Credential' is given more than once in Authorization header.",
    ],
    [
      'an unknown part',
      auth(', Signature', ', Region=x, Signature'),
      'IncompleteSignatureException',
      "Parameter 'Region' is not known in Authorization header.",
    ],

    // Its time
    [
      'a date in HTTP form',
      tampered('x-amz-date', 'Sun, 22 Nov 2026 12:00:00 GMT'),
      'IncompleteSignatureException',
      "Date must be in ISO-8601 'basic format'. Got 'Sun, 22 Nov 2026 12:00:00 GMT'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      'an extended ISO date',
      tampered('x-amz-date', '2026-11-22T12:00:00Z'),
      'IncompleteSignatureException',
      /^Date must be in ISO-8601/,
    ],
    [
      'a day that never was',
      tampered('x-amz-date', '20260230T120000Z'),
      'IncompleteSignatureException',
      /^Date must be in ISO-8601/,
    ],
    [
      'an hour that never was',
      tampered('x-amz-date', '20261122T240000Z'),
      'IncompleteSignatureException',
      /^Date must be in ISO-8601/,
    ],
    [
      'a date with more behind it',
      tampered('x-amz-date', '20261122T120000Z\t0'),
      'IncompleteSignatureException',
      /^Date must be in ISO-8601 'basic format'\. Got '20261122T120000Z\?0'/,
    ],
    [
      'two dates (which one counts?)',
      tampered('x-amz-date', ['20261122T120000Z', '20261122T120000Z']),
      'InvalidSignatureException',
      "The header 'x-amz-date' is given more than once.",
    ],
    [
      'a signature of 301 seconds ago',
      signed(),
      'UntimelySignatureException',
      'Signature expired: 20261122T120000Z is now earlier than 20261122T120001Z (20261122T120501Z - 5 min.)',
      301,
    ],
    [
      'a signature of yesterday (replay)',
      signed(),
      'UntimelySignatureException',
      /^Signature expired: /,
      86_400,
    ],
    [
      'a signature of 301 seconds ahead',
      signed(),
      'UntimelySignatureException',
      'Signature not yet current: 20261122T120000Z is still later than 20261122T115959Z (20261122T115459Z + 5 min.)',
      -301,
    ],
    [
      'a signature of tomorrow (made in stock)',
      signed(),
      'UntimelySignatureException',
      /^Signature not yet current: /,
      -86_400,
    ],
    [
      'a signature just over the window',
      signed(),
      'UntimelySignatureException',
      /^Signature expired: /,
      300.001,
    ],

    // What it covers
    [
      'an unsigned host (would be good on any server)',
      auth('host;', ''),
      'InvalidSignatureException',
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      'a host signed under part of its name',
      auth('host;', 'hos;host2;'),
      'InvalidSignatureException',
      /must be a 'SignedHeader'/,
    ],
    [
      'two hosts',
      tampered('host', ['fleetkey.example:8443', 'evil']),
      'InvalidSignatureException',
      "The header 'host' is given more than once.",
    ],
    [
      'two hosts in different case',
      { ...signed(), headers: [...signed().headers, ['HOST', 'x']] },
      'InvalidSignatureException',
      "The header 'host' is given more than once.",
    ],
    [
      'no host',
      tampered('host'),
      'InvalidSignatureException',
      "The signed header 'host' is not in the request.",
    ],
    [
      'an unsigned operation (anybody could choose it)',
      auth(';x-amz-target', ''),
      'InvalidSignatureException',
      'There were headers present in the request which were not signed: x-amz-target',
    ],
    [
      'an unsigned session token',
      tampered('X-Amz-Security-Token', 'x'),
      'InvalidSignatureException',
      'There were headers present in the request which were not signed: x-amz-security-token',
    ],
    [
      'an unsigned date',
      auth('x-amz-date;', ''),
      'InvalidSignatureException',
      /not signed: x-amz-date$/,
    ],
    [
      'any unsigned x-amz- header',
      tampered('x-amz-acl', 'x'),
      'InvalidSignatureException',
      /not signed: x-amz-acl$/,
    ],
    [
      'a signed header that is not there',
      tampered('content-type'),
      'InvalidSignatureException',
      "The signed header 'content-type' is not in the request.",
    ],
    [
      'a signed header with a prototype name',
      auth('content-type;', '__proto__;content-type;'),
      'InvalidSignatureException',
      "The signed header '__proto__' is not in the request.",
    ],
    [
      'signed headers in capitals',
      auth('host;', 'Host;host;'),
      'InvalidSignatureException',
      /each header once, in lower case/,
    ],
    [
      'signed headers out of order',
      auth('content-type;host', 'host;content-type'),
      'InvalidSignatureException',
      /ascending order/,
    ],
    [
      'a signed header named twice',
      auth('host;', 'host;host;'),
      'InvalidSignatureException',
      /each header once/,
    ],
    [
      'an empty name among the signed',
      auth('host;', 'host;;'),
      'InvalidSignatureException',
      /each header once/,
    ],
    [
      'two operations',
      tampered('x-amz-target', ['a', 'b']),
      'InvalidSignatureException',
      "The header 'x-amz-target' is given more than once.",
    ],
    [
      'two session tokens',
      tampered('x-amz-security-token', ['a', 'b']),
      'InvalidSignatureException',
      "The header 'x-amz-security-token' is given more than once.",
    ],
    [
      'two stated hashes of the body',
      tampered('x-amz-content-sha256', ['a', 'b']),
      'InvalidSignatureException',
      "The header 'x-amz-content-sha256' is given more than once.",
    ],
    [
      'two content types',
      tampered('content-type', ['a', 'b']),
      'InvalidSignatureException',
      "The header 'content-type' is given more than once.",
    ],
    [
      'two lengths (request smuggling)',
      tampered('content-length', ['1', '2']),
      'InvalidSignatureException',
      "The header 'content-length' is given more than once.",
    ],
    [
      'a line break in a signed header (would forge another)',
      tampered('content-type', 'a\nhost:b'),
      'InvalidSignatureException',
      /not printable ASCII/,
    ],
    [
      'a signed header beyond ASCII',
      tampered('content-type', 'text/\xe9'),
      'InvalidSignatureException',
      /not printable ASCII/,
    ],
    [
      'a header name that becomes another in lower case',
      tampered('x-amz-to\u212aen', 'x'),
      'InvalidSignatureException',
      /header name/,
    ],
    [
      'a method with more in it',
      { ...signed(), method: 'POST\n/' },
      'InvalidSignatureException',
      /HTTP method/,
    ],
    [
      'an unsigned body',
      signed({ headers: { ...toSign.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }),
      'InvalidSignatureException',
      /unsigned and streaming payloads are not accepted/,
    ],
    [
      'a streamed body',
      signed({
        headers: {
          ...toSign.headers,
          'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
        },
      }),
      'InvalidSignatureException',
      /streaming/,
    ],
    [
      'an empty stated hash',
      signed({ headers: { ...toSign.headers, 'x-amz-content-sha256': '' } }),
      'InvalidSignatureException',
      /x-amz-content-sha256/,
    ],

    // By which key
    [
      'another algorithm',
      auth('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1'),
      'IncompleteSignatureException',
      "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'",
    ],
    [
      'signature version 4a',
      auth('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'),
      'IncompleteSignatureException',
      "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'",
    ],
    [
      'a credential of four parts',
      auth('/aws4_request', ''),
      'IncompleteSignatureException',
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIAIOSFODNN7EXAMPLE/20261122/on-prem-1/ec2-instance-connect'",
    ],
    [
      'a credential of six parts',
      auth('/aws4_request', '/aws4_request/x'),
      'IncompleteSignatureException',
      /exactly 5 slash-delimited elements/,
    ],
    [
      'another region',
      signed({ region: 'us-east-1' }),
      'InvalidSignatureException',
      "Credential should be scoped to a valid region, not 'us-east-1'.",
    ],
    [
      'another service (a signature for one is not for all)',
      signed({ service: 'sts' }),
      'InvalidSignatureException',
      "Credential should be scoped to correct service: 'ec2-instance-connect'.",
    ],
    [
      'another terminator',
      auth('/aws4_request', '/aws5_request'),
      'InvalidSignatureException',
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'.",
    ],
    [
      'another day in the scope',
      auth('/20261122/', '/20261121/'),
      'InvalidSignatureException',
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261121' != '20261122', from '20261122T120000Z'.",
    ],
    [
      'all of that at once, and says all',
      auth('20261122/on-prem-1/ec2-instance-connect/aws4_request', 'd/r/s/t'),
      'InvalidSignatureException',
      /^Credential should be scoped to a valid region, not 'r'\. Credential should be .* 'd' != '20261122'/,
    ],
    [
      'an empty access key id',
      auth('AKIAIOSFODNN7EXAMPLE', ''),
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ],
    [
      'an access key id that is none',
      auth('AKIAIOSFODNN7EXAMPLE', "'--"),
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ],

    // For what
    [
      'an absolute target (proxies and we might see two hosts)',
      target('https://evil/'),
      'InvalidSignatureException',
      /must be a path/,
    ],
    ['an empty target', target(''), 'InvalidSignatureException', /must be a path/],
    ['a blank in the target', target('/a b'), 'InvalidSignatureException', /must be a path/],
    ['a line break in the target', target('/a\nb'), 'InvalidSignatureException', /must be a path/],
    ['a target beyond ASCII', target('/\u1234'), 'InvalidSignatureException', /must be a path/],
    ['a fragment', target('/#x'), 'InvalidSignatureException', /must be a path/],
    [
      'a backslash (a slash to some)',
      target('/a\\..\\b'),
      'InvalidSignatureException',
      /must be a path/,
    ],
    [
      'a bare plus in the query (a space to some)',
      target('/?a=b+c'),
      'InvalidSignatureException',
      /percent-encoded/,
    ],
    [
      'a bare percent sign in the query',
      target('/?a=%zz'),
      'InvalidSignatureException',
      /percent-encoded/,
    ],
    [
      'half an escape in the query',
      target('/?a=%4'),
      'InvalidSignatureException',
      /percent-encoded/,
    ],
  ]
  for (const [harm, request, code, message, seconds = 0] of cases) {
    it(harm, () => {
      assert.throws(
        () => readSigV4(request, now + seconds * 1000, expectations),
        (error) => {
          assert.ok(error instanceof ServiceException)
          assert.equal(error.code, code)
          if (typeof message === 'string') assert.equal(error.message, message)
          else assert.match(error.message, message)
          return true
        },
      )
    })
  }

  it('a second value of every header of which readers could choose either', () => {
    for (const name of [
      'authorization',
      'content-encoding',
      'content-length',
      'content-type',
      'date',
      'host',
      'transfer-encoding',
      'x-amz-content-sha256',
      'x-amz-date',
      'x-amz-target',
    ]) {
      assert.throws(() => readSigV4(tampered(name, ['a', 'a']), now, expectations), {
        code: 'InvalidSignatureException',
        message: `The header '${name}' is given more than once.`,
      })
    }
  })

  it('nothing with a message that holds the signature, a line break or an escape', () => {
    const [, signature = ''] = headerOf(signed(), 'authorization').split('Signature=')
    const requests = [
      ...cases.map(([, request]) => request),
      auth(', Signature', ', \x1b[2J\r\n, Signature'),
      auth('/aws4_request', '/\x1b]8;;\r\n'),
      tampered('x-amz-date', '\x1b[2J'),
    ]
    for (const request of requests) {
      try {
        readSigV4(request, now, expectations)
      } catch (error) {
        assert.ok(error instanceof ServiceException)
        assert.ok(!error.message.includes(signature))
        assert.match(error.message, /^[\x20-\x7e]{1,2000}$/)
      }
    }
  })
})

describe('signSigV4', () => {
  it('signs what readSigV4 and verifySigV4 believe, whatever the request', () => {
    const segment = fc.string({ unit: fc.constantFrom(...'ab.~%2Fé/-_!*()'.split('')) })
    const query = fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 4 })
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', 'DELETE'),
        fc.array(segment, { maxLength: 4 }),
        query,
        fc.uint8Array({ maxLength: 64 }),
        fc.string(),
        (method, path, pairs, body, tag) => {
          const encoded = pairs.map((pair) => pair.map(encodeURIComponent).join('='))
          const request = signed({
            method,
            target: `/${path.map(encodeURI).join('/')}?${encoded.join('&')}`,
            body,
            headers: { 'Content-Type': 'x', 'x-amz-tag': tag },
          })
          assert.ok(accepts(request))
          assert.ok(!accepts({ ...request, body: Uint8Array.of(...body, 0) }))
        },
      ),
      { numRuns: 300 },
    )
  })
})
