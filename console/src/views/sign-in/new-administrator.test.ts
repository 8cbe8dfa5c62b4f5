import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mistakesOf, tokenIn } from './new-administrator.ts'

const right = { userName: 'ada', password: 'correct horse', again: 'correct horse' }

describe('the form of the first administrator', () => {
  it('says what is wrong before anything is sent', () => {
    assert.deepEqual(mistakesOf(right), {})
    assert.ok(mistakesOf({ ...right, userName: 'a b' }).userName)
    assert.ok(mistakesOf({ ...right, password: 'short', again: 'short' }).password)
    const name = 'correct horse by adele'
    assert.ok(mistakesOf({ userName: 'adele', password: name, again: name }).password)
    assert.deepEqual(Object.keys(mistakesOf({ ...right, again: 'other' })), ['again'])
  })

  it('takes the token out of the address, and nothing else for one', () => {
    assert.equal(tokenIn('#abcdefgh-ABCDEFGH_0123'), 'abcdefgh-ABCDEFGH_0123')
    for (const hash of ['', '#', '#short', '#<script>alert(1)</script>', `#${'x'.repeat(65)}`]) {
      assert.equal(tokenIn(hash), '')
    }
  })
})
