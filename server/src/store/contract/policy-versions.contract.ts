import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { created, createdPolicy } from './given-identities.ts'
import { changesRights, fresh, NOW } from './given.ts'

export function describePolicyVersions(now: () => StoreUnderTest): void {
  describe('versions of a managed policy', () => {
    const policies = () => now().store.identities.policies
    const add = (id: string, document: string, makeDefault = false, limit = 5) =>
      policies().addVersion(id, { document, createdAt: NOW + 5, makeDefault }, limit)
    const numbers = async (id: string) =>
      (await policies().versions(id)).map(({ version }) => version)
    /** What a user who has the policy is allowed. */
    const inForce = async (id: string) => {
      const { id: userId } = await created(now().store)
      await policies().attach(id, userId, 10)
      return (await now().store.identities.rights(userId))?.policies[0]?.document
    }

    it('are added, and become the default when asked to', async () => {
      const { store } = now()
      const { id, document } = await createdPolicy(store)
      assert.equal(await changesRights(store, () => add(id, '{"v":2}')), true)
      assert.equal((await policies().get(id))?.defaultVersion, 1)
      assert.equal(await inForce(id), document)
      assert.equal(await add(id, '{"v":3}', true), 3)
      assert.deepEqual(await policies().versions(id), [
        { version: 3, document: '{"v":3}', createdAt: NOW + 5, isDefault: true },
        { version: 2, document: '{"v":2}', createdAt: NOW + 5, isDefault: false },
        { version: 1, document, createdAt: NOW, isDefault: false },
      ])
      const { defaultVersion, updatedAt } = (await policies().get(id)) ?? {}
      assert.deepEqual([defaultVersion, updatedAt], [3, NOW + 5])
      assert.equal(await inForce(id), '{"v":3}')
    })

    it('are made the default', async () => {
      const { store } = now()
      const { id } = await createdPolicy(store)
      await add(id, '{"v":2}')
      assert.equal(await changesRights(store, () => policies().setDefaultVersion(id, 2)), true)
      assert.equal(await inForce(id), '{"v":2}')
      const none = () => policies().setDefaultVersion(id, 3)
      assert.equal(await changesRights(store, none), false)
      assert.equal(await none(), false)
      assert.equal(await policies().setDefaultVersion(fresh('ANPA'), 1), false)
      assert.equal(await policies().setDefaultVersion(id, 2), true)
    })

    it('are deleted, but for the default', async () => {
      const { store } = now()
      const { id } = await createdPolicy(store)
      await add(id, '{"v":2}')
      const theDefault = () => policies().deleteVersion(id, 1)
      assert.equal(await changesRights(store, theDefault), false)
      assert.equal(await theDefault(), 'default')
      const second = () => policies().deleteVersion(id, 2)
      assert.equal(await changesRights(store, second), true)
      assert.equal(await changesRights(store, second), false)
      assert.equal(await second(), 'missing')
      assert.equal(await policies().deleteVersion(fresh('ANPA'), 1), 'missing')
      assert.deepEqual(await numbers(id), [1])
    })

    it('never get the number of one that was deleted (who allowed v2 once meant another)', async () => {
      const { id } = await createdPolicy(now().store)
      assert.equal(await add(id, '{}'), 2)
      await policies().deleteVersion(id, 2)
      assert.equal(await add(id, '{}', true), 3)
      await policies().deleteVersion(id, 1)
      await policies().deleteVersion(id, 2)
      assert.equal(await add(id, '{}'), 4)
      assert.deepEqual(await numbers(id), [4, 3])
    })

    it('stay under the limit when calls race, each with a number of its own', async () => {
      const { id } = await createdPolicy(now().store)
      const results = await Promise.all(Array.from({ length: 50 }, () => add(id, '{}')))
      const given = results.filter((version) => version !== undefined)
      assert.deepEqual(given, [2, 3, 4, 5])
      assert.equal(await changesRights(now().store, () => add(id, '{}')), false)
      await policies().deleteVersion(id, 3)
      assert.equal(await add(id, '{}'), 6)
    })

    it('need a policy that is there', async () => {
      await assert.rejects(add(fresh('ANPA'), '{}'), /no policy/)
      assert.deepEqual(await policies().versions(fresh('ANPA')), [])
    })
  })
}
