import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { agoText } from './time-words.ts'

const now = Date.UTC(2026, 10, 26, 12)

describe('agoText', () => {
  it('takes the largest unit that fits', () => {
    assert.equal(agoText(new Date(now - 119_000), now), '1 minute ago')
    assert.equal(agoText(new Date(now - 3 * 3_600_000), now), '3 hours ago')
    assert.equal(agoText(new Date(now + 2 * 86_400_000), now), 'in 2 days')
    assert.equal(agoText(new Date(now), now), 'now')
  })

  it('tells of nothing that has just happened as still to come: the clock of pages is some seconds old', () => {
    assert.equal(agoText(new Date(now + 9000), now), 'now')
    assert.equal(agoText(new Date(now + 30_000), now), 'in 30 seconds')
  })
})
