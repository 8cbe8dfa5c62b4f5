import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AcceptedLogins } from './accepted-logins.ts'

const WORD = {
  kind: 'accepted',
  method: 'publickey',
  user: 'alice',
  address: '192.0.2.9',
  port: 50_000,
  fingerprint: 'SHA256:x',
} as const
const UNKNOWN = { method: 'unknown', seenBy: 'processes' }

describe('what sshd says of logins that it accepted', () => {
  it('is told of the process that said it, once it had started', () => {
    const accepted = new AcceptedLogins()
    assert.equal(accepted.hear({ word: WORD, pid: 7, at: 1, bootAt: 100 }), true)
    assert.deepEqual(accepted.of(7, '90'), {
      method: 'publickey',
      seenBy: 'words',
      address: '192.0.2.9',
      port: 50_000,
      fingerprint: 'SHA256:x',
      at: 100,
    })
    assert.deepEqual(
      accepted.of(7, '101'),
      { ...UNKNOWN, at: 101 },
      'a later process of its number',
    )
    assert.deepEqual(accepted.of(8, '90'), { ...UNKNOWN, at: 90 })
  })

  it('names a method as the API does, and none that it does not know', () => {
    const accepted = new AcceptedLogins()
    const { fingerprint: _, ...word } = WORD
    for (const [method, told] of [
      ['keyboard-interactive/pam', 'keyboard-interactive'],
      ['password', 'password'],
      ['magic', 'unknown'],
    ] as const) {
      accepted.hear({ word: { ...word, method }, pid: 7, at: 1, bootAt: 100 })
      assert.equal(accepted.of(7, '90').method, told)
    }
  })

  it('is nothing without a process, or when it is about something else', () => {
    const accepted = new AcceptedLogins()
    assert.equal(accepted.hear({ word: WORD, at: 1, bootAt: 100 }), false)
    const left = { ...WORD, kind: 'left' } as const
    assert.equal(accepted.hear({ word: left, pid: 7, at: 1, bootAt: 100 }), false)
    assert.deepEqual(accepted.of(7, '90'), { ...UNKNOWN, at: 90 })
  })

  it('is kept of the last few hundred (would grow for ever)', () => {
    const accepted = new AcceptedLogins()
    for (let pid = 1; pid <= 300; pid++) accepted.hear({ word: WORD, pid, at: 1, bootAt: 100 })
    assert.equal(accepted.of(1, '90').seenBy, 'processes')
    assert.equal(accepted.of(300, '90').seenBy, 'words')
  })
})
