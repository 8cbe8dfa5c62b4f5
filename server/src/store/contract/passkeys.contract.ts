import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PasskeyChallenge, PasskeyRow } from '../passkey-store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { created, createdDevice } from './given-identities.ts'
import { changesRights, fresh, NOW } from './given.ts'

export function describePasskeys(now: () => StoreUnderTest): void {
  describe('passkeys', () => {
    const passkeys = () => now().store.identities.passkeys
    const given = (userId: string, change: Partial<PasskeyRow> = {}): PasskeyRow => ({
      passkeyId: fresh('AMFA'),
      userId,
      credentialId: fresh('credential-'),
      publicKey: 'key',
      rpId: 'fleetkey.example.com',
      counter: 0,
      transports: ['internal', 'hybrid'],
      isSynced: true,
      name: 'Ann’s phone',
      createdAt: NOW,
      ...change,
    })
    async function kept(change: Partial<PasskeyRow> = {}): Promise<PasskeyRow> {
      const row = given((await created(now().store)).id, change)
      assert.equal(await passkeys().create(row, 8), true)
      return row
    }

    it('are given as they were made, by what authenticators call them too', async () => {
      const { store } = now()
      const row = given((await created(store)).id)
      assert.equal(await changesRights(store, () => passkeys().create(row, 8)), true)
      await now().reopen()
      assert.deepEqual(await passkeys().get(row.passkeyId), row)
      assert.deepEqual(await passkeys().byCredential(row.credentialId), row)
      assert.deepEqual(await passkeys().list(row.userId), [row])
      assert.ok((await passkeys().list(undefined)).some((one) => one.passkeyId === row.passkeyId))
      assert.equal(await passkeys().byCredential('none'), undefined)
    })

    it('are nobody else’s: a credential is one user’s', async () => {
      const { credentialId } = await kept()
      const other = given((await created(now().store)).id, { credentialId })
      assert.equal(await passkeys().create(other, 8), false)
      await assert.rejects(passkeys().create(given('AIDAnobody'), 8))
    })

    it('are as many as second factors may be, apps among them', async () => {
      const { store } = now()
      const { id: userId } = await created(store)
      const device = await createdDevice(store)
      await store.identities.mfa.enable(device.id, { userId, at: NOW, usedStep: 1 }, 8)
      assert.equal(await passkeys().create(given(userId), 2), true)
      assert.equal(await passkeys().create(given(userId), 2), false)
      const app = await createdDevice(store)
      const on = { userId, at: NOW, usedStep: 1 }
      assert.equal(await store.identities.mfa.enable(app.id, on, 2), false)
      assert.equal(await store.identities.mfa.enable(app.id, on, 3), true)
    })

    it('are renamed, which changes no right, and deleted, which does', async () => {
      const { store } = now()
      const { passkeyId, userId } = await kept()
      const rename = () => passkeys().rename(passkeyId, 'key ring')
      assert.equal(await changesRights(store, rename), false)
      assert.equal((await passkeys().get(passkeyId))?.name, 'key ring')
      const remove = () => passkeys().delete(passkeyId)
      assert.equal(await changesRights(store, remove), true)
      assert.equal(await remove(), false)
      assert.equal(await rename(), false)
      assert.deepEqual(await passkeys().list(userId), [])
    })

    it('hold their user, and go with them by force', async () => {
      const { entities } = now().store.identities
      const { userId, passkeyId } = await kept()
      const held = { kind: 'conflict', holds: 'MFA devices' }
      assert.deepEqual(await entities.delete(userId, { force: false }), held)
      assert.deepEqual(await entities.delete(userId, { force: true }), { kind: 'deleted' })
      assert.equal(await passkeys().get(passkeyId), undefined)
    })

    it('count what they sign: once each number, upwards only', async () => {
      const { store } = now()
      const { passkeyId } = await kept()
      const use = (counter: number) => passkeys().noteUse(passkeyId, { counter, at: NOW + counter })
      assert.equal(await use(0), true, 'it does not count')
      assert.equal(await use(0), true)
      const raced = await Promise.all(Array.from({ length: 50 }, () => use(7)))
      assert.equal(raced.filter(Boolean).length, 1)
      assert.deepEqual([await use(7), await use(6), await use(0)], [false, false, false])
      assert.equal(await changesRights(store, () => use(8)), false)
      const { counter, lastUsedAt } = (await passkeys().get(passkeyId)) ?? {}
      assert.deepEqual([counter, lastUsedAt], [8, NOW + 8])
    })

    const challenge = (change: Partial<PasskeyChallenge> = {}): PasskeyChallenge => ({
      hash: fresh('hash'),
      purpose: 'sign in',
      rpId: 'fleetkey.example.com',
      expiresAt: NOW + 1000,
      ...change,
    })
    const add = (one: PasskeyChallenge, limit = 1000) => passkeys().addChallenge(one, NOW, limit)

    it('answer a challenge once, and in time', async () => {
      const { store } = now()
      const one = challenge()
      const late = challenge()
      assert.equal(await changesRights(store, () => add(one)), false)
      await add(late)
      await now().reopen()
      const raced = await Promise.all(
        Array.from({ length: 50 }, () => passkeys().takeChallenge(one.hash, NOW)),
      )
      assert.deepEqual(
        raced.filter((taken) => taken !== undefined),
        [one],
      )
      assert.equal(await passkeys().takeChallenge(late.hash, NOW + 1000), undefined)
      assert.equal(await passkeys().takeChallenge('none', NOW), undefined)
    })

    it('are asked for answers by strangers only so often, which keeps no user out', async () => {
      const { id: userId } = await created(now().store)
      const one = challenge()
      assert.equal(await add(one), true)
      assert.equal(await add(challenge(), 1), false)
      assert.equal(await add(challenge({ userId, purpose: 'register' }), 1), true)
      assert.equal(await passkeys().addChallenge(challenge(), NOW + 1000, 1), true, 'it is over')
    })

    it('forget all but the newest four challenges of one user and purpose', async () => {
      const { id: userId } = await created(now().store)
      const all = Array.from({ length: 6 }, (_, index) =>
        challenge({ userId, purpose: 'prove again', expiresAt: NOW + 1000 + index }),
      )
      const other = challenge({ userId, purpose: 'second factor' })
      for (const one of [other, ...all]) assert.equal(await add(one), true)
      const taken = await Promise.all(
        [other, ...all].map(({ hash }) => passkeys().takeChallenge(hash, NOW)),
      )
      assert.deepEqual(
        taken.map((found) => found?.userId === userId),
        [true, false, false, true, true, true, true],
      )
    })
  })
}
