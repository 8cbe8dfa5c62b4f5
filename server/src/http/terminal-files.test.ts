import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import { StoreUnavailable } from '../store/store.ts'
import { serveTerminalFiles } from './terminal-files.ts'

describe('files of a terminal, while nothing can be recorded', () => {
  let app: FastifyInstance
  const logged: { requestId: string; error: string }[] = []
  before(() => {
    app = Fastify()
    serveTerminalFiles(app, {
      terminals: { filesOf: () => assert.fail('somebody was let in') },
      sourceOf: () => ({ sourceAddress: '192.0.2.1', isOfProxy: false }) as never,
      authenticateCookie: () =>
        Promise.reject(new StoreUnavailable('database or disk is full', { inDoubt: false })),
      foreignPage: () => undefined,
      realm: {} as never,
      log: { error: (facts) => logged.push(facts as (typeof logged)[number]) },
    })
  })
  after(() => app.close())

  it('are refused as everything else is, with the request id that the log has the cause under', async () => {
    const { statusCode, body } = await app.inject({
      url: `/terminals/t-${'a'.repeat(26)}/files?path=%2F`,
      headers: { cookie: '__Host-fleetkey=x', 'sec-fetch-site': 'same-origin' },
    })
    const { code, message } = JSON.parse(body) as { code: string; message: string }
    assert.deepEqual([statusCode, code], [503, 'ServiceUnavailableException'])
    assert.match(message, /trail cannot be written now/)
    const [cause] = logged
    assert.ok(cause !== undefined && message.includes(cause.requestId), message)
    assert.match(cause.error, /disk is full/)
  })
})
