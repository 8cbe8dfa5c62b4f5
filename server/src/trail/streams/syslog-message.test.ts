import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoredTrailEntry } from '../../store/store.ts'
import { syslogFrame } from './syslog-message.ts'

const TIME = Date.UTC(2026, 10, 26, 7, 0, 0, 123)

function entry(change: Partial<StoredTrailEntry> = {}): StoredTrailEntry {
  return {
    seq: 7,
    hash: 'abc',
    eventId: 'e',
    requestId: 'r',
    phase: 'outcome',
    time: TIME,
    eventName: 'SendSSHPublicKey',
    readOnly: false,
    userName: 'alice',
    resource: '',
    errorCode: '',
    record: '{"eventName":"SendSSHPublicKey"}',
    ...change,
  }
}

const message = (change: Partial<StoredTrailEntry> = {}, hostname = 'plane.example.com') => {
  const frame = syslogFrame(entry(change), hostname).toString()
  return frame.slice(frame.indexOf(' ') + 1)
}

describe('a message of syslog', () => {
  it('is as RFC 5424 has it', () => {
    assert.equal(
      message(),
      '<109>1 2026-11-26T07:00:00.123Z plane.example.com fleetkey - SendSSHPublicKey' +
        ' [meta sequenceId="7"][origin software="fleetkey"]' +
        ' \uFEFF{"seq":7,"hash":"abc","record":{"eventName":"SendSSHPublicKey"}}',
    )
  })

  it('is counted in octets, not characters', () => {
    const frame = syslogFrame(entry({ record: '{"name":"Größe 🔑"}' }), 'h')
    const space = frame.indexOf(' ')
    assert.equal(frame.length - space - 1, Number(frame.subarray(0, space).toString()))
  })

  it('is a warning for what was refused or failed, a notice for a change, and else informational', () => {
    assert.match(message({ errorCode: 'AccessDenied' }), /^<108>1 /)
    assert.match(message(), /^<109>1 /)
    assert.match(message({ readOnly: true }), /^<110>1 /)
  })

  it('begins its sequence again after the last number that there is', () => {
    const sequence = (seq: number) => /sequenceId="(\d+)"/.exec(message({ seq }))?.[1]
    assert.equal(sequence(2_147_483_647), '2147483647')
    assert.equal(sequence(2_147_483_648), '1')
  })

  it('keeps names in visible ASCII and short (else they would make fields of their own)', () => {
    const header = message({ eventName: 'A b\n\u001b"ü]' + 'x'.repeat(50) }, 'ho st\r\n').split(' ')
    assert.equal(header[2], 'host')
    assert.equal(header[5], `Ab"]${'x'.repeat(28)}`)
    assert.match(message({ eventName: '\n' }, ' '), /Z - fleetkey - - \[meta/)
  })

  it('is one line without acting characters, whatever a record holds, and tells it all the same', () => {
    const texts = [
      ...Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)),
      '\u2028\u2029\u202e\u2066\u200b\ufeff\u{e0041}\ud800',
      '\u001b]0;title\u0007\r\n<14>1 - - - - - - forged',
    ]
    for (const text of texts) {
      const said = message({ record: JSON.stringify({ name: text }) })
      const [, json = ''] = said.split(' \uFEFF')
      assert.doesNotMatch(json, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
      assert.equal(JSON.parse(json).record.name, text)
    }
  })
})
