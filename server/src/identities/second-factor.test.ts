import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import { createEnvelope } from '../secrets/envelope.ts'
import { created, createdDevice } from '../store/contract/given-identities.ts'
import { scopedFolder, scopedStore } from '../store/sqlite/scoped.ts'
import type { Store } from '../store/store.ts'
import { onDevice, withKey, type CodeTrier } from './code-tries.ts'
import { recoveryCodeHash, seedContext, verifySecondFactor } from './second-factor.ts'
import { newTotpSeed } from './totp.ts'

const envelope = createEnvelope(new Uint8Array(32).fill(7))
const folder = scopedFolder()
let store: Store & AsyncDisposable
before(async () => {
  store = await scopedStore({ file: join(folder.path, 'test.db') })
})
after(async () => {
  await store[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const STRANGER: CodeTrier = { sourceAddress: '192.0.2.1' }

/** Every user has an hour of their own, so that nobody's tries are another's. */
let hours = 0
async function userWithDevice() {
  const { id: userId } = await created(store)
  const now = 1_800_000_000_000 + hours++ * 3_600_000
  const seed = newTotpSeed()
  const id = `AMFA${userId.slice(4)}`
  await createdDevice(store, { id, sealedSeed: envelope.seal(seed, seedContext(id)) })
  const enabled = { userId, at: now, usedStep: Math.floor(now / 30_000) - 2 }
  assert.ok(await store.identities.mfa.enable(id, enabled, 8))
  const totp = new TOTP({ secret: Secret.fromBase32(seed) })
  return {
    userId,
    shown: (secondsFromNow: number) => totp.generate({ timestamp: now + secondsFromNow * 1000 }),
    verify: (code: string, secondsFromNow = 0, trier: CodeTrier = STRANGER) =>
      verifySecondFactor({ store, envelope, now: () => now + secondsFromNow * 1000 }, userId, {
        code,
        trier,
      }),
  }
}

describe('a second factor', () => {
  it('is the code that the device shows, or showed or will show half a minute off', async () => {
    for (const seconds of [-30, 0, 30]) {
      const { shown, verify } = await userWithDevice()
      assert.equal(await verify(shown(seconds)), true, `${seconds}`)
    }
  })

  it('is no code of another minute', async () => {
    const { shown, verify } = await userWithDevice()
    assert.equal(await verify(shown(-90)), false)
    assert.equal(await verify(shown(90)), false)
  })

  it('is good once (who looks over a shoulder comes too late)', async () => {
    const { shown, verify } = await userWithDevice()
    const code = shown(0)
    const twice = await Promise.all([verify(code), verify(code)])
    assert.deepEqual(twice.toSorted(), [false, true])
    assert.equal(await verify(code), false)
  })

  it('is no earlier code after a later one', async () => {
    const { shown, verify } = await userWithDevice()
    assert.equal(await verify(shown(30)), true)
    assert.equal(await verify(shown(0)), false)
  })

  it('is no code of somebody else', async () => {
    const [one, other] = [await userWithDevice(), await userWithDevice()]
    assert.equal(await one.verify(other.shown(0)), false)
  })

  it('is asked five times a minute, right or wrong (a million codes would be guessed)', async () => {
    const { shown, verify } = await userWithDevice()
    const wrong = shown(600)
    for (let tries = 0; tries < 5; tries++) assert.equal(await verify(wrong), false)
    await assert.rejects(verify(shown(0)), { code: 'ThrottlingException' })
    assert.equal(await verify(shown(60), 60), true)
  })

  it('is kept from nobody by whoever has their password, where they were before, or from another network', async () => {
    const { userId, shown, verify } = await userWithDevice()
    const wrong = shown(600)
    for (let minute = 0; minute < 2; minute++) {
      for (let tries = 0; tries < 5; tries++) assert.equal(await verify(wrong, minute * 60), false)
    }
    const spent = { code: 'ThrottlingException' }
    await assert.rejects(verify(shown(120), 120), spent, 'ten in ten minutes from a network')
    const own = onDevice({ userId, deviceId: 'd' })
    assert.equal(await verify(shown(120), 120, own), true)
    assert.equal(await verify(shown(150), 150, { sourceAddress: '198.51.100.1' }), true)
    for (const host of [1, 2, 3, 4, 5, 6]) {
      for (let tries = 0; tries < 5; tries++) {
        await verify(wrong, 150, { sourceAddress: `203.0.${host}.1` })
      }
    }
    const another = { sourceAddress: '203.0.113.1' }
    await assert.rejects(verify(shown(180), 180, another), spent, '30 from everywhere')
    assert.equal(
      await verify(shown(180), 180, withKey({ accessKeyId: 'AKIA1', session: undefined })),
      true,
    )
  })

  it('is guessed no oftener with many keys (each key makes others)', async () => {
    const { shown, verify } = await userWithDevice()
    const temporary = { accessKeyId: 'ASIA1', session: { parentKeyId: 'AKIA1' } }
    assert.deepEqual(withKey(temporary), withKey({ accessKeyId: 'AKIA1', session: undefined }))
    for (let key = 0; key < 6; key++) {
      for (let tries = 0; tries < 5; tries++) await verify(shown(600), 0, { holds: `key ${key}` })
    }
    await assert.rejects(verify(shown(0), 0, { holds: 'key 7' }), { code: 'ThrottlingException' })
  })

  it('is a recovery code instead, once', async () => {
    const { userId, verify } = await userWithDevice()
    const [code, other] = ['abcde-23456', 'fghjk-23456']
    const hashes = [recoveryCodeHash(code), recoveryCodeHash(other)]
    await store.identities.mfa.setRecoveryCodes(userId, hashes)
    assert.equal(await verify('zzzzz-23456'), false)
    assert.equal(await verify(code), true)
    assert.equal(await verify(code), false)
    assert.equal(await verify(other), true)
  })

  it('is nothing of another form', async () => {
    const { verify } = await userWithDevice()
    for (const code of ['', '12345', '１２３４５６']) assert.equal(await verify(code), false)
  })
})
