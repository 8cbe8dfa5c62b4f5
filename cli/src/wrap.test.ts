import assert from 'node:assert/strict'
import { it } from 'node:test'
import { wrap } from './wrap.ts'

it('breaks between words, and keeps a long one whole', () => {
  assert.deepEqual(wrap('one two three', 7), ['one two', 'three'])
  assert.deepEqual(wrap('a arn:aws:iam::1:user/alice b', 5), [
    'a',
    'arn:aws:iam::1:user/alice',
    'b',
  ])
  assert.deepEqual(wrap('short', 80), ['short'])
})
