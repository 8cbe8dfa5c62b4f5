import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isPrintable, printable } from './printable.ts'

const ACTING = [
  ['an escape (would move the cursor)', '\u001b'],
  ['a newline (would begin a line of its own)', '\n'],
  ['a control character of C1 (would begin a sequence)', '\u009b'],
  ['a mark of direction (would turn the reading order)', '\u202e'],
  ['a separator of lines', '\u2028'],
  ['a separator of paragraphs', '\u2029'],
] as const

describe('printable text', () => {
  it('has letters of any script', () => {
    assert.equal(isPrintable('Zürich 東京 ✓'), true)
    assert.equal(printable('Zürich 東京 ✓', 100), 'Zürich 東京 ✓')
  })

  for (const [what, character] of ACTING) {
    it(`has not ${what}`, () => {
      assert.equal(isPrintable(`a${character}b`), false)
      assert.equal(printable(`a${character}b`, 100), 'a b')
    })
  }

  it('is cut where it must be', () => {
    assert.equal(printable('abcdef', 3), 'abc')
  })
})
