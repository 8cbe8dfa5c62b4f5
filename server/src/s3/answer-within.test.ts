import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { digests } from '../secrets/digests.ts'
import { AnswerTooLong, answerWithin } from './answer-within.ts'
import { s3Request, S3Refused } from './s3-request.ts'

describe('what a store answers', () => {
  it('is taken as far as it is as long as it may be', async () => {
    assert.equal((await answerWithin(new Response('four'), 4)).toString(), 'four')
    assert.equal((await answerWithin(new Response(), 4)).length, 0)
    await assert.rejects(answerWithin(new Response('fives'), 4), AnswerTooLong)
  })

  it('is left when its refusal goes on and on (would fill the memory)', async () => {
    let sent = 0
    const store = createServer((_request, response) => {
      response.writeHead(503)
      const piece = Buffer.alloc(64 * 1024)
      const more = () => {
        do sent += 64
        while (!response.destroyed && response.write(piece))
      }
      response.on('drain', more)
      more()
    }).listen(0, '127.0.0.1')
    await once(store, 'listening')
    const place = {
      endpoint: `http://127.0.0.1:${(store.address() as AddressInfo).port}`,
      bucket: 'archive',
      prefix: '',
      region: 'on-prem-1',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: () => Promise.resolve('secret'),
    }
    const asked = { operation: 'GetObject', method: 'GET', name: 'a', withinMs: 5000 } as const
    await assert.rejects(s3Request(place, { digests, now: () => 0 }, asked), S3Refused)
    store.close()
    store.closeAllConnections()
    // What sockets hold on the way.
    assert.ok(sent < 32 * 1024, `${sent} KiB`)
  })
})
