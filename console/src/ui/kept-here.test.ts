import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { keptHere } from './kept-here.ts'

describe('keptHere', () => {
  it('keeps in memory where the browser gives no leave (the page would stay blank)', () => {
    const kept = keptHere(() => {
      throw new DOMException('denied', 'SecurityError')
    })
    assert.equal(kept.getItem('mode'), null)
    kept.setItem('mode', 'dark')
    assert.equal(kept.getItem('mode'), 'dark')
    kept.removeItem('mode')
    assert.equal(kept.getItem('mode'), null)
  })
})
