import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { shownTitle } from './shown-title.ts'

describe('shownTitle', () => {
  it('leaves a plain title', () => {
    assert.equal(shownTitle('vim – notes.txt'), 'vim – notes.txt')
  })

  it('takes out what acts (a turn of the reading order would make it another name)', () => {
    assert.equal(shownTitle('a\u202eb\u0007c\nd'), 'a b c d')
  })

  it('is short', () => {
    assert.equal(shownTitle('x'.repeat(5000)).length, 80)
  })
})
