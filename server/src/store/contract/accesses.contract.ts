import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { created, createdRole } from './given-identities.ts'
import { changesRights, fresh, NOW } from './given.ts'

export function describeAccesses(now: () => StoreUnderTest): void {
  describe('accesses', () => {
    const accesses = () => now().store.identities.accesses
    const access = (entityId: string, action: string, at: number, service = 'iam') => ({
      entityId,
      service,
      action,
      at,
    })

    it('remember the latest of each action, in whatever order they are told, which changes no right', async () => {
      const { store } = now()
      const { id } = await created(store)
      const note = () =>
        accesses().note([access(id, 'GetUser', NOW + 9), access(id, 'GetUser', NOW + 1)])
      assert.equal(await changesRights(store, note), false)
      await accesses().note([access(id, 'GetUser', NOW + 3), access(id, 'Lookup', NOW, 'trail')])
      assert.deepEqual(await accesses().lastOf([id]), {
        actions: [access(id, 'GetUser', NOW + 9), access(id, 'Lookup', NOW, 'trail')],
        entities: [
          { service: 'iam', count: 1 },
          { service: 'trail', count: 1 },
        ],
      })
    })

    it('of several are told together, with who was the last, and each by itself', async () => {
      const { store } = now()
      const [a, b, idle] = [await created(store), await created(store), await created(store)]
      await accesses().note([
        access(a.id, 'GetUser', NOW + 2),
        access(b.id, 'GetUser', NOW + 1),
        access(b.id, 'ListUsers', NOW + 4),
      ])
      const all = [a.id, b.id, idle.id]
      const { actions, entities } = await accesses().lastOf(all)
      assert.deepEqual(actions, [
        access(a.id, 'GetUser', NOW + 2),
        access(b.id, 'ListUsers', NOW + 4),
      ])
      assert.deepEqual(entities, [{ service: 'iam', count: 2 }])
      const each = [
        { entityId: a.id, at: NOW + 2 },
        { entityId: b.id, at: NOW + 4 },
      ].toSorted((one, other) => (one.entityId < other.entityId ? -1 : 1))
      assert.deepEqual(await accesses().lastOfEach(all, 'iam'), each)
      assert.deepEqual(await accesses().lastOfEach(all, 'ec2'), [])
      assert.deepEqual(await accesses().lastOf([]), { actions: [], entities: [] })
    })

    it('are the last use of a role too', async () => {
      const { store } = now()
      const { id } = await createdRole(store)
      const lastUsedAt = async () => (await store.identities.roles.get(id))?.lastUsedAt
      assert.equal(await lastUsedAt(), undefined)
      await accesses().note([access(id, 'A', NOW + 5), access(id, 'B', NOW + 4)])
      assert.equal(await lastUsedAt(), NOW + 5)
      await accesses().note([access(id, 'A', NOW + 3)])
      assert.equal(await lastUsedAt(), NOW + 5)
    })

    it('are forgotten with who is deleted, and not kept of who is not there', async () => {
      const { store } = now()
      const { id } = await created(store)
      await accesses().note([access(id, 'A', NOW), access(fresh('AIDA'), 'A', NOW)])
      await store.identities.entities.delete(id, { force: true })
      await accesses().note([access(id, 'A', NOW + 1)])
      assert.deepEqual(await accesses().lastOf([id]), { actions: [], entities: [] })
    })
  })
}
