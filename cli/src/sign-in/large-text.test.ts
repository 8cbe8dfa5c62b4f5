import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { largeText } from './large-text.ts'

describe('largeText', () => {
  it('is three lines of blocks', () => {
    assert.equal(
      largeText('t-1'),
      ['▀▀█▀▀       ▄█', '  █    ▀▀▀   █', '  ▀         ▀▀▀'].join('\n'),
    )
  })
  it('knows all that codes are made of, each in its own form', () => {
    const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-')
    const forms = letters.map((letter) => largeText(letter))
    assert.ok(!forms.includes(undefined))
    assert.equal(new Set(forms).size, letters.length)
  })
  it('does not draw half of a code', () => assert.equal(largeText('AB+C'), undefined))
})
