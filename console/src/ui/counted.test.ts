import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { counted } from './counted.ts'

describe('counted', () => {
  it('says one of them as people do, and thousands so that they can be read', () => {
    assert.equal(counted(1, 'event'), '1 event')
    assert.equal(counted(0, 'event'), '0 events')
    assert.equal(counted(12_000, 'match', 'matches'), '12,000 matches')
  })
})
