import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { castHeaderLine, castLine, parseCastHeader, parseCastLine } from './asciicast.ts'

describe('asciicast v2', () => {
  it('has a header that its own documentation would take', () => {
    const line = castHeaderLine({ width: 80, height: 24, timestamp: 1_800_000_000, title: 'a@b' })
    assert.deepEqual(JSON.parse(line), {
      version: 2,
      width: 80,
      height: 24,
      timestamp: 1_800_000_000,
      title: 'a@b',
      env: { TERM: 'xterm-256color' },
    })
    assert.ok(line.endsWith('\n') && !line.slice(0, -1).includes('\n'))
    assert.deepEqual(parseCastHeader(line), {
      width: 80,
      height: 24,
      timestamp: 1_800_000_000,
      title: 'a@b',
    })
  })

  it('has events that are read as they were written', () => {
    for (const event of [
      { code: 'o', at: 1.25, text: 'a\r\n\u001b[31m"ü€😀\u0000' },
      { code: 'i', at: 0, text: 'ls\r' },
      { code: 'r', at: 7200.5, cols: 120, rows: 40 },
    ] as const) {
      const line = castLine(event)
      assert.equal(line.indexOf('\n'), line.length - 1, 'one line each')
      assert.deepEqual(parseCastLine(line), event)
    }
  })

  it('spells events as asciinema does', () => {
    assert.equal(castLine({ code: 'o', at: 1.000001, text: 'x' }), '[1.000001, "o", "x"]\n')
    assert.equal(castLine({ code: 'r', at: 2, cols: 80, rows: 24 }), '[2.000000, "r", "80x24"]\n')
  })

  it('answers nothing for what is no event', () => {
    for (const line of [
      '',
      '{}',
      '[1]',
      '[-1, "o", "x"]',
      '["1", "o", "x"]',
      '[1, "o", 2]',
      '[1,',
    ]) {
      assert.equal(parseCastLine(line), undefined, line)
    }
    for (const size of ['0x24', '80', '80x24x1', '99999x1', '-1x2']) {
      assert.equal(parseCastLine(`[1, "r", "${size}"]`), undefined, size)
    }
    assert.equal(parseCastLine('[1, "m", "a marker"]'), undefined)
  })

  it('answers nothing for what is no header', () => {
    for (const line of [
      '',
      '[]',
      '{"version":1,"width":80,"height":24}',
      '{"version":2,"width":80}',
    ]) {
      assert.equal(parseCastHeader(line), undefined, line)
    }
  })
})
