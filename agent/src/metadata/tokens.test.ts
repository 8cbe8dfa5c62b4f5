import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTokens, MAX_TOKEN_SECONDS } from './tokens.ts'

describe('a session token', () => {
  it('is valid until its seconds are over', () => {
    let now = 5_000
    const tokens = createTokens(() => now)
    const token = tokens.issue(2)
    assert.ok(tokens.isValid(token))
    now += 1_999
    assert.ok(tokens.isValid(token))
    now += 1
    assert.ok(!tokens.isValid(token))
  })

  it('is no token with any character changed, left out or added (a later end)', () => {
    const tokens = createTokens(() => 5_000)
    const token = tokens.issue(60)
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === '1' ? '2' : '1'
      assert.ok(!tokens.isValid(token.slice(0, at) + other + token.slice(at + 1)), `at ${at}`)
      assert.ok(!tokens.isValid(token.slice(0, at) + token.slice(at + 1)), `without ${at}`)
    }
    assert.ok(!tokens.isValid(`${token}A`))
    assert.ok(!tokens.isValid(''))
  })

  it('is of one process: another agent, or this one started again, knows it not', () => {
    assert.ok(!createTokens(() => 0).isValid(createTokens(() => 0).issue(60)))
  })

  it('is never given twice', () => {
    const tokens = createTokens(() => 5_000)
    assert.equal(new Set(Array.from({ length: 100 }, () => tokens.issue(1))).size, 100)
  })

  it('lives for six hours at most', () => {
    const tokens = createTokens(() => 0)
    assert.ok(tokens.isValid(tokens.issue(MAX_TOKEN_SECONDS)))
    for (const seconds of [0, -1, 1.5, MAX_TOKEN_SECONDS + 1, Number.NaN])
      assert.throws(() => tokens.issue(seconds), RangeError)
  })
})
