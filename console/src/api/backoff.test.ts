import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { backoffMs } from './backoff.ts'

const of = { firstMs: 500, longestMs: 30_000 }

describe('backoffMs', () => {
  it('doubles up to the longest', () => {
    assert.deepEqual(
      [0, 1, 2, 20, 5000].map((failures) => backoffMs(failures, { ...of, random: 1 })),
      [500, 1000, 2000, 30_000, 30_000],
    )
  })
  it('spreads pages over the second half, so that none asks again at once', () => {
    assert.equal(backoffMs(20, { ...of, random: 0 }), 15_000)
    assert.equal(backoffMs(0, { ...of, random: 0.5 }), 375)
  })
})
