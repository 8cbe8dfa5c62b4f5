import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { atMostInHand } from './in-hand.ts'

describe('atMostInHand', () => {
  it('stops reading when so much is in hand, and goes on when it is less, also after a failure', async () => {
    const calls: string[] = []
    const take = atMostInHand(2, {
      pause: () => calls.push('pause'),
      resume: () => calls.push('resume'),
    })
    const works = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
    const [first] = works
    take(first?.promise ?? Promise.resolve())
    assert.deepEqual(calls, [])
    for (const { promise } of works.slice(1)) take(promise)
    assert.deepEqual(calls, ['pause'])
    first?.reject(new Error('not written'))
    await nextTurn()
    // What had been read by then is more than that.
    assert.deepEqual(calls, ['pause'])
    for (const { resolve } of works.slice(1)) resolve()
    await nextTurn()
    assert.deepEqual(calls, ['pause', 'resume'])
  })
})
