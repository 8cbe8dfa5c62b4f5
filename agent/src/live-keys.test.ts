import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MAX_LIVE_GRANTS_PER_USER } from '@fleetkey/domain/grant'
import { parseSshKeyBlob } from '@fleetkey/wire/ssh/public-key'
import { DeliveryFailed, type LiveKey } from './delivery.ts'
import type { VerifiedGrant } from './grant-checks.ts'
import { GrantRefusal } from './grant-refusal.ts'
import { LiveKeys, type LiveKeysOptions } from './live-keys.ts'
import { createFakeClock, createFakeDelivery, silentLog } from './testing/agent-parts.ts'
import { until } from './testing/until.ts'
import { newKeyBlob, sampleGrant } from './testing/control-plane.ts'

function make(changes: Partial<LiveKeysOptions> = {}) {
  const delivery = createFakeDelivery()
  const clock = createFakeClock()
  const expired: LiveKey[] = []
  const liveKeys = new LiveKeys({
    delivery,
    clock,
    log: silentLog(),
    sweepMs: 10,
    onExpired: (key) => expired.push(key),
    ...changes,
  })
  return { delivery, clock, liveKeys, expired }
}

function verified(fields: Parameters<typeof sampleGrant>[0] = {}): VerifiedGrant {
  const grant = sampleGrant(fields)
  return { grant, key: parseSshKeyBlob(grant.keyType, grant.keyBlob) }
}

const aWhile = (ms = 35) => new Promise((resolve) => setTimeout(resolve, ms))

const refused = (code: string) => (thrown: unknown) =>
  thrown instanceof GrantRefusal && thrown.code === code

describe('LiveKeys', () => {
  it('counts the deadline from the moment of the install', async () => {
    const { liveKeys, clock } = make()
    clock.advance(5)
    const key = await liveKeys.install(verified({ ttl: 10 }))
    assert.equal(key.deadline, 100_005 + 1000)
    assert.ok(key.expiryTime * 1000 < Date.now() + 10_000)
  })

  it('takes a key away when its time is over by the boot clock, and not before', async () => {
    const { liveKeys, delivery, clock, expired } = make()
    const key = await liveKeys.install(verified())
    clock.advance(5999)
    await aWhile()
    assert.equal(delivery.keys.size, 1)
    clock.advance(1)
    await until(() => expired.length > 0)
    assert.equal(delivery.keys.size, 0)
    assert.deepEqual(expired, [key])
    assert.deepEqual(liveKeys.list(), [])
  })

  it('tries again when a key could not be removed', async () => {
    const { liveKeys, delivery, clock } = make()
    let failures = 2
    delivery.before = async (call) => {
      if (call === 'remove' && failures-- > 0) throw new Error('EROFS')
    }
    await liveKeys.install(verified())
    clock.advance(6000)
    await until(() => delivery.keys.size === 0)
    assert.ok(failures < 0)
  })

  it('gives the same key a new minute instead of a second entry', async () => {
    const { liveKeys, delivery, clock } = make()
    const keyBlob = newKeyBlob()
    await liveKeys.install(verified({ keyBlob }))
    clock.advance(3000)
    const second = await liveKeys.install(verified({ keyBlob }))
    assert.deepEqual(liveKeys.list(), [second])
    await aWhile(1)
    assert.deepEqual([...delivery.keys.keys()], [second.grantId])
  })

  it('refuses the 33rd key of an account, but not the same one again', async () => {
    const { liveKeys } = make()
    const keyBlob = newKeyBlob()
    await liveKeys.install(verified({ keyBlob }))
    for (let more = 1; more < MAX_LIVE_GRANTS_PER_USER; more++) await liveKeys.install(verified())
    await assert.rejects(liveKeys.install(verified()), refused('too-many-grants'))
    await liveKeys.install(verified({ keyBlob }))
    await liveKeys.install(verified({ osUser: 'bob' }))
  })

  it('refuses the 257th key of the host', async () => {
    const { liveKeys } = make()
    for (let user = 0; user < 8; user++) {
      for (let more = 0; more < 32; more++) {
        await liveKeys.install(verified({ osUser: `user${user}` }))
      }
    }
    await assert.rejects(
      liveKeys.install(verified({ osUser: 'ninth' })),
      refused('too-many-grants'),
    )
  })

  it('counts keys that could not be removed (they may still be on the host)', async () => {
    const { liveKeys, delivery, clock } = make()
    for (let more = 0; more < MAX_LIVE_GRANTS_PER_USER; more++) await liveKeys.install(verified())
    delivery.before = async (call) => {
      if (call === 'remove') throw new Error('EROFS')
    }
    clock.advance(6000)
    await aWhile()
    await assert.rejects(liveKeys.install(verified()), refused('too-many-grants'))
  })

  it('removes what a failed install may have left', async () => {
    const { liveKeys, delivery } = make()
    delivery.install = async (key) => {
      delivery.keys.set(key.grantId, key)
      throw new DeliveryFailed('The disk is full: free space on the host.')
    }
    await assert.rejects(liveKeys.install(verified()), /The disk is full/)
    assert.equal(delivery.keys.size, 0)
  })

  it('refuses when a delivery takes too long, and removes what it installs later', async () => {
    const { liveKeys, delivery } = make({ installLimitMs: 10 })
    delivery.before = async (call) => {
      if (call === 'install') await aWhile(30)
    }
    await assert.rejects(liveKeys.install(verified()), refused('delivery-failed'))
    await aWhile(60)
    assert.equal(delivery.keys.size, 0)
    assert.deepEqual(liveKeys.list(), [])
  })

  it('refuses when the key’s time ran out while it was installed', async () => {
    const { liveKeys, delivery, clock } = make()
    delivery.before = async (call) => {
      if (call === 'install') clock.advance(100)
    }
    await assert.rejects(liveKeys.install(verified({ ttl: 1 })), refused('delivery-failed'))
    assert.equal(delivery.keys.size, 0)
  })

  it('revokes one that is just being installed', async () => {
    const { liveKeys, delivery } = make()
    const one = verified()
    const begun = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    delivery.before = async (call) => {
      if (call !== 'install') return
      begun.resolve()
      await goOn.promise
    }
    const installing = assert.rejects(liveKeys.install(one), refused('grant-not-valid'))
    await begun.promise
    const revoking = liveKeys.revoke(one.grant.grantId)
    goOn.resolve()
    await Promise.all([installing, revoking])
    assert.equal(delivery.keys.size, 0)
  })

  it('lets nobody wait for what another account does (a home that does not answer would stop all pushes to the host)', async () => {
    const { liveKeys, delivery, clock, expired } = make()
    const others = verified({ osUser: 'bob' })
    await liveKeys.install(others)
    const never = Promise.withResolvers<void>()
    delivery.before = async (_call, key) => {
      if (key?.osUser === 'alice') await never.promise
    }
    void liveKeys.install(verified({ osUser: 'alice' })).catch(() => undefined)
    await liveKeys.install(verified({ osUser: 'carol' }))
    await liveKeys.revoke(others.grant.grantId)
    assert.deepEqual(
      liveKeys.list().map(({ osUser }) => osUser),
      ['alice', 'carol'],
    )
    clock.advance(6000)
    await until(() => expired.length > 0)
    assert.equal(delivery.keys.size, 0)
  })

  it('refuses one that was revoked before', async () => {
    const { liveKeys, delivery } = make()
    const one = verified()
    await liveKeys.revoke(one.grant.grantId)
    await assert.rejects(liveKeys.install(one), refused('grant-not-valid'))
    assert.equal(delivery.keys.size, 0)
  })

  it('installs nothing when the boot clock cannot be read', async () => {
    const clock = {
      bootId: 'b',
      now: () => {
        throw new Error('no /proc')
      },
    }
    const { liveKeys, delivery } = make({ clock })
    await assert.rejects(liveKeys.install(verified()))
    assert.equal(delivery.keys.size, 0)
  })
})
