import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { actOnEach } from './act-on-each.ts'

describe('actOnEach', () => {
  it('does it to all, and says which were refused and why', async () => {
    const progress: number[] = []
    let atOnce = 0
    let most = 0
    const { done, refused } = await actOnEach(
      ['a', 'b', 'c', 'd', 'e', 'f'],
      async (item) => {
        most = Math.max(most, ++atOnce)
        await Promise.resolve()
        atOnce--
        if (item === 'b') throw new Error('not b')
      },
      { onProgress: (count) => progress.push(count) },
    )
    assert.deepEqual(done, ['a', 'c', 'd', 'e', 'f'])
    assert.deepEqual(
      refused.map(({ item, refusal }) => [item, refusal.message]),
      [['b', 'not b']],
    )
    assert.deepEqual(progress, [1, 2, 3, 4, 5, 6])
    assert.equal(most, 4)
  })

  it('begins none after it was stopped, and says what was done until then', async () => {
    const stop = new AbortController()
    const items = Array.from({ length: 50 }, (_, number) => number)
    const act = async (item: number) => {
      if (item === 9) stop.abort()
      await Promise.resolve()
    }
    const { done, refused } = await actOnEach(items, act, { signal: stop.signal })
    assert.ok(done.length >= 10 && done.length <= 13, `${done.length} were done`)
    assert.deepEqual(refused, [])
  })
})
