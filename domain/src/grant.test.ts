import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  expiryTime,
  GRANT_TTL_SECONDS,
  grantDeadline,
  grantIdOf,
  isLive,
  requestIdOfGrant,
} from './grant.ts'

const boot = 'b1'

describe('a grant', () => {
  it('lives for 60 seconds', () => {
    assert.equal(GRANT_TTL_SECONDS, 60)
    assert.equal(grantDeadline(1_000, 60), 7_000)
  })

  it('cannot live longer, whatever it says, but shorter', () => {
    assert.equal(grantDeadline(1_000, 61), 7_000)
    assert.equal(grantDeadline(1_000, 2 ** 53), 7_000)
    assert.equal(grantDeadline(1_000, 5), 1_500)
    assert.equal(expiryTime(0, 3600), expiryTime(0, 60))
  })

  it('is live until just before its deadline', () => {
    const installed = { bootId: boot, deadline: 7_000 }
    assert.equal(isLive(installed, { bootId: boot, bootNow: 1_000 }), true)
    assert.equal(isLive(installed, { bootId: boot, bootNow: 6_999 }), true)
    assert.equal(isLive(installed, { bootId: boot, bootNow: 7_000 }), false)
    assert.equal(isLive(installed, { bootId: boot, bootNow: Infinity }), false)
    assert.equal(isLive(installed, { bootId: boot, bootNow: NaN }), false)
  })

  it('dies with the boot (the boot clock begins anew)', () => {
    assert.equal(isLive({ bootId: boot, deadline: 7_000 }, { bootId: 'b2', bootNow: 1 }), false)
  })

  it('gives sshd a second that neither ends before 59 s nor after 60 s', () => {
    for (const now of [0, 1, 500, 999, 1_000, 1_700_000_000_001]) {
      const lastSecond = expiryTime(now, 60)
      // sshd accepts through the end of the second that it is told.
      const endsAfterMs = (lastSecond + 1) * 1000 - now
      assert.ok(endsAfterMs >= 60_000 && endsAfterMs < 61_000, String(endsAfterMs))
      assert.ok(lastSecond * 1000 - now >= 59_000)
    }
  })

  it('is named by the request that pushed it, and leads back to it', () => {
    const requestId = '019ac123-4567-7abc-8def-0123456789ab'
    assert.equal(grantIdOf(requestId), '019ac12345677abc8def0123456789ab')
    assert.equal(requestIdOfGrant(grantIdOf(requestId)), requestId)
    for (const other of [undefined, '', requestId, 'G'.repeat(32), `${grantIdOf(requestId)}\n`])
      assert.equal(requestIdOfGrant(other), undefined)
  })
})
