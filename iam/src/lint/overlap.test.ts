import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { compilePattern, matchesPattern, wildcardParts } from '../wildcard.ts'
import { ANY_FIELD, ANY_WORD, patternsOverlap } from './overlap.ts'

describe('patternsOverlap', () => {
  it('knows when one text fits both', () => {
    for (const [left, right, expected] of [
      ['', '', true],
      ['', '*', true],
      ['', '?', false],
      ['a', 'a', true],
      ['a', 'b', false],
      ['a*', '*b', true],
      ['a*c', 'a?d', false],
      ['a?c', '?b?', true],
      ['arn:aws:ec2:*', 'arn:*:ec2:*:*:instance/*', true],
      ['arn:aws:iam::*:user/*', 'arn:aws:ec2:*:*:instance/*', false],
      ['*', '?', true],
      ['**', '', true],
    ] as const) {
      assert.equal(patternsOverlap(left, right), expected, `${left} and ${right}`)
      assert.equal(patternsOverlap(right, left), expected, `${right} and ${left}`)
    }
  })
  it('keeps a field of an ARN within its colons', () => {
    const type = `arn:aws:ec2:${ANY_WORD}:${ANY_WORD}:instance/${ANY_FIELD}`
    assert.equal(patternsOverlap('arn:aws:ec2:eu-west-1:1:image/x', type), false)
    assert.equal(patternsOverlap('arn:aws:ec2:eu-west-1:1:image/*', type), false)
    assert.equal(patternsOverlap('arn:aws:ec2:*:image/*', type), false)
    assert.equal(patternsOverlap('arn:aws:ec2:*:instance/i-1', type), true)
    assert.equal(patternsOverlap('arn:aws:ec2:::instance/i-1', type), true)
    assert.equal(patternsOverlap('arn:aws:ec2:*', type), true)
    assert.equal(patternsOverlap('*/i-1', type), true)
  })
  it('holds for every text that fits both', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 })
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 })
    const matches = (wanted: string, found: string) =>
      matchesPattern(compilePattern(wildcardParts(wanted)), found)
    fc.assert(
      fc.property(pattern, pattern, text, (left, right, found) => {
        if (matches(left, found) && matches(right, found)) {
          assert.ok(patternsOverlap(left, right))
        }
      }),
      { numRuns: 2_000 },
    )
  })
  it('agrees with trying every short text', () => {
    const texts = ['']
    for (let at = 0; at < texts.length && texts.length < 500; at += 1) {
      texts.push(`${texts[at]}a`, `${texts[at]}b`)
    }
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 3 })
    fc.assert(
      fc.property(pattern, pattern, (left, right) => {
        const [one, other] = [left, right].map((text) => compilePattern(wildcardParts(text)))
        assert.ok(one && other)
        const expected = texts.some(
          (text) => matchesPattern(one, text) && matchesPattern(other, text),
        )
        assert.equal(patternsOverlap(left, right), expected)
      }),
    )
  })
})
