import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PlainLines } from './plain-lines.ts'

const ESC = '\u001b'
const linesOf = (...pieces: readonly string[]) => {
  const lines = new PlainLines()
  return [...pieces.flatMap((piece) => lines.write(piece)), lines.rest()].filter((line) => line)
}

describe('what a terminal showed, in plain lines', () => {
  it('has no colours, titles and prompts of the terminal in it', () => {
    assert.deepEqual(
      linesOf(
        `${ESC}]0;ann@web-1\u0007${ESC}[?2004h${ESC}[32mann@web-1${ESC}[0m:~$ ls\r\nfile\r\n`,
      ),
      ['ann@web-1:~$ ls', 'file'],
    )
  })

  it('has what stood in the end, not what was rubbed out or written over', () => {
    assert.deepEqual(linesOf('$ sl\b\b\b\b$ ls -l\b \b\b\r\n'), ['$ ls -'])
    assert.deepEqual(linesOf('10%\r50%\r100%\r\n'), ['100%'])
    assert.deepEqual(linesOf(`a long line\rshort${ESC}[K\r\n`), ['short'])
    assert.deepEqual(linesOf(`abc${ESC}[2D${ESC}[1PX\r\n`), ['aX'])
    assert.deepEqual(linesOf(`ad${ESC}[D${ESC}[2@bc\r\n`), ['abcd'])
    assert.deepEqual(linesOf('a\tb\r\n'), ['a       b'])
    assert.deepEqual(linesOf(`x${ESC}[10Gy\r\n`), ['x        y'])
  })

  it('joins what came in pieces', () => {
    assert.deepEqual(linesOf('l', 's', ESC, '[3', '1m -l', '\r', '\n'), ['ls -l'])
  })

  it('tells that a full-screen program was there, and nothing of it', () => {
    assert.deepEqual(
      linesOf(`$ vi x\r\n${ESC}[?1049h${ESC}[2J~\r\n~ secret${ESC}[?1049l$ exit\r\n`),
      ['$ vi x', '[a full-screen program]', '$ exit'],
    )
  })

  it('cuts a line without end (it would be held in memory)', () => {
    const lines = linesOf('x'.repeat(10_000))
    assert.deepEqual(
      lines.map(({ length }) => length),
      [4096, 4096, 1808],
    )
    assert.ok(linesOf(`${ESC}[99999999C${ESC}[99999999@x`).join('').length < 10_000)
  })
})
