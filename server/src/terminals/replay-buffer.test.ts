import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ReplayBuffer } from './replay-buffer.ts'

const push = (buffer: ReplayBuffer, ...texts: readonly string[]) => {
  for (const text of texts) buffer.push(Buffer.from(text))
}
const replayed = (buffer: ReplayBuffer) => Buffer.from(buffer.replay()).toString('utf8')

describe('what is kept of a terminal', () => {
  it('is all of it, while it is little', () => {
    const buffer = new ReplayBuffer(100)
    push(buffer, '$ ls\r\n', 'a b\r\n', '$ ')
    assert.equal(replayed(buffer), '$ ls\r\na b\r\n$ ')
  })

  it('is no more than was said, whatever comes', () => {
    const buffer = new ReplayBuffer(1000)
    for (let line = 0; line < 10_000; line++) push(buffer, `line ${line}\r\n`)
    const text = replayed(buffer)
    assert.ok(text.length <= 1000 && text.length > 900)
    assert.match(text, /^line 9\d{3}\r\n/)
    assert.match(text, /line 9999\r\n$/)
  })

  it('begins with a line, or else a sequence, or else a character (half of one would paint rubbish)', () => {
    const lines = new ReplayBuffer(20)
    push(lines, 'x'.repeat(30), '12345\n', 'y'.repeat(18))
    assert.equal(replayed(lines), 'y'.repeat(18))
    const sequences = new ReplayBuffer(20)
    push(sequences, 'x'.repeat(30), '12345\x1b[31m', 'y'.repeat(13))
    assert.equal(replayed(sequences), `\x1b[31m${'y'.repeat(13)}`)
    const characters = new ReplayBuffer(20)
    push(characters, '€'.repeat(30))
    assert.equal(replayed(characters), '€'.repeat(6))
  })

  it('sets again what was set before: the alternate screen, the mouse, bracketed paste', () => {
    const buffer = new ReplayBuffer(50)
    push(buffer, '\x1b[?1049h\x1b[?1000;1006h\x1b[?2004h\x1b=', 'x\n'.repeat(100))
    const text = replayed(buffer)
    assert.ok(text.startsWith('\x1b[?1049h\x1b[?1000h\x1b[?1006h\x1b[?2004h\x1b='), text)
    assert.equal(buffer.isFullScreen(), true)
  })

  it('does not set what was taken back', () => {
    const buffer = new ReplayBuffer(50)
    push(buffer, '\x1b[?1049h', 'x\n'.repeat(100), '\x1b[?1049l', 'y\n'.repeat(100))
    assert.equal(buffer.isFullScreen(), false)
    assert.ok(replayed(buffer).startsWith('\x1b[?1049l'))
    const reset = new ReplayBuffer(50)
    push(reset, '\x1b[?1049h\x1bc', 'y\n'.repeat(100))
    assert.ok(replayed(reset).startsWith('y'))
  })

  it('reads a sequence that comes in pieces, at every place', () => {
    const sequence = '\x1b[?1049h'
    for (let at = 1; at < sequence.length; at++) {
      const buffer = new ReplayBuffer(30)
      push(buffer, `${'x\n'.repeat(40)}${sequence.slice(0, at)}`, sequence.slice(at))
      assert.equal(buffer.isFullScreen(), true, `cut at ${at}`)
      push(buffer, 'y\n'.repeat(100))
      assert.equal(buffer.isFullScreen(), true, `cut at ${at}, and fallen out`)
    }
  })

  it('is the end of what was shown, however large and small the pieces were', () => {
    let state = 1
    const next = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below
    for (let round = 0; round < 200; round++) {
      const buffer = new ReplayBuffer(20_000)
      let all = ''
      while (all.length < next(100_000)) {
        // Of one byte, of a block and of more than is kept.
        const piece = `${next(10)}`.repeat([1, 50, 3000, 4095, 4096, 9000, 30_000][next(7)] ?? 1)
        push(buffer, piece)
        all += piece
        if (next(10) === 0) replayed(buffer)
        if (next(5) === 0) buffer.pack()
      }
      assert.equal(replayed(buffer), all.slice(-20_000), `round ${round}`)
    }
  })

  it('takes a part of its room while nothing comes, and is the same (hundreds of terminals wait at a prompt)', () => {
    const buffer = new ReplayBuffer()
    push(buffer, '\x1b[?1049h')
    for (let line = 0; line < 12_000; line++) push(buffer, `-rw-r--r-- 1 root root ${line}\r\n`)
    const before = replayed(buffer)
    assert.ok(buffer.pack() > 150_000)
    assert.equal(buffer.pack(), 0, 'once is enough')
    assert.equal(buffer.isFullScreen(), true)
    assert.equal(replayed(buffer), before)
    push(buffer, '\x1b[?1049l', 'x\n'.repeat(300_000))
    assert.equal(buffer.isFullScreen(), false)
  })

  it('takes nothing else for a mode', () => {
    const buffer = new ReplayBuffer(50)
    push(buffer, '\x1b[1049h\x1b[?1049\x1b[?10491h\x1b]0;\x1b[?104', 'x\n'.repeat(100))
    assert.equal(buffer.isFullScreen(), false)
    assert.ok(replayed(buffer).startsWith('x'))
  })
})
