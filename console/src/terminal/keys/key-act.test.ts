import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { keyAct } from './key-act.ts'

const none = { ctrlKey: false, shiftKey: false, altKey: false, metaKey: false }

describe('keyAct', () => {
  it('takes Ctrl+Shift+F, also where Shift makes another letter of it', () => {
    assert.equal(keyAct({ ...none, key: 'F', ctrlKey: true, shiftKey: true }), 'search')
    assert.equal(keyAct({ ...none, key: 'f', ctrlKey: true, shiftKey: true }), 'search')
  })

  it('leaves the shell what is its own', () => {
    for (const key of ['c', 'v', 'f', 'F6', 'Enter', 'ArrowLeft']) {
      assert.equal(keyAct({ ...none, key }), undefined, key)
    }
    assert.equal(keyAct({ ...none, key: 'c', ctrlKey: true }), undefined)
    assert.equal(
      keyAct({ ...none, key: 'f', ctrlKey: true, altKey: true, shiftKey: true }),
      undefined,
    )
  })

  it('has a way out that is no key of htop or mc', () => {
    assert.equal(keyAct({ ...none, key: 'F6', ctrlKey: true }), 'leave')
  })
})
