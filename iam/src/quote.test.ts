import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { printable, quote } from './quote.ts'

describe('text from outside in messages', () => {
  it('takes out control characters (would drive the terminal or start a log line)', () => {
    assert.equal(printable('a\u001b[2J\r\nb\u009b\u007f\u2028c'), 'a?[2J??b???c')
  })

  it('takes out direction overrides (would show another name than the one meant)', () => {
    assert.equal(printable('user\u202etoor'), 'user?toor')
  })

  it('cuts long values', () => {
    assert.equal(printable('x'.repeat(500), 10), `${'x'.repeat(10)}…`)
  })

  it('escapes quotes and backslashes (a value would end its own quotation)', () => {
    assert.equal(quote('a" b\\'), '"a\\" b\\\\"')
  })

  it('leaves letters of every language alone', () => {
    assert.equal(quote('Zoë 東京'), '"Zoë 東京"')
  })
})
