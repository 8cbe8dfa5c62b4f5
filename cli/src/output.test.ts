import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { paintFor, printable, printableJson, printableJsonList, table } from './output.ts'

describe('printable', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['ESC (would move the cursor or colour the screen)', 'a\u001b[31mb', 'a\\u001b[31mb'],
    [
      'OSC (would set the title or the clipboard)',
      '\u001b]52;c;eA==\u0007',
      '\\u001b]52;c;eA==\\u0007',
    ],
    ['C1 CSI (is ESC [ to some terminals)', 'a\u009b2Jb', 'a\\u009b2Jb'],
    ['bidi override (would show a name backwards)', 'a\u202egnp.exe', 'a\\u202egnp.exe'],
    ['isolates and marks', '\u2066\u200f\u2069', '\\u2066\\u200f\\u2069'],
    ['newline (would forge a line)', 'a\nroot did it', 'a\\u000aroot did it'],
    ['carriage return (would overwrite the line)', 'a\rb', 'a\\u000db'],
    ['line separator', 'a\u2028b', 'a\\u2028b'],
    ['zero width (would make two names look alike)', 'a\u200bb', 'a\\u200bb'],
    ['tag characters, beyond 16 bits', 'a\u{e0041}', 'a\\udb40\\udc41'],
    ['lone surrogate', 'a\ud800', 'a\\ud800'],
    ['backspace and DEL', 'a\bb\u007f', 'a\\u0008b\\u007f'],
  ]
  for (const [name, text, shown] of cases) {
    it(`writes out ${name}`, () => assert.equal(printable(text), shown))
  }
  it('leaves letters of any script alone', () => {
    assert.equal(printable('Zürich 東京 naïve 🔑'), 'Zürich 東京 naïve 🔑')
  })
})

describe('printableJson', () => {
  it('is the same data to a program', () => {
    const value = { name: 'a\u202eb\u009b\u2028\n"', list: [1, null] }
    assert.deepEqual(JSON.parse(printableJson(value)), value)
  })
  it('holds no acting character', () => {
    const text = printableJson({ 'k\u202e': '\u001b]0;x\u0007\u009b\u200b' })
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
  })
})

describe('table', () => {
  it('pads columns but not the last, and makes cells printable', () => {
    assert.equal(table(['A', 'B'], [['long\u001b', 'x']]), 'A           B\nlong\\u001b  x\n')
  })
})

describe('paintFor', () => {
  const painted = (isTTY: boolean, env: Record<string, string>) =>
    paintFor({ isTTY }, env).bad('x') !== 'x'
  it('colours a terminal', () => assert.equal(painted(true, {}), true))
  it('does not colour a pipe', () => assert.equal(painted(false, {}), false))
  it('does not colour with NO_COLOR', () => assert.equal(painted(true, { NO_COLOR: '1' }), false))
})

describe('JSON of a long list', () => {
  const parts = async function* (...all: readonly (readonly unknown[])[]) {
    yield* all
  }

  it('is that of the whole list, whatever it comes in', async () => {
    const items = [{ a: 'x\u001b[2J', b: [1, { c: [] }] }, 'text', null, []]
    for (const come of [
      [items],
      items.map((one) => [one]),
      [[], items.slice(0, 1), [], items.slice(1), []],
    ]) {
      const text = (await Array.fromAsync(printableJsonList(parts(...come)))).join('')
      assert.equal(text, printableJson(items))
    }
    assert.equal((await Array.fromAsync(printableJsonList(parts([])))).join(''), printableJson([]))
  })

  it('is told as it comes (a million records do not fit in one text)', async () => {
    const asked: number[] = []
    const pages = async function* () {
      for (const page of [1, 2]) {
        asked.push(page)
        yield [page]
      }
    }
    const text = printableJsonList(pages())
    assert.deepEqual((await text.next()).value, '[\n  1')
    assert.deepEqual(asked, [1])
  })
})
