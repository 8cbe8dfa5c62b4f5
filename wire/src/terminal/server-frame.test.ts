import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeServerFrame, parseServerFrame, type ServerFrame } from './server-frame.ts'

const ready: ServerFrame = {
  type: 'ready',
  terminalId: `t-${'a'.repeat(32)}`,
  instanceId: 'i-0123456789abcdef0',
  osUser: 'alice',
  cols: 80,
  rows: 24,
  startedAt: 1_796_000_000_000,
  recorded: true,
  replayBytes: 0,
}

describe('a frame of the server', () => {
  const frames: readonly ServerFrame[] = [
    { type: 'step', step: 'reach', says: 'directly' },
    ready,
    { type: 'replayed' },
    { type: 'caught-up' },
    { type: 'resized', cols: 132, rows: 43 },
    { type: 'devices', attached: 2, watching: 1, answers: true },
    { type: 'ending', because: 'idle', inSeconds: 60 },
    { type: 'unrecorded', says: 'the disk is full' },
    { type: 'ended', cause: 'exited', says: 'The shell ended.', exitCode: 0 },
    { type: 'ended', cause: 'host-lost', says: 'web-1 answers no more.', mend: 'See doctor.' },
    { type: 'refused', code: 'AuthException', message: 'Denied.' },
    {
      type: 'refused',
      code: 'SSHLoginRefused',
      message: 'sshd refused.',
      cause: 'user-locked',
      mend: 'Unlock it.',
      explanation: 'none',
      requestId: 'r',
    },
    { type: 'pong' },
  ]
  for (const frame of frames) {
    it(`comes back as it was: ${encodeServerFrame(frame).slice(0, 60)}`, () => {
      assert.deepEqual(parseServerFrame(encodeServerFrame(frame)), frame)
    })
  }

  it('is none without each of its parts', () => {
    for (const part of Object.keys(ready)) {
      const rest: object = Object.fromEntries(
        Object.entries(ready).filter(([name]) => name !== part),
      )
      assert.equal(parseServerFrame(JSON.stringify(rest)), undefined, part)
    }
  })

  for (const text of [
    '',
    '[]',
    '{"type":"other"}',
    '{"type":"step","step":"guess","says":""}',
    '{"type":"ended","cause":"weather","says":""}',
    '{"type":"ended","cause":"exited","says":"","exitCode":-1}',
    '{"type":"ending","because":"idle","inSeconds":-1}',
    '{"type":"refused","code":"A","message":"","mend":1}',
    `{"type":"replayed","x":"${'x'.repeat(256 * 1024)}"}`,
  ]) {
    it(`is none that this version knows: ${text.slice(0, 60)}`, () => {
      assert.equal(parseServerFrame(text), undefined)
    })
  }
})
