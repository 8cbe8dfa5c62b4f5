import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { deriveSigningKey, readSigV4, verifySigV4 } from '@fleetkey/wire/aws/sigv4'
import { digests } from '../../secrets/digests.ts'
import type { S3Place } from '../../s3/s3-request.ts'
import { putObject } from './s3-put.ts'
import { s3Destination } from './s3.ts'

const NOW = Date.UTC(2026, 10, 26)
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

interface Seen {
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly isSigned: boolean
}

/** What a store sees of one PutObject, which it answers so. */
async function put(
  { status, answer = '' }: { status: number; answer?: string },
  change: Partial<S3Place> = {},
) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const headers: [string, string][] = []
      const { rawHeaders, url = '', method = '' } = request
      for (let at = 0; at < rawHeaders.length; at += 2) {
        headers.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? ''])
      }
      const raw = { method, target: url, headers, body }
      const claim = readSigV4(raw, NOW, { services: new Set(['s3']), region: 'on-prem-1' })
      const isSigned = verifySigV4(claim, deriveSigningKey(SECRET, claim, digests), digests)
      seen.push({ target: url, headers: request.headers, body: body.toString(), isSigned })
      response.writeHead(status).end(answer)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const place: S3Place = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket: 'archive',
    prefix: 'a/b',
    region: 'on-prem-1',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: () => Promise.resolve(SECRET),
    ...change,
  }
  const object = {
    name: 'AWSLogs/x_y-z.json.gz',
    body: Buffer.from('content'),
    contentType: 'application/x-gzip',
    metadata: { signature: 'c0ffee' },
  }
  try {
    await putObject(place, { digests, now: () => NOW }, object)
  } finally {
    server.close()
    server.closeAllConnections()
  }
  return seen[0] ?? assert.fail('nothing was asked')
}

describe('PutObject', () => {
  it('is addressed by path and signed, with its metadata', async () => {
    const seen = await put({ status: 200 })
    assert.equal(seen.target, '/archive/a/b/AWSLogs/x_y-z.json.gz')
    assert.equal(seen.headers['x-amz-meta-signature'], 'c0ffee')
    assert.equal(seen.body, 'content')
    assert.equal(seen.isSigned, true)
    assert.equal(
      (await put({ status: 200 }, { prefix: '' })).target,
      '/archive/AWSLogs/x_y-z.json.gz',
    )
  })

  it('signs with the secret that is given (a test of this test)', async () => {
    const secretAccessKey = () => Promise.resolve('other')
    assert.equal((await put({ status: 200 }, { secretAccessKey })).isSigned, false)
  })

  it('rejects with what the store says, in a code, and nothing more of it', async () => {
    const answer = '<Error><Code>AccessDenied</Code><Message>\u001b[2J</Message></Error>'
    await assert.rejects(put({ status: 403, answer }), (error: Error) => {
      assert.match(
        error.message,
        /^127\.0\.0\.1:\d+ answered 403 AccessDenied to PutObject archive/,
      )
      assert.ok(!error.message.includes('\u001b') && !error.message.includes(SECRET))
      return true
    })
  })

  it('rejects a store that leads elsewhere (the object would be there)', async () => {
    await assert.rejects(put({ status: 307 }))
  })
})

describe('an archive in a bucket', () => {
  it('has no digest before it has all files of it, and its signature before it', async () => {
    const names: string[] = []
    const server = createServer((request, response) => {
      names.push(request.url?.split('/').at(-1) ?? '')
      request.resume().on('end', () => response.writeHead(names.length === 2 ? 500 : 200).end())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const place: S3Place = {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      bucket: 'archive',
      prefix: '',
      region: 'on-prem-1',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: () => Promise.resolve(SECRET),
    }
    const item = {
      async *logFiles() {
        yield { name: 'AWSLogs/one.json.gz', content: '1' }
        yield { name: 'AWSLogs/two.json.gz', content: '2' }
      },
      digest: { name: 'AWSLogs/digest.json.gz', content: '{}' },
      signature: 'ab',
      anchor: '{}',
    }
    const bucket = s3Destination(place, { digests, now: () => NOW })
    try {
      await assert.rejects(bucket.deliver(item), /answered 500/)
      assert.deepEqual(names.splice(0), ['one.json.gz', 'two.json.gz'])
      names.push('', '')
      await bucket.deliver(item)
      assert.deepEqual(names.slice(2), [
        'one.json.gz',
        'two.json.gz',
        'digest.json.gz.signature',
        'digest.json.gz',
      ])
    } finally {
      server.close()
      server.closeAllConnections()
    }
  })
})
