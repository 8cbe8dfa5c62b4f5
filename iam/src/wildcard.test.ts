import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { compilePattern, matchesPattern, wildcardParts } from './wildcard.ts'

const matches = (pattern: string, text: string) =>
  matchesPattern(compilePattern(wildcardParts(pattern)), text)

describe('wildcards', () => {
  it('match any run with *, also an empty one', () => {
    assert.ok(matches('Send*', 'SendSSHPublicKey'))
    assert.ok(matches('Send*', 'Send'))
    assert.ok(matches('*', ''))
  })

  it('match across slashes and colons with *', () => {
    assert.ok(matches('arn:aws:ec2:*', 'arn:aws:ec2:eu-west-1:1:instance/a/b'))
  })

  it('match exactly one character with ?', () => {
    assert.ok(matches('web-?', 'web-1'))
    assert.ok(!matches('web-?', 'web-'))
    assert.ok(!matches('web-?', 'web-12'))
    assert.ok(matches('*-??', 'a-b-cd'))
    assert.ok(!matches('*??', 'a'))
  })

  it('cover the whole text (a part of it would let web-1-prod through)', () => {
    assert.ok(!matches('web-1', 'web-1-prod'))
    assert.ok(!matches('web-1', 'prod-web-1'))
  })

  it('do not overlap the beginning with the end', () => {
    assert.ok(!matches('ab*ba', 'aba'))
    assert.ok(!matches('a*ab*b', 'aab'))
  })

  it('take the characters of regular expressions for themselves (a . would match any host)', () => {
    assert.ok(matches('a.b+c[d](e)|^$\\', 'a.b+c[d](e)|^$\\'))
    assert.ok(!matches('a.b', 'axb'))
  })

  it('agree with the plain definition', () => {
    const letters = fc.constantFrom('a', 'b', '*', '?')
    fc.assert(
      fc.property(
        fc.string({ unit: letters, maxLength: 9 }),
        fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 9 }),
        (pattern, text) => assert.equal(matches(pattern, text), naive(pattern, text)),
      ),
      { numRuns: 3000 },
    )
  })

  it('stay fast on patterns that make backtracking explode (one request would stop the server)', () => {
    const text = 'a'.repeat(20_000)
    const began = performance.now()
    assert.ok(!matches(`${'*a'.repeat(3_000)}*b`, text))
    assert.ok(!matches(`${'*a?'.repeat(2_000)}*b*`, text))
    assert.ok(!matches(`*${'a'.repeat(10_000)}?b*`, text))
    assert.ok(!matches(`*${'a'.repeat(10_000)}b*`, text))
    // some ten million steps; a backtracking matcher would not be done before the universe is
    assert.ok(performance.now() - began < 1_000)
  })
})

/** The definition, word for word: exponential, for short texts only. */
function naive(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  const [head, rest] = [pattern[0], pattern.slice(1)]
  if (head === '*') return naive(rest, text) || (text !== '' && naive(pattern, text.slice(1)))
  return text !== '' && (head === '?' || head === text[0]) && naive(rest, text.slice(1))
}
