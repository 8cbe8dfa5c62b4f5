import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LARGE_PASTE, pasteConcern, shownPaste, tamePaste } from './paste-concern.ts'

describe('pasteConcern', () => {
  it('has none about one plain line', () => {
    assert.equal(pasteConcern('ls -l\t/tmp ü 你好 👍'), undefined)
  })

  it('has one about a line that is ended (it would run at once)', () => {
    assert.deepEqual(pasteConcern('rm -r x\n'), { lines: 1, isEnded: true, acting: [] })
  })

  it('counts lines, however they are ended', () => {
    assert.equal(pasteConcern('a\r\nb\rc\nd')?.lines, 4)
    assert.equal(pasteConcern('a\r\nb\rc\nd\n')?.lines, 4)
  })

  it('names each character that acts once', () => {
    assert.deepEqual(pasteConcern('a\u001b[201~b\u001b\u202e\u0003')?.acting, [
      'ESC',
      'U+202E',
      'Ctrl-C',
    ])
  })

  it('asks about very much', () => {
    assert.notEqual(pasteConcern('x'.repeat(LARGE_PASTE + 1)), undefined)
  })
})

describe('tamePaste', () => {
  it('takes ESC out (it would end the brackets around pasted text, and the rest were typed)', () => {
    assert.equal(tamePaste('a\u001b[201~\nrm -r ~\n'), 'a[201~\nrm -r ~\n')
  })

  it('takes C1 controls and turns of the reading order out', () => {
    assert.equal(tamePaste('a\u009b201~\u202eb\u2066c\u200b'), 'a201~bc')
  })

  it('takes out what ends a line or a paragraph elsewhere than in shells, and half characters', () => {
    assert.equal(tamePaste('a\u2028b\u2029c\ud800d'), 'abcd')
  })

  it('leaves tabs, line ends and all letters', () => {
    assert.equal(tamePaste('a\tb\r\nü你👍'), 'a\tb\r\nü你👍')
  })
})

describe('shownPaste', () => {
  it('makes what acts visible', () => {
    assert.equal(shownPaste('a\u001bb\u007f\u202ec\r\nd\t'), 'a␛b␡⟨U+202E⟩c\nd\t')
  })
})
