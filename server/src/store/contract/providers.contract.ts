import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { created, createdProvider, provider } from './given-identities.ts'
import { changesRights, fresh } from './given.ts'

export function describeProviders(now: () => StoreUnderTest): void {
  describe('providers', () => {
    const providers = () => now().store.identities.providers

    it('are given as they were made', async () => {
      const claimTags = { groups: 'Groups', 'https://x.example/y': 'Y' }
      const row = provider({ clientIds: ['b', 'a'], thumbprints: [], claimTags, tags: { a: 'b' } })
      assert.equal(await providers().create(row), true)
      assert.deepEqual(await providers().get(row.id), row)
      assert.ok((await providers().list()).some(({ id }) => id === row.id))
      assert.equal(await providers().get(fresh('AOIP')), undefined)
      assert.equal(await providers().get((await created(now().store)).id), undefined)
    })

    it('are listed by name', async () => {
      const prefix = fresh('p-')
      for (const end of ['b', 'C', 'a']) {
        await createdProvider(now().store, { name: prefix + end })
      }
      const names = (await providers().list()).map(({ name }) => name)
      assert.deepEqual(
        names.filter((name) => name.startsWith(prefix)).map((name) => name.at(-1)),
        ['a', 'b', 'C'],
      )
    })

    it('change what is given and nothing else', async () => {
      const { store } = now()
      const row = await createdProvider(store)
      const changes = [{ clientIds: [] }, { thumbprints: ['x', 'y'] }, { claimTags: {} }]
      let expected = row
      for (const change of changes) {
        expected = { ...expected, ...change }
        const act = () => providers().update(row.id, change)
        assert.equal(await changesRights(store, act), true)
        assert.deepEqual(await providers().get(row.id), expected)
      }
      await assert.rejects(providers().update(fresh('AOIP'), { clientIds: [] }), /no provider/)
    })
  })
}
