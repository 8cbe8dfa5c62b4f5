import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { created, createdDevice, createdRole, device } from './given-identities.ts'
import { changesRights, fresh, NOW } from './given.ts'

export function describeMfa(now: () => StoreUnderTest): void {
  describe('MFA devices', () => {
    const mfa = () => now().store.identities.mfa
    const enable = (deviceId: string, userId: string, usedStep = 100, limit = 8) =>
      mfa().enable(deviceId, { userId, at: NOW, usedStep }, limit)

    it('are given as they were made, nobody’s', async () => {
      const row = device({ path: '/a/', tags: { a: 'b' } })
      assert.equal(await mfa().create(row), true)
      assert.deepEqual(await mfa().get(row.id), row)
      assert.equal(await mfa().get(fresh('AMFA')), undefined)
      assert.ok((await mfa().list(undefined)).some(({ id }) => id === row.id))
    })

    it('are enabled for one user and deactivated, once each', async () => {
      const { store } = now()
      const row = await createdDevice(store)
      const [userId, other] = [(await created(store)).id, (await created(store)).id]
      const on = () => enable(row.id, userId)
      assert.equal(await changesRights(store, on), true)
      assert.deepEqual(await mfa().get(row.id), { ...row, userId, enabledAt: NOW })
      assert.equal(await changesRights(store, on), false)
      assert.equal(await on(), false)
      assert.equal(await enable(row.id, other), false)
      const off = () => mfa().deactivate(row.id)
      assert.equal(await changesRights(store, off), true)
      assert.deepEqual(await mfa().get(row.id), row)
      assert.equal(await changesRights(store, off), false)
      assert.equal(await off(), false)
      assert.equal(await enable(row.id, other), true)
    })

    it('are listed by name, a user’s or all', async () => {
      const { store } = now()
      const prefix = fresh('d-')
      const { id: userId } = await created(store)
      for (const end of ['b', 'A', 'c']) {
        const { id } = await createdDevice(store, { name: prefix + end })
        if (end !== 'c') await enable(id, userId)
      }
      const names = (rows: readonly { readonly name: string }[]) =>
        rows.map(({ name }) => name).filter((name) => name.startsWith(prefix))
      const ends = [`${prefix}A`, `${prefix}b`]
      assert.deepEqual(names(await mfa().list(userId)), ends)
      assert.deepEqual(names(await mfa().list(undefined)), [...ends, `${prefix}c`])
    })

    it('of a user stay under the limit when calls race', async () => {
      const { store } = now()
      const { id: userId } = await created(store)
      const devices = await Promise.all(Array.from({ length: 20 }, () => createdDevice(store)))
      const results = await Promise.all(devices.map(({ id }) => enable(id, userId)))
      assert.equal(results.filter(Boolean).length, 8)
      assert.equal((await mfa().list(userId)).length, 8)
    })

    it('are one user’s when many race for one', async () => {
      const { store } = now()
      const { id } = await createdDevice(store)
      const users = await Promise.all(Array.from({ length: 20 }, () => created(store)))
      const results = await Promise.all(users.map((user) => enable(id, user.id)))
      assert.equal(results.filter(Boolean).length, 1)
    })

    it('are users’ and nobody else’s', async () => {
      const { store } = now()
      const { id } = await createdDevice(store)
      await assert.rejects(enable(id, fresh('AIDA')))
      await assert.rejects(enable(id, (await createdRole(store)).id))
      assert.equal(await enable(fresh('AMFA'), (await created(store)).id), false)
      assert.equal((await mfa().get(id))?.userId, undefined)
    })

    describe('as to their codes', () => {
      const enabled = async (usedStep = 100) => {
        const [{ id }, user] = [await createdDevice(now().store), await created(now().store)]
        await enable(id, user.id, usedStep)
        return { id, userId: user.id }
      }

      it('take a time step once, and none before it, which changes no right', async () => {
        const { id } = await enabled()
        const use = (step: number) => mfa().useStep(id, step)
        const acts = async () => {
          assert.equal(await use(100), false)
          assert.equal(await use(99), false)
          assert.equal(await use(101), true)
          assert.equal(await use(101), false)
          assert.equal(await use(105), true)
          assert.equal(await use(104), false)
        }
        assert.equal(await changesRights(now().store, acts), false)
      })

      it('take one of 100 racing uses of a step', async () => {
        const { id } = await enabled()
        const results = await Promise.all(Array.from({ length: 100 }, () => mfa().useStep(id, 101)))
        assert.equal(results.filter(Boolean).length, 1)
      })

      it('keep a step used over restart, deactivation and enabling with an older one', async () => {
        const { id, userId } = await enabled()
        assert.equal(await mfa().useStep(id, 200), true)
        await now().reopen()
        assert.equal(await mfa().useStep(id, 200), false)
        await mfa().deactivate(id)
        await enable(id, userId, 150)
        assert.equal(await mfa().useStep(id, 200), false)
        assert.equal(await mfa().useStep(id, 201), true)
        await mfa().deactivate(id)
        await enable(id, userId, 300)
        assert.equal(await mfa().useStep(id, 300), false)
      })

      it('take none while they are nobody’s, or gone', async () => {
        const { id } = await enabled()
        await mfa().deactivate(id)
        assert.equal(await mfa().useStep(id, 1000), false)
        assert.equal(await mfa().useStep((await createdDevice(now().store)).id, 1), false)
        assert.equal(await mfa().useStep(fresh('AMFA'), 1), false)
      })
    })
  })
}
