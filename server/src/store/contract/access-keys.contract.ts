import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AccessKeyRow } from '../store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { changesRights, created, fresh, NOW } from './given.ts'

export function describeAccessKeys(now: () => StoreUnderTest): void {
  describe('access keys', () => {
    const identities = () => now().store.identities
    const keyOf = (userId: string | undefined, createdAt = NOW): AccessKeyRow => ({
      accessKeyId: fresh('AKIA'),
      ...(userId !== undefined && { userId }),
      sealedSecret: fresh('sealed'),
      status: 'Active',
      createdAt,
    })

    it('gives a key with its user and policies', async () => {
      const { store } = now()
      const user = await created(store)
      const accessKey = keyOf(user.userId)
      const policy = { policyName: 'p', document: '{}' }
      assert.equal(await changesRights(store, () => identities().keys.create(accessKey, 2)), true)
      await identities().putUserPolicy(user.userId, policy)
      assert.deepEqual(await identities().credential(accessKey.accessKeyId), {
        accessKey,
        user,
        policies: [policy],
      })
    })

    it('gives a key of root without a user', async () => {
      const accessKey = keyOf(undefined)
      await identities().keys.create(accessKey, 1_000_000)
      assert.deepEqual(await identities().credential(accessKey.accessKeyId), {
        accessKey,
        user: undefined,
        policies: [],
      })
      const ids = (await identities().keys.list(undefined)).map(({ accessKeyId }) => accessKeyId)
      assert.ok(ids.includes(accessKey.accessKeyId))
    })

    it('gives nothing for an unknown key', async () => {
      assert.equal(await identities().credential(fresh('AKIA')), undefined)
    })

    it('tells access key ids apart by case', async () => {
      const { accessKeyId, ...rest } = keyOf((await created(now().store)).userId)
      await identities().keys.create({ accessKeyId, ...rest }, 2)
      assert.equal(await identities().credential(accessKeyId.toLowerCase()), undefined)
    })

    it('lists the keys of a user by creation time', async () => {
      const { userId } = await created(now().store)
      const [late, early] = [keyOf(userId, NOW + 2), keyOf(userId, NOW + 1)]
      await identities().keys.create(late, 2)
      await identities().keys.create(early, 2)
      assert.deepEqual(await identities().keys.list(userId), [early, late])
    })

    it('stays under the limit when calls race', async () => {
      const { userId } = await created(now().store)
      const results = await Promise.all(
        Array.from({ length: 50 }, () => identities().keys.create(keyOf(userId), 2)),
      )
      assert.equal(results.filter(Boolean).length, 2)
      assert.equal((await identities().keys.list(userId)).length, 2)
    })

    it('counts the keys of root too', async () => {
      const mine = (await identities().keys.list(undefined)).length
      assert.equal(await identities().keys.create(keyOf(undefined), mine + 1), true)
      assert.equal(await identities().keys.create(keyOf(undefined), mine + 1), false)
    })

    it('rejects a key of an unknown user, and an id that is taken', async () => {
      const { userId } = await created(now().store)
      const key = keyOf(userId)
      await identities().keys.create(key, 2)
      await assert.rejects(identities().keys.create(keyOf(fresh('AIDA')), 2))
      await assert.rejects(identities().keys.create(key, 2))
    })

    it('switches a key off and on', async () => {
      const { store } = now()
      const key = keyOf((await created(store)).userId)
      await identities().keys.create(key, 2)
      const off = () => identities().keys.setStatus(key.accessKeyId, 'Inactive')
      assert.equal(await changesRights(store, off), true)
      const status = async () => (await identities().credential(key.accessKeyId))?.accessKey.status
      assert.equal(await status(), 'Inactive')
      assert.equal(await identities().keys.setStatus(key.accessKeyId, 'Active'), true)
      assert.equal(await status(), 'Active')
      assert.equal(await identities().keys.setStatus(fresh('AKIA'), 'Active'), false)
    })

    it('deletes a key once', async () => {
      const { store } = now()
      const key = keyOf((await created(store)).userId)
      await identities().keys.create(key, 2)
      const act = () => identities().keys.delete(key.accessKeyId)
      assert.equal(await changesRights(store, act), true)
      assert.equal(await changesRights(store, act), false)
      assert.equal(await act(), false)
      assert.equal(await identities().credential(key.accessKeyId), undefined)
    })
  })
}
