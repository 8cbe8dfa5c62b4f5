import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { screenKeyInput, withAlt, withCtrl } from './screen-keys.ts'

describe('the row of keys', () => {
  it('sends the arrows that the host asked for', () => {
    assert.equal(screenKeyInput('up', false), '\u001b[A')
    assert.equal(screenKeyInput('up', true), '\u001bOA')
  })

  it('sends an ESC before what is typed after Alt', () => {
    assert.equal(withAlt('b'), '\u001bb')
    assert.equal(withAlt(withCtrl('c')), '\u001b\u0003')
  })

  it('makes control characters of what is typed after Ctrl', () => {
    assert.equal(withCtrl('c'), '\u0003')
    assert.equal(withCtrl('C'), '\u0003')
    assert.equal(withCtrl('['), '\u001b')
    assert.equal(withCtrl(' '), '\0')
    assert.equal(withCtrl('ü'), 'ü')
    assert.equal(withCtrl('\u001b[A'), '\u001b[A')
  })
})
