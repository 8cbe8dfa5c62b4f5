import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { lineDifference, type Line } from './line-difference.ts'

const shown = (before: string, after: string) =>
  lineDifference(before, after).map(({ sign, text }) => `${sign}${text}`)
const side = (lines: readonly Line[], sign: '+' | '-') =>
  lines
    .filter((line) => line.sign === sign || line.sign === ' ')
    .map(({ text }) => text)
    .join('\n')

describe('lineDifference', () => {
  it('keeps what both have, and takes out before it puts in', () => {
    assert.deepEqual(shown('a\nb\nc', 'a\nx\nc'), [' a', '-b', '+x', ' c'])
    assert.deepEqual(shown('a', 'a'), [' a'])
    assert.deepEqual(shown('a\nb', 'b'), ['-a', ' b'])
  })
  it('holds both texts, and every line that they share only once', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 })
      .map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = lineDifference(before, after)
        assert.equal(side(lines, '-'), before)
        assert.equal(side(lines, '+'), after)
      }),
    )
  })
  it('shows long texts whole rather than compare them for long', () => {
    const long = (letter: string) => Array.from({ length: 1600 }, () => letter).join('\n')
    const lines = lineDifference(long('a'), long('b'))
    assert.equal(lines.length, 3200)
  })
})
