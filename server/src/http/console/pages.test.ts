import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { brotliCompressSync, gunzipSync } from 'node:zlib'
import { exchange } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { packedAnswer } from '../packed-answer.ts'
import { securityHeaders } from './security-headers.ts'
import { acceptedEncodings } from './page-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'fleetkey-pages-'))
const DOCUMENT = '<!doctype html><title>Fleetkey</title>'
let plane: ControlPlane
before(async () => {
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'assets', 'index-1a2b.js'), 'export {}')
  writeFileSync(join(folder, 'assets', 'index-1a2b.js.br'), brotliCompressSync('export {}'))
  writeFileSync(join(folder, 'assets', 'notes.secret'), 'of no known type')
  writeFileSync(join(folder, 'index.html'), DOCUMENT)
  plane = await startControlPlane({ consoleFolder: folder })
})
after(async () => {
  await plane.close()
  rmSync(folder, { recursive: true })
})

const PERSON = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
  exchange({ port: plane.port, method, path, headers })

describe('a page of the console', () => {
  it('is one document at every URL that a person goes to, and never kept without asking', async () => {
    for (const path of ['/', '/sign-in', '/instances/i-0/connect', '/iam/users/a.b', '/?next=/x']) {
      const { status, text, headers } = await get(path, PERSON)
      assert.deepEqual([status, text], [200, DOCUMENT], path)
      assert.equal(headers['content-type'], 'text/html; charset=utf-8')
      assert.equal(headers['cache-control'], 'no-cache')
    }
    const { headers } = await get('/', PERSON)
    const again = await get('/', { ...PERSON, 'if-none-match': String(headers['etag']) })
    assert.deepEqual([again.status, again.text], [304, ''])
    assert.deepEqual([(await get('/', {}, 'HEAD')).status], [200])
  })

  it('is at an address with half an escape too: the console says that there is no such thing', async () => {
    const { status, text } = await get('/iam/users/%E0%A4%A', PERSON)
    assert.deepEqual([status, text], [200, DOCUMENT])
    const program = await get('/iam/users/%E0%A4%A')
    assert.deepEqual([program.status, program.text], [404, 'There is nothing here.\n'])
    assert.equal(program.headers['x-content-type-options'], 'nosniff')
    const posted = await get('/iam/users/%E0%A4%A', PERSON, 'POST')
    assert.deepEqual([posted.status, posted.code], [400, 'ServiceException'])
    assert.equal(posted.headers['content-type'], 'application/x-amz-json-1.1')
  })

  it('is at no address of the API, of other doors, or of a file that is not there', async () => {
    const doors = [
      '/agent/link',
      '/agent/nothing',
      '/openTunnel',
      '/terminals',
      '/terminals/t-1/nothing',
      '/console/live',
      '/sso/nothing',
      '/.well-known/nothing',
      '/assets/index-0000.js',
      '/assets/',
      '/assets/notes.secret',
    ]
    for (const path of doors) assert.equal((await get(path, PERSON)).status, 404, path)
    assert.deepEqual((await get('/healthz', PERSON)).body, { status: 'ok' })
    assert.equal((await get('/instances')).status, 404, 'a program that mistypes an address')
  })

  it('leads out of its folder by no spelling of a path', async () => {
    for (const path of [
      '/assets/../../fleetkey.db',
      '/assets/..%2f..%2ffleetkey.db',
      '/..%2findex.html',
      '//etc/passwd',
      '/assets/%2e%2e/index.html',
      '/assets/index-1a2b.js%00.html',
    ]) {
      const { status, text } = await get(path)
      assert.ok(status === 404 || status === 400, `${path} ${status}`)
      assert.ok(!text.includes('SQLite'))
    }
  })

  it('is compressed as the browser takes it, once and for all', async () => {
    const plain = await get('/assets/index-1a2b.js')
    assert.deepEqual([plain.text, plain.headers['content-encoding']], ['export {}', undefined])
    assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.equal(plain.headers['vary'], 'accept-encoding')
    const response = await fetch(`${plane.url}/assets/index-1a2b.js`, {
      headers: { 'accept-encoding': 'gzip, br;q=0.5' },
    })
    assert.equal(response.headers.get('content-encoding'), 'br')
    assert.equal(await response.text(), 'export {}')
    const refused = await get('/assets/index-1a2b.js', { 'accept-encoding': 'br;q=0' })
    assert.equal(refused.headers['content-encoding'], undefined)
  })

  it('reads a header of blanks in no time (anybody could hold up the one thread)', () => {
    const before = process.cpuUsage()
    assert.deepEqual(acceptedEncodings(`gzip;q=1 , br${' '.repeat(100_000)}x`), ['gzip'])
    assert.ok(process.cpuUsage(before).user < 1_000_000)
  })

  it('is found anew once it was built anew', async () => {
    writeFileSync(join(folder, 'assets', 'index-3c4d.js'), 'export {}')
    assert.equal((await get('/assets/index-3c4d.js')).status, 404)
    utimesSync(join(folder, 'index.html'), 1, 1)
    assert.equal((await get('/assets/index-3c4d.js')).status, 200)
  })

  it('runs nothing that is not ours, in no frame (clickjacking)', async () => {
    for (const path of ['/', '/assets/none.js', '/nothing']) {
      const { headers } = await get(path, path === '/' ? PERSON : {})
      const policy = String(headers['content-security-policy'])
      assert.match(policy, /^default-src 'none'; script-src 'self'; /)
      for (const notOfDefaultSrc of [
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ]) {
        assert.ok(policy.split('; ').includes(notOfDefaultSrc), notOfDefaultSrc)
      }
      assert.doesNotMatch(policy, /script-src[^;]*unsafe|https?:|\*/)
      assert.equal(headers['x-frame-options'], 'DENY')
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(headers['referrer-policy'], 'no-referrer')
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
      assert.equal(headers['strict-transport-security'], undefined)
    }
    const { headers } = await get('/assets/index-1a2b.js')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
  })

  it('is asked over TLS ever after, but on localhost, where others are', () => {
    const tls = (host: string) =>
      securityHeaders({ host, isTls: true })['strict-transport-security']
    assert.equal(tls('fleetkey.example.com:8443'), 'max-age=31536000')
    assert.equal(tls('localhost:8443'), undefined)
  })
})

describe('answers of the API', () => {
  it('are kept by no browser and taken for nothing else', async () => {
    const { headers } = await plane.root.call('GetCallerIdentity', {})
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['x-content-type-options'], 'nosniff')
  })

  it('are packed when they are long, for who takes them so', async () => {
    const words = Buffer.from('many words '.repeat(2000))
    const packed = await packedAnswer(words, 'gzip, deflate, br')
    assert.equal(packed.encoding, 'gzip')
    assert.deepEqual(gunzipSync(packed.body), words)
    assert.deepEqual(await packedAnswer(words, 'identity'), { body: words })
    const few = words.subarray(0, 1000)
    assert.deepEqual(await packedAnswer(few, 'gzip'), { body: few })
  })
})
