import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { created, createdRole } from './given-identities.ts'
import { changesRights, fresh } from './given.ts'

export function describeGroups(now: () => StoreUnderTest): void {
  describe('groups', () => {
    const groups = () => now().store.identities.groups
    const group = (name = fresh('group-')) => created(now().store, { name }, 'group')

    it('have members, and members have groups, both by name', async () => {
      const { store } = now()
      const prefix = fresh('name-')
      const [b, A] = [await group(`${prefix}b`), await group(`${prefix}A`)]
      const tags = { a: 'b' }
      const zed = await created(store, { name: `${prefix}Zed`, path: '/p/', tags })
      const ann = await created(store, { name: `${prefix}ann` })
      for (const { id } of [b, A]) {
        assert.equal(await changesRights(store, () => groups().add(id, zed.id, 10)), true)
      }
      await groups().add(b.id, ann.id, 10)
      assert.deepEqual(await groups().members(b.id), [ann, zed])
      assert.deepEqual(await groups().members(A.id), [zed])
      assert.deepEqual(await groups().groupsOf(zed.id), [A, b])
      assert.deepEqual(await groups().groupsOf(ann.id), [b])
      assert.deepEqual(await groups().members(fresh('AGPA')), [])
    })

    it('are joined once, however often', async () => {
      const { store } = now()
      const [groupId, userId] = [(await group()).id, (await created(store)).id]
      const join = () => groups().add(groupId, userId, 1)
      assert.equal(await join(), true)
      assert.equal(await changesRights(store, join), false)
      assert.equal(await join(), true)
      assert.equal((await groups().members(groupId)).length, 1)
    })

    it('are left once', async () => {
      const { store } = now()
      const [groupId, userId] = [(await group()).id, (await created(store)).id]
      await groups().add(groupId, userId, 10)
      const leave = () => groups().remove(groupId, userId)
      assert.equal(await changesRights(store, leave), true)
      assert.equal(await changesRights(store, leave), false)
      assert.equal(await leave(), false)
      assert.deepEqual(await groups().groupsOf(userId), [])
    })

    it('of a user stay under the limit when calls race', async () => {
      const { id: userId } = await created(now().store)
      const made = await Promise.all(Array.from({ length: 30 }, () => group()))
      const results = await Promise.all(made.map(({ id }) => groups().add(id, userId, 10)))
      assert.equal(results.filter(Boolean).length, 10)
      assert.equal((await groups().groupsOf(userId)).length, 10)
      const refused = made[results.indexOf(false)]?.id ?? ''
      const act = () => groups().add(refused, userId, 10)
      assert.equal(await changesRights(now().store, act), false)
    })

    it('have users as members and nothing else', async () => {
      const { store } = now()
      const [groupId, userId] = [(await group()).id, (await created(store)).id]
      await assert.rejects(groups().add(groupId, fresh('AIDA'), 10))
      await assert.rejects(groups().add(fresh('AGPA'), userId, 10))
      await assert.rejects(groups().add(groupId, (await group()).id, 10))
      await assert.rejects(groups().add(groupId, (await createdRole(store)).id, 10))
      await assert.rejects(groups().add(userId, userId, 10))
      assert.deepEqual(await groups().members(groupId), [])
    })
  })
}
