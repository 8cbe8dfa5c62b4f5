import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { tagChange } from './tag-change.ts'

const tag = (Key: string, Value: string) => ({ Key, Value })

describe('tagChange', () => {
  it('sets what is new or other, and removes what is gone', () => {
    const before = [tag('a', '1'), tag('b', '2'), tag('c', '3')]
    const after = [tag('a', '1'), tag('b', 'x'), tag('d', '4'), tag('', 'y')]
    assert.deepEqual(tagChange(before, after), {
      set: [tag('b', 'x'), tag('d', '4')],
      removed: ['c'],
    })
  })

  it('does not remove a key that only its case is changed of (would take the new one away)', () => {
    assert.deepEqual(tagChange([tag('Env', '1')], [tag('env', '1')]), {
      set: [tag('env', '1')],
      removed: [],
    })
  })
})
