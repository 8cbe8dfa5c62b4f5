import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { clockText, clockWords, parseClock } from './clock-text.ts'

describe('a place in a recording', () => {
  it('is written as players write it', () => {
    assert.deepEqual([0, 5.9, 65, 600, 3723].map(clockText), [
      '0:00',
      '0:05',
      '1:05',
      '10:00',
      '1:02:03',
    ])
  })

  it('is said in words', () => {
    assert.deepEqual([0, 61, 3602].map(clockWords), [
      '0 seconds',
      '1 minute 1 second',
      '1 hour 2 seconds',
    ])
  })

  it('is read from an address, or not at all', () => {
    assert.deepEqual(
      ['125', '2:05', '1:02:03', '1.5', '2.3000000000000003'].map(parseClock),
      [125, 125, 3723, 1.5, 2.3000000000000003],
    )
    for (const text of [null, '', 'x', '1:2:3:4', '-1', '1e3']) {
      assert.equal(parseClock(text), undefined)
    }
  })
})
