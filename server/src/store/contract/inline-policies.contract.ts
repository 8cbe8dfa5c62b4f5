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

export function describeInlinePolicies(now: () => StoreUnderTest): void {
  describe('inline policies', () => {
    const inline = () => now().store.identities.inline

    it('of users, groups and roles are replaced by name and listed by name, as they were put', async () => {
      const { store } = now()
      const holders = [
        await created(store),
        await created(store, {}, 'group'),
        await createdRole(store),
      ]
      for (const { id } of holders) {
        const put = (policyName: string, document: string) =>
          inline().put(id, { policyName, document })
        await put('b', '{"b":1}')
        assert.equal(await changesRights(store, () => put('a', '{"a":1}')), true)
        assert.equal(await changesRights(store, () => put('b', '{ "b": 2 }')), true)
        assert.deepEqual(await inline().list(id), [
          { policyName: 'a', document: '{"a":1}' },
          { policyName: 'b', document: '{ "b": 2 }' },
        ])
        const b = { policyName: 'b', document: '{ "b": 2 }' }
        assert.deepEqual(await inline().get(id, 'b'), b)
        assert.equal(await inline().get(id, 'B'), undefined)
      }
    })

    it('are rejected for who is not there, or holds none', async () => {
      const { store } = now()
      const others = [
        { id: fresh('AIDA') },
        await createdPolicy(store),
        await createdProvider(store),
        await createdDevice(store),
      ]
      const policy = { policyName: 'a', document: '{}' }
      for (const { id } of others) await assert.rejects(inline().put(id, policy))
    })

    it('are deleted once', async () => {
      const { store } = now()
      const { id } = await created(store)
      await inline().put(id, { policyName: 'a', document: '{}' })
      assert.equal(await inline().delete(id, 'A'), false)
      const act = () => inline().delete(id, 'a')
      assert.equal(await changesRights(store, act), true)
      assert.equal(await changesRights(store, act), false)
      assert.equal(await act(), false)
      assert.deepEqual(await inline().list(id), [])
    })
  })
}
