import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { created, createdPolicy, createdRole, role } from './given-identities.ts'
import { changesRights, fresh } from './given.ts'

export function describeRoles(now: () => StoreUnderTest): void {
  describe('roles', () => {
    const roles = () => now().store.identities.roles

    it('are given as they were made', async () => {
      const { store } = now()
      const boundaryId = (await createdPolicy(store)).id
      const row = role({ path: '/a/', tags: { a: 'b' }, boundaryId, maxSessionSeconds: 43_200 })
      assert.equal(await roles().create(row), true)
      assert.deepEqual(await roles().get(row.id), row)
      assert.equal(await roles().get(fresh('AROA')), undefined)
      assert.equal(await roles().get((await created(store)).id), undefined)
    })

    it('are all listed, by name regardless of case', async () => {
      const prefix = fresh('role-')
      const names = ['B', 'a', 'c'].map((end) => prefix + end)
      for (const name of names) await createdRole(now().store, { name })
      const listed = (await roles().list()).filter(({ name }) => name.startsWith(prefix))
      assert.deepEqual(
        listed.map(({ name }) => name.at(-1)),
        ['a', 'B', 'c'],
      )
      assert.deepEqual(listed[0], await roles().get(listed[0]?.id ?? ''))
    })

    it('change what is given and nothing else', async () => {
      const { store } = now()
      const row = await createdRole(store)
      const update = (change: Parameters<ReturnType<typeof roles>['update']>[1]) =>
        changesRights(store, () => roles().update(row.id, change))
      assert.equal(await update({ description: '' }), true)
      assert.deepEqual(await roles().get(row.id), { ...row, description: '' })
      assert.equal(await update({ maxSessionSeconds: 7200 }), true)
      assert.deepEqual(await roles().get(row.id), {
        ...row,
        description: '',
        maxSessionSeconds: 7200,
      })
      const trust = () => roles().setTrustPolicy(row.id, '{"trust":2}')
      assert.equal(await changesRights(store, trust), true)
      assert.equal((await roles().get(row.id))?.trustPolicy, '{"trust":2}')
    })

    it('have sessions of one to twelve hours', async () => {
      const row = await createdRole(now().store)
      for (const maxSessionSeconds of [3599, 43_201]) {
        await assert.rejects(roles().update(row.id, { maxSessionSeconds }))
        const refused = role({ maxSessionSeconds })
        await assert.rejects(roles().create(refused))
        assert.equal(await now().store.identities.entities.byId(refused.id), undefined)
      }
      assert.deepEqual(await roles().get(row.id), row)
    })

    it('must be there to be changed', async () => {
      await assert.rejects(roles().update(fresh('AROA'), { description: '' }), /no role/)
      await assert.rejects(roles().setTrustPolicy(fresh('AROA'), '{}'), /no role/)
    })
  })
}
