import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseTemplate, substitute } from '../variables.ts'
import { compilePattern, matchesPattern } from '../wildcard.ts'
import { globCovers, globOf, globsMeet } from './glob.ts'

const template = (text: string) =>
  parseTemplate(text, { version: '2012-10-17', wildcards: 'active' })
const glob = (text: string) => globOf(template(text))
const covers = (outer: string, inner: string) => globCovers(glob(outer), glob(inner))

describe('a pattern covers another', () => {
  const covered: readonly (readonly [string, string])[] = [
    ['*', 'anything*?'],
    ['a*', 'ab*c'],
    ['a*c', 'abc*c'],
    ['?', 'a'],
    ['?', '?'],
    ['*?', '?*'],
    ['?*', 'a'],
    ['**', ''],
    ['*a*b*', 'xa?b'],
    ['user/${aws:username}', 'user/${aws:username}'],
    ['user/${aws:username}*', 'user/${aws:username}-x'],
    ['user/*', 'user/${aws:username}'],
  ]
  for (const [outer, inner] of covered) {
    it(`${outer} covers ${inner || 'nothing at all'}`, () => {
      assert.ok(covers(outer, inner))
    })
  }

  const not: readonly (readonly [string, string])[] = [
    ['a', '*'],
    ['a*', '*a'],
    ['?', '*'],
    ['?*', '*'],
    ['a?', 'a'],
    ['a*b', 'a*'],
    ['user/a', 'user/${aws:username}'],
    ['user/?', 'user/${aws:username}'],
    ['user/${aws:username}', 'user/a'],
    ['user/${aws:username}', 'user/*'],
    ['user/${aws:username}', 'user/${aws:userid}'],
    ["user/${aws:username, 'a'}", 'user/${aws:username}'],
  ]
  for (const [outer, inner] of not) {
    it(`${outer} does not cover ${inner}`, () => {
      assert.ok(!covers(outer, inner))
    })
  }

  it('takes no text for a wildcard or a variable', () => {
    assert.ok(!covers('${*}', 'a'))
    assert.ok(!covers('a', '${*}'))
    assert.ok(covers('?', '${?}'))
  })
})

describe('laws of patterns', () => {
  const pattern = fc
    .array(fc.constantFrom('a', 'b', '*', '?', '*', '${k}', "${k, 'a'}"), { maxLength: 6 })
    .map((parts) => parts.join(''))
  const texts = fc
    .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 })
    .map((parts) => parts.join(''))
  const values = [undefined, 'a', 'b', 'ab', '*']
  const all: string[] = ['']
  for (const text of all) if (text.length < 5) all.push(...['a', 'b', 'c'].map((one) => text + one))

  const matcher = (text: string, k: string | undefined) => {
    const context = { values: new Map(k === undefined ? [] : [['k', k]]), doubled: undefined }
    const parts = substitute(template(text), context)
    const compiled = parts && compilePattern(parts)
    return (asked: string) => compiled !== undefined && matchesPattern(compiled, asked)
  }

  it('what is covered matches nothing that its cover does not', () => {
    let seen = 0
    fc.assert(
      fc.property(pattern, pattern, (outer, inner) => {
        if (!covers(outer, inner)) return
        seen += 1
        for (const k of values) {
          const [wide, narrow] = [matcher(outer, k), matcher(inner, k)]
          assert.deepEqual(
            all.filter((text) => narrow(text) && !wide(text)),
            [],
          )
        }
      }),
      { numRuns: 3000 },
    )
    assert.ok(seen > 100, String(seen))
  })

  it('misses no cover of patterns of text and *', () => {
    const plain = pattern.map((text) => text.replaceAll(/\$\{[^}]*\}|\?/g, ''))
    fc.assert(
      fc.property(plain, plain, (outer, inner) => {
        const [wide, narrow] = [matcher(outer, undefined), matcher(inner, undefined)]
        // Longer texts than the patterns need not be looked at: a `*` that makes a difference makes one soon.
        if (inner.length > 4 || all.some((text) => narrow(text) && !wide(text))) return
        assert.ok(covers(outer, inner), `${outer} covers ${inner}`)
      }),
      { numRuns: 3000 },
    )
  })

  it('two patterns that do not meet match no text both', () => {
    let apart = 0
    fc.assert(
      fc.property(pattern, pattern, texts, (one, other, text) => {
        if (globsMeet(glob(one), glob(other))) return
        apart += 1
        for (const k of values) {
          const [left, right] = [matcher(one, k), matcher(other, k)]
          assert.ok(!left(text) || !right(text))
          assert.deepEqual(
            all.filter((other) => left(other) && right(other)),
            [],
          )
        }
      }),
      { numRuns: 3000 },
    )
    assert.ok(apart > 100, String(apart))
  })

  it('two patterns without variables that match no text both do not meet', () => {
    const plain = pattern.map((text) => text.replaceAll(/\$\{[^}]*\}/g, '').slice(0, 3))
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        const [left, right] = [matcher(one, undefined), matcher(other, undefined)]
        const meeting = all.some((text) => left(text) && right(text))
        assert.equal(globsMeet(glob(one), glob(other)), meeting)
      }),
      { numRuns: 3000 },
    )
  })
})
