import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { EscapeSequences, type TerminalToken } from './escape-sequences.ts'

const ESC = '\u001b'
const read = (...pieces: readonly string[]): readonly TerminalToken[] => {
  const reader = new EscapeSequences()
  return pieces.flatMap((piece) => reader.read(piece))
}
const csi = (final: string, parameters = '', prefix = '', intermediates = '') =>
  ({ kind: 'csi', csi: { prefix, parameters, intermediates, final } }) as const
const text = (of: string) => ({ kind: 'text', text: of }) as const

/** Texts that follow each other are one. */
const joined = (tokens: readonly TerminalToken[]) =>
  tokens.reduce<TerminalToken[]>((before, token) => {
    const last = before.at(-1)
    if (last?.kind === 'text' && token.kind === 'text') {
      before[before.length - 1] = text(last.text + token.text)
    } else before.push(token)
    return before
  }, [])

describe('a stream of a terminal', () => {
  it('is cut into text, controls, escapes, control sequences and strings', () => {
    assert.deepEqual(read(`a${ESC}[1;31mb\r\n${ESC}(0${ESC}7${ESC}]0;title\u0007c`), [
      text('a'),
      csi('m', '1;31'),
      text('b'),
      { kind: 'control', text: '\r' },
      { kind: 'control', text: '\n' },
      { kind: 'escape', name: '(0' },
      { kind: 'escape', name: '7' },
      { kind: 'string' },
      text('c'),
    ])
    assert.deepEqual(read(`${ESC}[?2004h${ESC}[>0q${ESC}[!p${ESC}[4 q`), [
      csi('h', '2004', '?'),
      csi('q', '0', '>'),
      csi('p', '', '', '!'),
      csi('q', '4', '', ' '),
    ])
  })

  it('knows C1, of which some begin what others begin with ESC', () => {
    assert.deepEqual(read('\u009b2J\u009d52;c;x\u009ca\u0085'), [
      csi('J', '2'),
      { kind: 'string' },
      text('a'),
      { kind: 'control', text: '\u0085' },
    ])
  })

  it('lets nothing of a string out', () => {
    for (const begin of [`${ESC}]`, `${ESC}P`, `${ESC}_`, `${ESC}^`, `${ESC}X`, '\u009d']) {
      for (const end of [`${ESC}\\`, '\u009c', '\u0018', '\u001a']) {
        assert.deepEqual(read(`${begin}52;c;cm0=x\r\n${end}after`), [
          { kind: 'string' },
          text('after'),
        ])
      }
    }
    assert.deepEqual(read(`${ESC}]title\u0007after`), [{ kind: 'string' }, text('after')])
    assert.deepEqual(read(`${ESC}Pnot ended by\u0007bells`), [])
    assert.deepEqual(read(`${ESC}]never ends`), [])
  })

  it('goes on with whatever ends a string in a terminal (what is shown there would be told to nobody)', () => {
    for (const begin of [`${ESC}]`, `${ESC}P`, `${ESC}_`, `${ESC}^`, `${ESC}X`]) {
      assert.deepEqual(read(`${begin}x${ESC}[1mshown`), [
        { kind: 'string' },
        csi('m', '1'),
        text('shown'),
      ])
      assert.deepEqual(read(`${begin}x\u0085shown`), [{ kind: 'string' }, text('shown')])
    }
  })

  it('is the same wherever its pieces end', () => {
    const parts = fc.constantFrom(
      'a',
      'ü',
      ESC,
      '[',
      ']',
      '1',
      ';',
      '?',
      'm',
      'H',
      '\u0007',
      '\\',
      '\r',
      '\u009b',
      '(',
      '0',
      '\u0018',
      'P',
      ' ',
      '\u{1f600}',
    )
    fc.assert(
      fc.property(fc.array(fc.array(parts, { maxLength: 6 }), { maxLength: 6 }), (pieces) => {
        const whole = pieces.map((piece) => piece.join(''))
        assert.deepEqual(joined(read(...whole)), joined(read(whole.join(''))))
      }),
    )
  })

  it('holds no sequence without end', () => {
    const endless = read(`${ESC}[${'1;'.repeat(100_000)}mafter`)
    assert.deepEqual(endless, [text('after')])
  })
})
