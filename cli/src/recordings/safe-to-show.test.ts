import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { BACK_TO_NORMAL, createSafeOutput } from './safe-to-show.ts'

const ESC = '\u001b'
/** The beginning of a string, and what is answered. */
const HARMFUL = new RegExp(`${ESC}(?:[\\]PX^_Z=>]|\\[[0-9;]*[cntixyp])`)
const safe = (text: string) => createSafeOutput()(text)

describe('what a host sent, on the terminal of whoever plays it', () => {
  it('is drawn as it was', () => {
    for (const text of [
      'plain ü€😀\r\n\tand \b more',
      `${ESC}[1;38;2;10;20;30mcolour${ESC}[0m`,
      `${ESC}[2J${ESC}[H${ESC}[10;20H${ESC}[K${ESC}[5A${ESC}[3X${ESC}[2L${ESC}[1;20r${ESC}[3S`,
      `${ESC}[?1049h${ESC}[?25l${ESC}[?7h${ESC}[4h`,
      `${ESC}(0lqqk${ESC}(B${ESC}7${ESC}8${ESC}M\u000e\u000f`,
      `${ESC}[4:3mcurly${ESC}[2 q${ESC}[!p${ESC}c`,
    ]) {
      assert.equal(safe(text), text)
    }
  })

  for (const [harm, text] of Object.entries({
    'the clipboard': `${ESC}]52;c;cm0gLXJmIH4K\u0007`,
    'the clipboard, ended otherwise': `${ESC}]52;c;cm0=${ESC}\\`,
    'the clipboard, by C1': '\u009d52;c;cm0=\u009c',
    'the title of the window': `${ESC}]0;sudo password:\u0007`,
    'the title, reported as if typed': `${ESC}[21t`,
    'windows moved, resized, closed': `${ESC}[3;0;0t${ESC}[8;1;1t${ESC}[2t`,
    'a link that says another place': `${ESC}]8;;https://evil.example\u0007`,
    'colours of the terminal asked': `${ESC}]11;?\u0007${ESC}]4;1;?\u0007`,
    'answers typed: device attributes': `${ESC}[c${ESC}[>c${ESC}[=c${ESC}Z${ESC}[0c`,
    'answers typed: status and cursor': `${ESC}[5n${ESC}[6n${ESC}[?6n`,
    'answers typed: modes, version, parameters': `${ESC}[?25$p${ESC}[>q${ESC}[x${ESC}[1x`,
    'answers typed: ENQ': '\u0005',
    'answers typed: DECRQSS, XTGETTCAP': `${ESC}P$qm${ESC}\\${ESC}P+q544e${ESC}\\`,
    'answers typed: checksums of the screen': `${ESC}[1;1;1;1;1;1*y`,
    'keys sent otherwise': `${ESC}[>1u${ESC}[?1h${ESC}=${ESC}[>4;2m`,
    'mouse, focus and paste reports': `${ESC}[?1000h${ESC}[?1003h${ESC}[?1006h${ESC}[?1004h${ESC}[?2004h`,
    'programs of the terminal': `${ESC}]1337;RunAction\u0007${ESC}_Gi=1;AAAA${ESC}\\${ESC}^x${ESC}\\`,
    'tmux and screen told': `${ESC}Ptmux;${ESC}${ESC}]52;c;eA==\u0007${ESC}\\${ESC}ktitle${ESC}\\`,
    'the printer': `${ESC}[5i${ESC}[4i`,
    'a bell': '\u0007',
    'a mode that is harmless with one that is not': `${ESC}[?25;1000h`,
    'a mouse as a scroll': `${ESC}[1;1;1;1;1T`,
  })) {
    it(`leaves out ${harm}`, () => {
      const left = safe(`a${text}b`).replace('title', '')
      assert.ok(left.startsWith('a') && left.endsWith('b'), JSON.stringify(left))
      assert.ok(!/\p{Cc}/u.test(left), JSON.stringify(left))
    })
  }

  it('is the same wherever pieces end (half of a sequence is no way through)', () => {
    const parts = fc.constantFrom(
      ESC,
      '[',
      ']',
      'P',
      '\u009b',
      '\u009d',
      '5',
      '2',
      ';',
      'c',
      'n',
      't',
      '?',
      'h',
      '\u0007',
      '\\',
      'm',
      '1',
      '0',
      '\u0018',
      'x',
      '\u0005',
      '\u009c',
      '=',
      '>',
      'q',
      '$',
      'p',
    )
    fc.assert(
      fc.property(fc.array(fc.array(parts, { maxLength: 5 }), { maxLength: 8 }), (pieces) => {
        const texts = pieces.map((piece) => piece.join(''))
        const filter = createSafeOutput()
        const left = texts.map((piece) => filter(piece)).join('')
        assert.equal(left, safe(texts.join('')))
        // Shown again it is what it is: nothing came together that was not there.
        assert.equal(safe(left), left)
        assert.ok(!HARMFUL.test(left), JSON.stringify(left))
      }),
      { numRuns: 2000 },
    )
  })

  it('leaves the terminal as it was', () => assert.equal(safe(BACK_TO_NORMAL), BACK_TO_NORMAL))
})
