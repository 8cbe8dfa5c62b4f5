import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { accessKey, created, createdKey, createdRole, createdSession } from './given-identities.ts'
import { changesRights, fresh, NOW } from './given.ts'

export function describeAccessKeys(now: () => StoreUnderTest): void {
  describe('access keys', () => {
    const keys = () => now().store.identities.keys

    it('are given as they were made', async () => {
      const { store } = now()
      const key = accessKey((await created(store)).id)
      assert.equal(await changesRights(store, () => keys().create(key, 2)), true)
      assert.deepEqual(await keys().get(key.accessKeyId), key)
      const ofRoot = accessKey(undefined, { status: 'Inactive' })
      assert.equal(await keys().create(ofRoot, 1_000_000), true)
      assert.deepEqual(await keys().get(ofRoot.accessKeyId), ofRoot)
    })

    it('are told apart by case, and from session keys', async () => {
      const { store } = now()
      const { id } = await created(store)
      const key = await createdKey(store, id)
      const { accessKeyId } = await createdSession(store, id, { parentKeyId: key.accessKeyId })
      assert.equal(await keys().get(key.accessKeyId.toLowerCase()), undefined)
      assert.equal(await keys().get(accessKeyId), undefined)
      assert.equal(await keys().get(fresh('AKIA')), undefined)
    })

    it('are listed by creation time', async () => {
      const { id } = await created(now().store)
      const late = accessKey(id, { createdAt: NOW + 2 })
      const early = accessKey(id, { createdAt: NOW + 1 })
      await keys().create(late, 2)
      await keys().create(early, 2)
      assert.deepEqual(await keys().list(id), [early, late])
      assert.deepEqual(await keys().list((await created(now().store)).id), [])
    })

    it('stay under the limit when calls race', async () => {
      const { id } = await created(now().store)
      const results = await Promise.all(
        Array.from({ length: 100 }, () => keys().create(accessKey(id), 2)),
      )
      assert.equal(results.filter(Boolean).length, 2)
      assert.equal((await keys().list(id)).length, 2)
    })

    it('are counted for root too', async () => {
      const mine = (await keys().list(undefined)).length
      assert.equal(await keys().create(accessKey(undefined), mine + 1), true)
      const act = () => keys().create(accessKey(undefined), mine + 1)
      assert.equal(await changesRights(now().store, act), false)
      assert.equal(await act(), false)
      assert.equal((await keys().list(undefined)).length, mine + 1)
    })

    it('are rejected for who is no user, and with an id that is taken', async () => {
      const { store } = now()
      const key = await createdKey(store, (await created(store)).id)
      await assert.rejects(keys().create(accessKey(fresh('AIDA')), 2))
      await assert.rejects(keys().create(accessKey((await createdRole(store)).id), 2))
      await assert.rejects(keys().create(accessKey((await created(store, {}, 'group')).id), 2))
      await assert.rejects(keys().create(key, 2))
    })

    it('are switched off and on', async () => {
      const { store } = now()
      const { accessKeyId } = await createdKey(store, (await created(store)).id)
      const status = async () => (await keys().get(accessKeyId))?.status
      const off = () => keys().setStatus(accessKeyId, 'Inactive')
      assert.equal(await changesRights(store, off), true)
      assert.equal(await status(), 'Inactive')
      const on = () => keys().setStatus(accessKeyId, 'Active')
      assert.equal(await changesRights(store, on), true)
      assert.equal(await status(), 'Active')
      const none = () => keys().setStatus(fresh('AKIA'), 'Inactive')
      assert.equal(await changesRights(store, none), false)
      assert.equal(await none(), false)
    })

    it('are deleted once', async () => {
      const { store } = now()
      const { accessKeyId } = await createdKey(store, (await created(store)).id)
      const act = () => keys().delete(accessKeyId)
      assert.equal(await changesRights(store, act), true)
      assert.equal(await changesRights(store, act), false)
      assert.equal(await act(), false)
      assert.equal(await keys().get(accessKeyId), undefined)
    })

    describe('that are used', () => {
      const use = (accessKeyId: string, at: number, service = 'iam') => ({
        accessKeyId,
        at,
        service,
        region: 'on-prem-1',
      })

      it('remember when, where and for what, which changes no right', async () => {
        const { store } = now()
        const [a, b] = [
          await createdKey(store, (await created(store)).id),
          await createdKey(store, (await created(store)).id),
        ]
        const uses = [use(a.accessKeyId, NOW + 1), use(b.accessKeyId, NOW + 2, 'ec2')]
        assert.equal(await changesRights(store, () => keys().noteUses(uses)), false)
        assert.deepEqual(await keys().get(a.accessKeyId), {
          ...a,
          lastUsed: { at: NOW + 1, service: 'iam', region: 'on-prem-1' },
        })
        assert.deepEqual(await keys().list(b.userId), [
          { ...b, lastUsed: { at: NOW + 2, service: 'ec2', region: 'on-prem-1' } },
        ])
      })

      it('remember the latest use, in whatever order they are told', async () => {
        const { store } = now()
        const { accessKeyId } = await createdKey(store, (await created(store)).id)
        await keys().noteUses([use(accessKeyId, NOW + 9, 'late'), use(accessKeyId, NOW, 'early')])
        await keys().noteUses([use(accessKeyId, NOW + 8)])
        assert.equal((await keys().get(accessKeyId))?.lastUsed?.service, 'late')
      })
    })
  })
}
