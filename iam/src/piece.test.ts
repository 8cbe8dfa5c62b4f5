import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { compilePiece, findPiece, standsAt } from './piece.ts'

const piece = (text: string) =>
  compilePiece(text, new Set([...text.matchAll(/\?/g)].map(({ index }) => index)))

describe('pieces of patterns', () => {
  it('are found at the first place behind the given one', () => {
    assert.equal(findPiece(piece('a?c'), 'abcabc', 0), 0)
    assert.equal(findPiece(piece('a?c'), 'abcabc', 1), 3)
    assert.equal(findPiece(piece('a?c'), 'abcabc', 4), undefined)
    assert.equal(findPiece(piece('ab'), 'abcab', 1), 3)
  })

  it('take any one character in their holes, and themselves elsewhere', () => {
    assert.equal(findPiece(piece('??'), 'x', 0), undefined)
    assert.equal(findPiece(piece('?.'), 'ab.', 0), 1)
  })

  it('are found across words of 32 positions', () => {
    const long = `a${'?'.repeat(70)}b`
    assert.equal(findPiece(piece(long), `xx${'a'.repeat(71)}b`, 0), 2)
    assert.equal(findPiece(piece(long), `xx${'a'.repeat(70)}b`, 0), undefined)
  })

  it('agree with trying every place', () => {
    const lengths = { minLength: 1, maxLength: 70 }
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'a', 'a', 'b', '?', '?'), ...lengths }),
        fc.string({ unit: fc.constantFrom('a', 'a', 'a', 'b'), maxLength: 200 }),
        fc.nat(20),
        (pattern, text, from) => {
          const wanted = piece(pattern)
          const places = Array.from({ length: text.length }, (_, at) => at)
          const first = places.find((at) => at >= from && standsAt(wanted, text, at))
          assert.equal(findPiece(wanted, text, from), first)
        },
      ),
      { numRuns: 2000 },
    )
  })
})
