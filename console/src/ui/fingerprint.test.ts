import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fingerprintOf } from './fingerprint.ts'

describe('fingerprintOf', () => {
  it('is what ssh-keygen -lf says', async () => {
    // ssh-keygen -lf of github.com's key, which everybody knows.
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
    assert.equal(await fingerprintOf(key), 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU')
  })

  it('is not there for what is no key', async () => {
    assert.equal(await fingerprintOf('ssh-ed25519'), undefined)
    assert.equal(await fingerprintOf('ssh-ed25519 <b>'), undefined)
  })
})
