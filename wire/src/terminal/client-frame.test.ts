import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  encodeClientFrame,
  parseClientFrame,
  readOpening,
  type ClientFrame,
  type OpeningFrame,
} from './client-frame.ts'

const csrf = 'c'.repeat(43)
const instanceId = 'i-0123456789abcdef0'
const terminalId = `t-${'a'.repeat(32)}`
const size = { cols: 80, rows: 24 }

describe('the first frame of a page', () => {
  const frames: readonly OpeningFrame[] = [
    { type: 'open', csrf, instanceId, osUser: 'alice', ...size },
    { type: 'attach', csrf, terminalId, ...size },
    { type: 'watch', csrf, terminalId },
  ]
  for (const frame of frames) {
    const sent = JSON.parse(encodeClientFrame(frame)) as Record<string, unknown>
    const { csrf: shown, ...opening } = sent

    it(`comes back as it was, but for its proof: ${frame.type}`, () => {
      assert.equal(shown, csrf)
      assert.deepEqual(readOpening(sent), opening)
    })

    it(`is none without each of its parts: ${frame.type}`, () => {
      for (const part of Object.keys(opening)) {
        const { [part]: _, ...rest } = sent
        assert.equal(readOpening(rest), undefined, part)
      }
    })
  }

  const open = { type: 'open', instanceId, osUser: 'alice', ...size }
  const wrong: readonly (readonly [string, Record<string, unknown>])[] = [
    ['nothing', {}],
    ['a later frame', { type: 'end' }],
    ['another id', { ...open, instanceId: '../etc' }],
    ['an id without end', { ...open, instanceId: `i-${'0'.repeat(64)}` }],
    ['a terminal of 0 columns', { ...open, cols: 0 }],
    ['a terminal of 1,001 rows', { ...open, rows: 1001 }],
    ['half a column', { ...open, cols: 80.5 }],
    ['columns as text', { ...open, cols: '80' }],
    ['a user name without end', { ...open, osUser: 'u'.repeat(257) }],
    ['an id of a terminal that could be guessed', { type: 'watch', terminalId: 't-1' }],
  ]
  for (const [what, frame] of wrong) {
    it(`is refused: ${what}`, () => assert.equal(readOpening(frame), undefined))
  }

  it('has nothing in it that was not asked for', () => {
    assert.deepEqual(readOpening({ ...open, csrf, command: 'rm' }), open)
  })
})

describe('a later frame of a page', () => {
  const frames: readonly ClientFrame[] = [
    { type: 'resize', cols: 1, rows: 1000 },
    { type: 'ack', bytes: 0 },
    { type: 'ack', bytes: 5, keeps: 5024 },
    { type: 'active' },
    { type: 'answer', text: '\u001b[1;2R' },
    { type: 'end' },
    { type: 'ping' },
  ]
  for (const frame of frames) {
    it(`comes back as it was: ${frame.type}`, () => {
      assert.deepEqual(parseClientFrame(encodeClientFrame(frame)), frame)
    })
  }

  for (const text of [
    'null',
    '{"type":"ack"}',
    '{"type":"answer"}',
    '{"type":"answer","text":1}',
    '{"type":"ack","bytes":-1}',
    '{"type":"ack","bytes":9007199254740992}',
    '{"type":"ack","bytes":"1"}',
    '{"type":"ack","bytes":1,"keeps":-1}',
    '{"type":"ack","bytes":1,"keeps":null}',
    '{"type":"resize","cols":80}',
    '{"type":"resize","cols":80,"rows":1e9}',
    '{"type":"open"}',
    '{"type":"toString"}',
    `{"type":"end","x":"${'x'.repeat(2048)}"}`,
  ]) {
    it(`is none: ${text.slice(0, 50)}`, () => assert.equal(parseClientFrame(text), undefined))
  }
})
