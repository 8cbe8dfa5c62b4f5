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

export function describeEntityTags(now: () => StoreUnderTest): void {
  describe('tags of entities', () => {
    const entities = () => now().store.identities.entities
    const tagsOf = async (id: string) => (await entities().byId(id))?.tags

    it('are set and removed in one step, on every kind', async () => {
      const { store } = now()
      const tags = { Team: 'blue', Old: 'x' }
      const rows = [
        await created(store, { tags }),
        await created(store, { tags }, 'group'),
        await createdRole(store, { tags }),
        await createdPolicy(store, { tags }),
        await createdProvider(store, { tags }),
        await createdDevice(store, { tags }),
      ]
      for (const { id } of rows) {
        const change = { set: { Team: 'red', New: '' }, remove: ['Old', 'none'], limit: 50 }
        assert.equal(await changesRights(store, () => entities().changeTags(id, change)), true)
        assert.deepEqual(await tagsOf(id), { New: '', Team: 'red' })
      }
    })

    it('are one regardless of case (conditions could not tell them apart), by Unicode’s rules too', async () => {
      const { id } = await created(now().store, { tags: { Team: 'blue', Ärger: '1' } })
      const set = { tEAM: 'red', äRGER: '2' }
      assert.equal(await entities().changeTags(id, { set, limit: 2 }), true)
      assert.deepEqual(await tagsOf(id), set)
      const remove = ['TEAM', 'ÄRGER']
      assert.equal(await entities().changeTags(id, { remove, limit: 0 }), true)
      assert.deepEqual(await tagsOf(id), {})
    })

    it('are removed before they are set', async () => {
      const { id } = await created(now().store, { tags: { a: '1' } })
      const change = { set: { a: '2' }, remove: ['A'], limit: 1 }
      assert.equal(await entities().changeTags(id, change), true)
      assert.deepEqual(await tagsOf(id), { a: '2' })
    })

    it('may have any key, also one that means something to JavaScript', async () => {
      const tags = JSON.parse('{"__proto__":"p","constructor":"c","a:b/c":"d"}') as {
        readonly [key: string]: string
      }
      const { id } = await created(now().store, { tags })
      assert.deepEqual(
        new Map(Object.entries((await tagsOf(id)) ?? {})),
        new Map(Object.entries(tags)),
      )
      assert.equal(Object.keys((await tagsOf(id)) ?? {}).length, 3)
    })

    it('are refused over the limit, and nothing changes', async () => {
      const { store } = now()
      const tags = { a: '1', b: '2' }
      const { id } = await created(store, { tags })
      const over = () =>
        entities().changeTags(id, { set: { a: 'new', c: '3', d: '4' }, remove: ['b'], limit: 2 })
      assert.equal(await changesRights(store, over), false)
      assert.equal(await over(), false)
      assert.deepEqual(await tagsOf(id), tags)
      const within = { set: { a: 'new', c: '3' }, remove: ['b'], limit: 2 }
      assert.equal(await entities().changeTags(id, within), true)
      assert.deepEqual(await tagsOf(id), { a: 'new', c: '3' })
    })

    it('stay under the limit when changes race', async () => {
      const { id } = await created(now().store)
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          entities().changeTags(id, { set: { [`key${n}`]: '' }, limit: 50 }),
        ),
      )
      assert.equal(results.filter(Boolean).length, 50)
      assert.equal(Object.keys((await tagsOf(id)) ?? {}).length, 50)
    })

    it('are rejected for who is not there, and in a pair that differs in case alone', async () => {
      const { store } = now()
      const change = { set: { a: '1' }, limit: 50 }
      await assert.rejects(entities().changeTags(fresh('AIDA'), change), /no entity/)
      const name = fresh('pair-')
      await assert.rejects(created(store, { name, tags: { a: '1', A: '2' } }))
      assert.equal(await entities().find('user', name), undefined)
    })
  })
}
