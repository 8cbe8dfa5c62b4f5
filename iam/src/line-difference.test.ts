import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { lineDifference, type DiffLine } from './line-difference.ts'

const SIGNS = { same: ' ', removed: '-', added: '+' } as const
const shown = (before: string, after: string) =>
  lineDifference(before, after).map(({ kind, text }) => `${SIGNS[kind]}${text}`)
/** One text again, each of its lines by the number that it is said to have. */
const side = (lines: readonly DiffLine[], of: 'before' | 'after') => {
  const text: string[] = []
  for (const line of lines) {
    const at = of === 'before' ? 'before' in line && line.before : 'after' in line && line.after
    if (at !== false) text[at - 1] = line.text
  }
  return text.join('\n')
}

describe('lineDifference', () => {
  it('keeps what both have, and takes out before it puts in', () => {
    assert.deepEqual(shown('a\nb\nc', 'a\nx\nc'), [' a', '-b', '+x', ' c'])
    assert.deepEqual(shown('a', 'a'), [' a'])
    assert.deepEqual(shown('a\nb', 'b'), ['-a', ' b'])
  })
  it('holds both texts, each line under its number', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 })
      .map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = lineDifference(before, after)
        assert.equal(side(lines, 'before'), before)
        assert.equal(side(lines, 'after'), after)
      }),
    )
  })
  it('shows long texts whole rather than compare them for long', () => {
    const long = Array.from({ length: 40_000 }, (_, index) => String(index)).join('\n')
    assert.equal(lineDifference(long, '').length, 40_001)
  })
})
