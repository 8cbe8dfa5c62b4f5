import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import {
  created,
  createdDevice,
  createdPolicy,
  createdProvider,
  createdRole,
} from './given-identities.ts'
import { changesRights, fresh } from './given.ts'

export function describeAttachments(now: () => StoreUnderTest): void {
  describe('attached policies', () => {
    const policies = () => now().store.identities.policies

    it('are attached once to users, groups and roles, and detached once', async () => {
      const { store } = now()
      const { id: policyId } = await createdPolicy(store)
      const holders = [
        await created(store),
        await created(store, {}, 'group'),
        await createdRole(store),
      ]
      for (const { id } of holders) {
        const attach = () => policies().attach(policyId, id, 1)
        assert.equal(await changesRights(store, attach), true)
        assert.equal(await changesRights(store, attach), false)
        assert.equal(await attach(), true)
        assert.deepEqual(await policies().attachedTo(id), [await policies().get(policyId)])
      }
      assert.equal((await policies().get(policyId))?.attachments, 3)
      for (const { id } of holders) {
        const detach = () => policies().detach(policyId, id)
        assert.equal(await changesRights(store, detach), true)
        assert.equal(await changesRights(store, detach), false)
        assert.equal(await detach(), false)
        assert.deepEqual(await policies().attachedTo(id), [])
      }
    })

    it('are listed by name', async () => {
      const { store } = now()
      const { id } = await created(store)
      const prefix = fresh('p-')
      for (const end of ['b', 'C', 'a']) {
        const policy = await createdPolicy(store, { name: prefix + end })
        await policies().attach(policy.id, id, 10)
      }
      const names = (await policies().attachedTo(id)).map(({ name }) => name.at(-1))
      assert.deepEqual(names, ['a', 'b', 'C'])
    })

    it('stay under the limit when calls race', async () => {
      const { store } = now()
      const { id } = await created(store)
      const made = await Promise.all(Array.from({ length: 30 }, () => createdPolicy(store)))
      const results = await Promise.all(made.map((policy) => policies().attach(policy.id, id, 10)))
      assert.equal(results.filter(Boolean).length, 10)
      assert.equal((await policies().attachedTo(id)).length, 10)
      const refused = made[results.indexOf(false)]?.id ?? ''
      assert.equal(await changesRights(store, () => policies().attach(refused, id, 10)), false)
    })

    it('need a policy and a holder that are there, each of its kind', async () => {
      const { store } = now()
      const [policyId, userId] = [(await createdPolicy(store)).id, (await created(store)).id]
      await assert.rejects(policies().attach(fresh('ANPA'), userId, 10))
      await assert.rejects(policies().attach((await created(store)).id, userId, 10))
      const others = [
        { id: fresh('AIDA') },
        await createdPolicy(store),
        await createdProvider(store),
        await createdDevice(store),
      ]
      for (const { id } of others) await assert.rejects(policies().attach(policyId, id, 10))
      assert.equal((await policies().get(policyId))?.attachments, 0)
    })

    it('tell whom they are attached to and whom they bound, by kind and name', async () => {
      const { store } = now()
      const { id } = await createdPolicy(store)
      const prefix = fresh('h-')
      const group = await created(store, { name: `${prefix}z` }, 'group')
      const role = await createdRole(store, { name: `${prefix}a`, boundaryId: id })
      const second = await created(store, { name: `${prefix}b` })
      const first = await created(store, { name: `${prefix}A`, boundaryId: id, tags: { a: 'b' } })
      for (const holder of [second, role, first, group]) {
        await policies().attach(id, holder.id, 10)
      }
      const roleEntity = await store.identities.entities.byId(role.id)
      assert.deepEqual(await policies().entitiesOf(id), {
        attached: [group, roleEntity, first, second],
        bounded: [roleEntity, first],
      })
      assert.deepEqual(await policies().entitiesOf(fresh('ANPA')), { attached: [], bounded: [] })
    })
  })
}
