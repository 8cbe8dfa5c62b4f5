import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { credentialFaults } from './credential-faults.ts'
import type { CredentialLine } from './credential-report.ts'

const NOW = 1_800_000_000
const ago = (days: number) => NOW - days * 86_400
const ANN: CredentialLine = {
  user: 'ann',
  hasPassword: true,
  hasFactor: true,
  passwordLastUsed: ago(1),
  passwordChanged: ago(400),
  passwordExpires: undefined,
  keys: [{ isActive: true, createdAt: ago(10), lastUsed: ago(2) }],
}

describe('credentialFaults', () => {
  it('finds nothing about who uses a factor and young keys', () => {
    assert.deepEqual(credentialFaults(ANN, NOW), [])
  })

  it('names what is worth a look', () => {
    assert.deepEqual(credentialFaults({ ...ANN, hasFactor: false }, NOW), ['no second factor'])
    const old = { isActive: true, createdAt: ago(91), lastUsed: undefined }
    assert.deepEqual(credentialFaults({ ...ANN, keys: [old] }, NOW), [
      'key older than 90 days',
      'key never used',
    ])
    const idle = { ...ANN, passwordLastUsed: ago(91), keys: [] }
    assert.deepEqual(credentialFaults(idle, NOW), ['not active for 90 days'])
    assert.deepEqual(credentialFaults({ ...ANN, user: '<root_account>' }, NOW), ['root has a key'])
  })

  it('does not hold an old key against somebody that is off', () => {
    const off = { isActive: false, createdAt: ago(500), lastUsed: undefined }
    assert.deepEqual(credentialFaults({ ...ANN, keys: [off] }, NOW), [])
  })
})
