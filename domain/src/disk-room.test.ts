import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isNearlyFull, roomText, usedPercent } from './disk-room.ts'

describe('usedPercent', () => {
  it('rounds up, so that a disk with nothing left is never told as less than full', () => {
    assert.equal(usedPercent({ bytes: 1000, freeBytes: 1000 }), 0)
    assert.equal(usedPercent({ bytes: 1000, freeBytes: 101 }), 90)
    assert.equal(usedPercent({ bytes: 1000, freeBytes: 0 }), 100)
    assert.equal(usedPercent({ bytes: 0, freeBytes: 0 }), 100)
  })
})

describe('isNearlyFull', () => {
  it('begins at 90 %', () => {
    assert.equal(isNearlyFull({ bytes: 1000, freeBytes: 110 }), false)
    assert.equal(isNearlyFull({ bytes: 1000, freeBytes: 100 }), true)
  })
})

describe('roomText', () => {
  it('says both, as a percentage alone tells nothing of how long it lasts', () => {
    assert.equal(roomText({ bytes: 1e11, freeBytes: 1.2e9 }), '99 % used, 1.2 GB free')
  })
})
