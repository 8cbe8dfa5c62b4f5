import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { created, createdRole } from './given-identities.ts'
import { changesRights, fresh } from './given.ts'

export function describeProfiles(now: () => StoreUnderTest): void {
  describe('instance profiles', () => {
    const profiles = () => now().store.identities.profiles
    const profile = (name = fresh('profile-')) => created(now().store, { name }, 'profile')

    it('have one role at most, and a role may have several', async () => {
      const { store } = now()
      const [b, A] = [await profile(fresh('b-')), await profile(fresh('A-'))]
      const [role, other] = [await createdRole(store), await createdRole(store)]
      assert.equal(await profiles().roleOf(b.id), undefined)
      for (const { id } of [b, A]) {
        const act = () => profiles().addRole(id, role.id).then(assert.ok)
        assert.equal(await changesRights(store, act), true)
        assert.deepEqual(await profiles().roleOf(id), role)
      }
      assert.deepEqual(await profiles().ofRole(role.id), [A, b])
      for (const { id } of [role, other]) {
        assert.equal(await changesRights(store, () => profiles().addRole(b.id, id)), false)
        assert.equal(await profiles().addRole(b.id, id), false)
      }
      assert.deepEqual(await profiles().ofRole(other.id), [])
      await now().reopen()
      assert.deepEqual(await profiles().roleOf(b.id), role)
    })

    it('get one of 100 roles that race', async () => {
      const { store } = now()
      const { id } = await profile()
      const roles = await Promise.all(Array.from({ length: 100 }, () => createdRole(store)))
      const results = await Promise.all(roles.map((role) => profiles().addRole(id, role.id)))
      assert.equal(results.filter(Boolean).length, 1)
      assert.deepEqual(await profiles().roleOf(id), roles[results.indexOf(true)])
    })

    it('lose their own role, once', async () => {
      const { store } = now()
      const { id } = await profile()
      const [role, other] = [await createdRole(store), await createdRole(store)]
      await profiles().addRole(id, role.id)
      assert.equal(await profiles().removeRole(id, other.id), false)
      assert.deepEqual(await profiles().roleOf(id), role)
      const act = () => profiles().removeRole(id, role.id)
      assert.equal(await changesRights(store, act), true)
      assert.equal(await changesRights(store, act), false)
      assert.equal(await profiles().roleOf(id), undefined)
      assert.equal(await profiles().addRole(id, other.id), true)
    })

    it('are of profiles and roles that are there', async () => {
      const { store } = now()
      const { id } = await profile()
      const role = await createdRole(store)
      await assert.rejects(profiles().addRole(id, fresh('AROA')))
      await assert.rejects(profiles().addRole(fresh('AIPA'), role.id))
      await assert.rejects(profiles().addRole((await created(store)).id, role.id))
      await assert.rejects(profiles().addRole(id, (await created(store)).id))
      assert.equal(await profiles().roleOf(id), undefined)
    })

    it('leave their role when they are deleted, and stay when it is', async () => {
      const { store } = now()
      const [gone, stays] = [await profile(), await profile()]
      const role = await createdRole(store)
      for (const { id } of [gone, stays]) await profiles().addRole(id, role.id)
      const { entities } = store.identities
      await entities.delete(gone.id, { force: true })
      assert.deepEqual(await entities.byId(role.id), await entities.find('role', role.name))
      assert.deepEqual(await profiles().ofRole(role.id), [stays])
      await entities.delete(role.id, { force: true })
      assert.deepEqual(await entities.byId(stays.id), stays)
      assert.equal(await profiles().roleOf(stays.id), undefined)
    })
  })
}
