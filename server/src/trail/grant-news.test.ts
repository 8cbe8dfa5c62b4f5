import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createGrantNews } from './grant-news.ts'
import type { Act, Trail } from './trail.ts'

const LINK = { seq: 1, hash: 'h' }
const act = (requestId: string) => ({ requestId }) as Act

function make(recorded: Promise<unknown> = Promise.resolve()) {
  const trail = {
    intent: async () => ({ kind: 'recorded', ...LINK }),
    outcome: async () => LINK,
    complete: async () => recorded.then(() => LINK),
  } as unknown as Trail
  return createGrantNews(trail)
}

describe('news of a request', () => {
  it('come when a record is durable, and not before', async () => {
    const durable = Promise.withResolvers<void>()
    const { trail, news } = make(durable.promise)
    let isTold = false
    const next = news.next('r', 60_000).then(() => (isTold = true))
    const written = trail.complete(act('r'), {})
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(isTold, false)
    durable.resolve()
    await Promise.all([next, written])
  })

  it('come to all who wait for that request, and to nobody else', async () => {
    const { trail, news } = make()
    const waiting = [news.next('r', 60_000), news.next('r', 60_000)]
    let isTold = false
    const other = news.next('other', 60_000).then(() => (isTold = true))
    await trail.complete(act('r'), {})
    await Promise.all(waiting)
    assert.equal(isTold, false)
    await trail.complete(act('other'), {})
    await other
  })

  it('are waited for no longer than asked', async () => {
    await make().news.next('r', 1)
  })

  it('are heard by so many, and who comes then waits for the time alone (told at once, each would look without a pause)', async () => {
    const { trail, news } = make()
    const waiting = Array.from({ length: 1024 }, () => news.next('r', 60_000))
    let isOver = false
    const beyond = news.next('r', 50).then(() => (isOver = true))
    await trail.complete(act('r'), {})
    await Promise.all(waiting)
    assert.equal(isOver, false)
    await beyond
  })
})
