import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createLines } from './lines.ts'

function linesOf(pieces: readonly string[], max: number): string[] {
  const found: string[] = []
  const take = createLines(max, (line) => found.push(line))
  for (const piece of pieces) take(piece)
  return found
}

describe('lines', () => {
  it('are the same, in whatever pieces the text comes', () => {
    const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n') }), { maxLength: 20 })
    fc.assert(
      fc.property(pieces, (parts) => {
        const whole = parts.join('').split('\n').slice(0, -1)
        assert.deepEqual(linesOf(parts, 1000), whole)
      }),
    )
  })

  it('that are too long are dropped, and nothing of them is taken for a line of its own', () => {
    assert.deepEqual(linesOf(['ok\n', 'x'.repeat(6), 'y\nafter\n'], 5), ['ok', 'after'])
    assert.deepEqual(linesOf(['123', '456\n', '12345\n'], 5), ['12345'])
  })
})
