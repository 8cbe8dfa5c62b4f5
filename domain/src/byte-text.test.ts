import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { byteText } from './byte-text.ts'

describe('byteText', () => {
  it('takes the unit that fits', () => {
    assert.equal(byteText(0), '0 B')
    assert.equal(byteText(999), '999 B')
    assert.equal(byteText(1500), '1.5 KB')
    assert.equal(byteText(250_000_000), '250 MB')
  })
})
