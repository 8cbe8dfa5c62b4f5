import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { clashingTagKeys, INSTANCE_ID_PATTERN, instanceName, tagProblem } from './instance.ts'

describe('an instance id', () => {
  it('is i- and hexadecimal digits', () => {
    assert.match('i-0123456789abcdef0', INSTANCE_ID_PATTERN)
    for (const text of ['', 'i-', 'mi-01234567', 'i-ABCDEF01', 'i-0123\n', ' i-0123', 'i-0/../1']) {
      assert.doesNotMatch(text, INSTANCE_ID_PATTERN)
    }
  })

  it('is not its name, which is the tag Name and only that', () => {
    assert.equal(instanceName({ tags: { Name: 'web-1', name: 'x' } }), 'web-1')
    assert.equal(instanceName({ tags: { name: 'x' } }), undefined)
  })
})

describe('a tag', () => {
  it('may have letters of any script, digits, blanks and some signs', () => {
    for (const [key, value] of [
      ['env', 'dev'],
      ['Straße', 'ünter den Linden 1'],
      ['a_.:/=+-@', ''],
      ['k'.repeat(128), 'v'.repeat(256)],
    ] as const) {
      assert.equal(tagProblem(key, value), undefined)
    }
  })

  it('is refused when too long, empty, or with signs that mean something elsewhere', () => {
    for (const [key, value] of [
      ['', 'x'],
      ['k'.repeat(129), 'x'],
      ['k', 'v'.repeat(257)],
      ['k', 'a\nb'],
      ['k', 'a\u001b[31m'],
      ['k*', 'x'],
      ['k', '${aws:username}'],
      ['k', '"'],
    ] as const) {
      assert.equal(typeof tagProblem(key, value), 'string', JSON.stringify([key, value]))
    }
  })

  it('may not begin with aws: in any case (would pass for one that the system set)', () => {
    for (const key of ['aws:x', 'AWS:x', 'Aws:'])
      assert.match(tagProblem(key, '') ?? '', /reserved/)
  })

  it('clashes with one whose key differs only in case (either could decide)', () => {
    assert.deepEqual(clashingTagKeys({ env: 'dev', Env: 'prod' }), ['env', 'Env'])
    assert.equal(clashingTagKeys({ env: 'dev', envy: 'prod' }), undefined)
    assert.equal(clashingTagKeys({}), undefined)
  })
})
