import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatAuthorizedKeysLine } from './authorized-keys-line.ts'
import { parseSshPublicKey } from './public-key.ts'

const text = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea'
const key = parseSshPublicKey(`${text} "comment",command="id"`)

describe('formatAuthorizedKeysLine', () => {
  it('allows a terminal and nothing else with the profile login', () => {
    assert.equal(formatAuthorizedKeysLine(key, { profile: 'login' }), `restrict,pty ${text}`)
  })

  it('adds forwarding with the profile login-with-forwarding', () => {
    assert.equal(
      formatAuthorizedKeysLine(key, { profile: 'login-with-forwarding' }),
      `restrict,pty,port-forwarding,agent-forwarding,X11-forwarding,user-rc ${text}`,
    )
  })

  it('writes the last second of the key in UTC', () => {
    const expiresAt = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000
    assert.equal(
      formatAuthorizedKeysLine(key, { profile: 'login', expiresAt }),
      `restrict,pty,expiry-time="20260102030405Z" ${text}`,
    )
  })

  it('refuses a time that would be written in another shape (sshd might read another time)', () => {
    for (const expiresAt of [1.5, -1, 253_402_300_800, Number.NaN, Infinity]) {
      assert.throws(
        () => formatAuthorizedKeysLine(key, { profile: 'login', expiresAt }),
        RangeError,
      )
    }
    assert.match(
      formatAuthorizedKeysLine(key, { profile: 'login', expiresAt: 253_402_300_799 }),
      /"99991231235959Z"/,
    )
  })
})
