import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { WaitingOutput } from './waiting-output.ts'

interface Buffer {
  readonly length: number
  readonly cursorX: number
  readonly cursorY: number
  getLine(row: number): Line | undefined
}
interface Line {
  readonly isWrapped: boolean
  getCell(column: number): { getChars(): string; getFgColor(): number } | undefined
}
interface Terminal {
  readonly buffer: { readonly active: Buffer }
  write(bytes: Uint8Array, done: () => void): void
  dispose(): void
}

// Its types would bring those of browsers to all of this. Its module is for bundlers, and Node finds no names in the other form of it.
const require = createRequire(import.meta.url)
const xterm = require('@xterm/xterm') as {
  readonly Terminal: new (options: object) => Terminal
}

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (waiting: WaitingOutput) => new TextDecoder().decode(waiting.take(Infinity))

function waitingFor(...pieces: readonly string[]): WaitingOutput {
  const waiting = new WaitingOutput()
  for (const piece of pieces) waiting.push(bytes(piece))
  return waiting
}

describe('output that waits', () => {
  it('leaves out whole lines that as many others push away, and says how much that was', () => {
    const waiting = waitingFor('a\r\nb', 'b\r\nc\r\n', 'd\r\ne', 'e\r\nf\r\ng')
    assert.equal(waiting.skipUnseen(1), 14)
    assert.equal(text(waiting), 'a\r\nf\r\ng')
    assert.equal(waiting.bytes, 0)
  })

  it('keeps as many lines as it is told', () => {
    const waiting = waitingFor('a\r\n', 'b\r\n', 'c\r\n', 'd\r\n')
    assert.equal(waiting.skipUnseen(4), 0)
    assert.equal(waiting.skipUnseen(Infinity), 0)
    assert.equal(waiting.bytes, 12)
  })

  it('leaves out nothing where anything else than lines is written', () => {
    for (const other of ['\u001b[1m', '\u0007', '\u009b1m', '\u007f', '\b', '\u000e', '\f']) {
      const waiting = waitingFor('a\r\n', `b${other}\r\n`, 'c\r\n', 'd\r\n')
      assert.equal(waiting.skipUnseen(1), 0, JSON.stringify(other))
      assert.equal(waiting.isPlain, false, JSON.stringify(other))
    }
  })

  it('sees the control whose two bytes came in two pieces', () => {
    const waiting = new WaitingOutput()
    waiting.push(bytes('a\r\n'))
    waiting.push(Uint8Array.of(0xc2))
    waiting.push(Uint8Array.of(0x9b))
    waiting.push(bytes('1;3r\r\nb\r\nc\r\nd\r\n'))
    assert.equal(waiting.skipUnseen(1), 0)
  })

  it('is plain again when what was not is taken', () => {
    const waiting = waitingFor('\u001b[1m', 'a\r\n')
    assert.equal(waiting.take(4).length, 4)
    assert.equal(waiting.isPlain, true)
    assert.equal(text(waiting), 'a\r\n')
  })

  it('leaves a terminal with the same lines, colours and cursor, however its output came', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = randomOf(seed)
      const output = hostOutput(random)
      // oxlint-disable-next-line no-await-in-loop -- one terminal after the other: they are large
      const [whole, skipped] = await Promise.all([shown(output, 0), shown(output, random() * 9)])
      assert.deepEqual(skipped, whole, `seed ${seed}`)
    }
  })
})

const [COLS, ROWS, SCROLLBACK] = [12, 4, 6]

/** What a terminal holds after all of it. @param patience how many messages are waited for before what waits is written; 0: all are written */
async function shown(messages: readonly Uint8Array[], patience: number) {
  const terminal = new xterm.Terminal({
    cols: COLS,
    rows: ROWS,
    scrollback: SCROLLBACK,
    allowProposedApi: true,
  })
  const written = (piece: Uint8Array) =>
    new Promise<void>((resolve) => terminal.write(piece, resolve))
  const waiting = new WaitingOutput()
  let count = 0
  for (const message of messages) {
    waiting.push(message)
    if (patience > 0) waiting.skipUnseen(ROWS + SCROLLBACK)
    count += 1
    // oxlint-disable-next-line no-await-in-loop -- as it comes
    if (count > patience) await written(waiting.take(Infinity))
    if (count > patience) count = 0
  }
  await written(waiting.take(Infinity))
  const { active } = terminal.buffer
  const lines = Array.from({ length: active.length }, (_, index) => {
    const line = active.getLine(index)
    const cells = Array.from({ length: COLS }, (__, column) => {
      const cell = line?.getCell(column)
      return `${cell?.getChars()}/${cell?.getFgColor()}`
    })
    return `${line?.isWrapped} ${cells.join(' ')}`
  })
  const cursor = [active.cursorX, active.cursorY]
  terminal.dispose()
  return { lines, cursor }
}

const LINES = [
  'a',
  'the quick brown fox',
  '',
  'ÄÖ£·',
  '日本語日本語',
  'e\u0301x',
  'x\ry',
  '\tz',
  '1',
  '1m',
]
const OTHERS = [
  '\u001b[3',
  '\u001b[31m',
  '\u001b[',
  '\u001b',
  '\u009b3',
  '\u001b[2J',
  '\u001b]0;title',
  '\u0007',
  '\u001b[0m',
]

/** Floods of lines with a sequence here and there, some of them cut off, in messages that are cut anywhere. */
function hostOutput(random: () => number): readonly Uint8Array[] {
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? ''
  const parts = Array.from({ length: 200 }, () =>
    random() < 0.03 ? pick(OTHERS) : `${pick(LINES)}${random() < 0.95 ? '\r\n' : '\n'}`,
  )
  const all = bytes(parts.join(''))
  const messages: Uint8Array[] = []
  for (let at = 0; at < all.length;) {
    const length = 1 + Math.floor(random() * 80)
    messages.push(all.subarray(at, at + length))
    at += length
  }
  return messages
}

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
