import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BACKOFF, jittered, parseSeconds, stayAway } from './backoff.ts'

const with_ = (random: number) => ({ ...BACKOFF, random: () => random })

describe('jittered', () => {
  it('grows from half a second to half a minute', () => {
    const longest = [0, 1, 2, 5, 6, 7, 1000].map((failures) => jittered(failures, with_(1)))
    assert.deepEqual(longest, [500, 1000, 2000, 16_000, 30_000, 30_000, 30_000])
  })
  it('may be nothing at all (full jitter)', () => assert.equal(jittered(9, with_(0)), 0))
})

describe('stayAway', () => {
  it('is never shorter than what was asked', () => assert.equal(stayAway(7, with_(0)), 7000))
  it('is up to a quarter longer', () => assert.equal(stayAway(8, with_(1)), 10_000))
  it('is not for ever', () => assert.equal(stayAway(999_999_999, with_(0)), 900_000))
})

describe('parseSeconds', () => {
  for (const [text, seconds] of [
    ['5', 5],
    [' 30 ', 30],
    ['', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e9', undefined],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    [undefined, undefined],
  ] as const) {
    it(`reads ${String(text)}`, () => assert.equal(parseSeconds(text), seconds))
  }
})
