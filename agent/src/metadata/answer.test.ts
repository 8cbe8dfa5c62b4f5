import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answerMetadata, type MetadataRequest } from './answer.ts'
import { metadataItems } from './items.ts'
import { createTokens } from './tokens.ts'

const TTL = 'x-aws-ec2-metadata-token-ttl-seconds'
const TOKEN = 'x-aws-ec2-metadata-token'
const TOKEN_PATH = '/latest/api/token'
const ID_PATH = '/latest/meta-data/instance-id/'

const items = metadataItems({
  instanceId: 'i-0123456789abcdef0',
  hostname: 'web-1',
  address: undefined,
  place: undefined,
  signer: { fingerprint: 'AB', chain: 'x', staple: 'x' },
  keys: new Map([['a+b', 'entry']]),
})
const tokens = createTokens()
const token = tokens.issue(60)

const ask = (method: string, url: string, headers: MetadataRequest['headers'] = {}) =>
  answerMetadata({ method, url, headers }, { tokens, items: () => items })
const statusOf = (...request: Parameters<typeof ask>) => ask(...request).status

describe('a session', () => {
  it('begins with a PUT that says for how long', () => {
    for (const url of [TOKEN_PATH, `${TOKEN_PATH}/`]) {
      const { status, text, headers } = ask('PUT', url, { [TTL]: '21600', 'content-length': '0' })
      assert.equal(status, 200)
      assert.deepEqual(headers, { [TTL]: '21600' })
      assert.equal(statusOf('GET', ID_PATH, { [TOKEN]: text }), 200)
    }
  })

  it('does not begin without that', () => {
    for (const ttl of [undefined, '', '0', '21601', '-5', '5 ', '1e3', '0x10', '999999', '5.0'])
      assert.equal(statusOf('PUT', TOKEN_PATH, { [TTL]: ttl }), 400, String(ttl))
  })

  it('does not begin through a proxy (a server that can be made to pass requests on)', () => {
    for (const by of ['192.0.2.1', ''])
      assert.equal(statusOf('PUT', TOKEN_PATH, { [TTL]: '5', 'x-forwarded-for': by }), 403)
  })

  it('does not begin by any other method, nor with a body', () => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE', 'put'])
      assert.equal(statusOf(method, TOKEN_PATH, { [TTL]: '5', [TOKEN]: token }), 405, method)
    assert.deepEqual(ask('GET', TOKEN_PATH).headers, { allow: 'PUT' })
    assert.equal(statusOf('PUT', TOKEN_PATH, { [TTL]: '5', 'content-length': '1' }), 400)
    assert.equal(statusOf('PUT', TOKEN_PATH, { [TTL]: '5', 'transfer-encoding': 'chunked' }), 400)
  })
})

describe('an item', () => {
  it('is read with GET and asked for with HEAD', () => {
    for (const method of ['GET', 'HEAD'])
      assert.deepEqual(ask(method, ID_PATH, { [TOKEN]: token }), {
        status: 200,
        text: 'i-0123456789abcdef0',
      })
    for (const method of ['PUT', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'get'])
      assert.equal(statusOf(method, ID_PATH, { [TOKEN]: token }), 405, method)
  })

  it('is for sessions only, also where there is nothing (IMDSv1 is not here)', () => {
    for (const given of [undefined, '', 'x', `${token}x`, [token]])
      for (const url of [ID_PATH, '/', '/nothing'])
        assert.equal(statusOf('GET', url, { [TOKEN]: given }), 401)
  })

  it('is not there under any other spelling that leads elsewhere', () => {
    for (const url of ['/nothing', '/%', '/latest/meta-data/%zz', `/${'x'.repeat(256)}`, ''])
      assert.equal(statusOf('GET', url, { [TOKEN]: token }), url === '' ? 200 : 404, url)
  })

  it('is found by its encoded name, whatever stands in the query', () => {
    const url = '/latest/meta-data/managed-ssh-keys/active-keys/a%2Bb/?x=/y'
    assert.equal(ask('GET', url, { [TOKEN]: token }).text, 'entry')
  })

  it('is for those who ask by address (a name of somebody else’s that leads here)', () => {
    for (const host of ['169.254.169.254', '169.254.169.254:80', '[fd00:ec2::254]', undefined])
      assert.equal(statusOf('GET', ID_PATH, { [TOKEN]: token, host }), 200, String(host))
    for (const host of ['evil.example', 'localhost', '169.254.169.254.nip.io', 'a:b:c:d', '']) {
      assert.equal(statusOf('GET', ID_PATH, { [TOKEN]: token, host }), 403, host)
      assert.equal(statusOf('PUT', TOKEN_PATH, { [TTL]: '5', host }), 403, host)
    }
  })
})
