import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setImmediate as settled } from 'node:timers/promises'
import { describe, it } from 'node:test'
import { digests } from '../../secrets/digests.ts'
import { scopedFolder } from '../../store/sqlite/scoped.ts'
import { fileAnchor, s3Anchor, webhookAnchor } from './anchors.ts'
import { Courier } from './courier.ts'
import type { DeliveredItem, Destination } from './destination.ts'

const item: DeliveredItem = {
  logFiles: () => assert.fail('an anchor reads no log file'),
  digest: { name: 'AWSLogs/1/CloudTrail-Digest/x.json.gz', content: '{}' },
  signature: 'c0ffee',
  anchor: '{"lastSeq":7}',
}

/** What a receiver that answers so is sent. */
async function sent(status: number, destinationAt: (url: string) => Destination) {
  const seen: { method: string; target: string; body: string }[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ method: request.method ?? '', target: request.url ?? '', body })
      response.writeHead(status, { location: '/elsewhere' }).end('not shown \u001b[2J')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    await destinationAt(`http://127.0.0.1:${port}`).deliver(item)
  } finally {
    server.close()
    server.closeAllConnections()
  }
  return seen
}

describe('an anchor', () => {
  it('in a file is a line for each digest', async () => {
    using folder = scopedFolder()
    const path = join(folder.path, 'anchors')
    await fileAnchor(path).deliver(item)
    await fileAnchor(path).deliver({ ...item, anchor: '{"lastSeq":8}' })
    assert.equal(readFileSync(path, 'utf8'), '{"lastSeq":7}\n{"lastSeq":8}\n')
  })

  it('by webhook is posted, and told by its origin alone (the URL may hold a secret)', async () => {
    const at = (url: string) => webhookAnchor(`${url}/hook?token=secret`)
    assert.deepEqual(await sent(204, at), [
      { method: 'POST', target: '/hook?token=secret', body: '{"lastSeq":7}\n' },
    ])
    assert.equal(at('https://siem.example').name, 'anchor webhook https://siem.example')
  })

  it('that was not taken is not delivered: an error, a redirect', async () => {
    for (const status of [500, 404, 302]) {
      await assert.rejects(sent(status, webhookAnchor), (error: Error) => {
        assert.ok(!error.message.includes('\u001b'))
        return true
      })
    }
  })

  it('in a bucket is an object for each digest', async () => {
    const [put] = await sent(200, (endpoint) =>
      s3Anchor(
        {
          endpoint,
          bucket: 'anchors',
          prefix: '',
          region: 'r',
          accessKeyId: 'AKIA1',
          secretAccessKey: () => Promise.resolve('s'),
        },
        { digests, now: Date.now },
      ),
    )
    assert.deepEqual(put, {
      method: 'PUT',
      target: '/anchors/AWSLogs/1/CloudTrail-Digest/x.anchor.json',
      body: '{"lastSeq":7}\n',
    })
  })
})

describe('who brings digests to a destination', () => {
  it('tries by itself again, ever later, until it is reached', async (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] })
    let tries = 0
    const store = {
      trail: {},
      digests: {
        delivered: () => Promise.resolve(0),
        base: () => Promise.resolve({ seq: 0, hash: '', digestNumber: 0 }),
        // The third time the way is free, and there is nothing to bring.
        read: () => (++tries < 3 ? Promise.reject(new Error('away')) : Promise.resolve([])),
      },
    } as unknown as ConstructorParameters<typeof Courier>[0]['store']
    const log = { info: () => {}, warn: () => {} }
    const destination = fileAnchor('/nonexistent/anchors')
    const courier = new Courier({ store, destination, now: Date.now, log })
    await courier.wake()
    for (const [ms, wanted] of [
      [999, 1],
      [1, 2],
      [1999, 2],
      [1, 3],
      [600_000, 3],
    ] as const) {
      test.mock.timers.tick(ms)
      for (let turn = 0; turn < 5; turn++) await settled()
      assert.equal(tries, wanted, `after ${ms} ms more`)
      assert.equal(courier.status.error, wanted < 3 ? 'away' : undefined)
    }
    await courier.stop()
  })
})
