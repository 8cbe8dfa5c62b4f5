import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PolicyQuery } from '../identity-store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { created, createdPolicy, createdRole } from './given-identities.ts'
import { fresh, NOW } from './given.ts'

export function describePolicies(now: () => StoreUnderTest): void {
  describe('managed policies', () => {
    const policies = () => now().store.identities.policies

    it('are given with their counts, by name and id', async () => {
      const { store } = now()
      const change = { path: '/a/', tags: { a: 'b' }, description: 'what for', createdAt: NOW + 1 }
      const { document, ...row } = await createdPolicy(store, change)
      const expected = {
        ...row,
        ownedByAws: false,
        defaultVersion: 1,
        attachments: 0,
        boundaryUses: 0,
        updatedAt: NOW + 1,
      }
      assert.deepEqual(await policies().get(row.id), expected)
      assert.deepEqual(await policies().find(row.name, false), expected)
      assert.deepEqual(await policies().versions(row.id), [
        { version: 1, document, createdAt: NOW + 1, isDefault: true },
      ])
      await policies().attach(row.id, (await created(store)).id, 10)
      await policies().attach(row.id, (await created(store, {}, 'group')).id, 10)
      await createdRole(store, { boundaryId: row.id })
      const used = { ...expected, attachments: 2, boundaryUses: 1 }
      assert.deepEqual(await policies().get(row.id), used)
    })

    it('are found by their exact spelling only', async () => {
      const { name } = await createdPolicy(now().store, { name: fresh('Policy-') })
      assert.equal(await policies().find(name.toLowerCase(), false), undefined)
      assert.equal(await policies().find(name, true), undefined)
      assert.equal(await policies().find(fresh('none'), false), undefined)
      assert.equal(await policies().get(fresh('ANPA')), undefined)
    })

    describe('in a list', () => {
      const LOCAL = { scope: 'Local', onlyAttached: false } as const
      const names = async (query: PolicyQuery, prefix: string) =>
        (await policies().list(query)).map(({ name }) => name).filter((n) => n.startsWith(prefix))

      it('come by name regardless of case, in pages', async () => {
        const prefix = fresh('list-')
        for (const end of ['b', 'C', 'a', 'd']) {
          await createdPolicy(now().store, { name: prefix + end })
        }
        const page = async (after: string, limit: number) =>
          (await names({ ...LOCAL, after: { name: after, ownedByAws: false }, limit }, prefix)).map(
            (name) => name.at(-1),
          )
        assert.deepEqual(await page(prefix, 3), ['a', 'b', 'C'])
        assert.deepEqual(await page(`${prefix}C`, 3), ['d'])
      })

      it('are those that are attached, when asked for them', async () => {
        const { store } = now()
        const prefix = fresh('attached-')
        const { id, name } = await createdPolicy(store, { name: `${prefix}a` })
        await createdPolicy(store, { name: `${prefix}b` })
        const bounds = await createdPolicy(store, { name: `${prefix}c` })
        await created(store, { boundaryId: bounds.id })
        await policies().attach(id, (await created(store)).id, 10)
        assert.equal((await names(LOCAL, prefix)).length, 3)
        assert.deepEqual(await names({ ...LOCAL, onlyAttached: true }, prefix), [name])
      })

      it('are those below a path, when asked for them', async () => {
        const root = `/${fresh('p')}/`
        const { id } = await createdPolicy(now().store, { path: `${root}x/` })
        const below = async (pathPrefix: string) =>
          (await policies().list({ ...LOCAL, pathPrefix })).map((row) => row.id)
        assert.deepEqual(await below(root), [id])
        assert.deepEqual(await below(`${root}y`), [])
      })

      it('are AWS’s, the account’s or all', async () => {
        const { id } = await createdPolicy(now().store)
        const scoped = async (scope: PolicyQuery['scope']) =>
          policies().list({ scope, onlyAttached: false })
        const [all, aws, local] = [await scoped('All'), await scoped('AWS'), await scoped('Local')]
        assert.ok(aws.length > 0 && aws.every(({ ownedByAws }) => ownedByAws))
        assert.ok(local.every(({ ownedByAws }) => !ownedByAws))
        assert.ok(local.some((row) => row.id === id))
        assert.equal(all.length, aws.length + local.length)
        assert.deepEqual(await policies().get(all[0]?.id ?? ''), all[0])
      })

      it('lose none between pages when the account has one under AWS’s name', async () => {
        const { store } = now()
        await createdPolicy(store, { name: 'ReadOnlyAccess' })
        const query = { scope: 'All', onlyAttached: false } as const
        const whole = await policies().list(query)
        const seen: string[] = []
        for (let page = await policies().list({ ...query, limit: 1 }); page[0] !== undefined;) {
          const [after] = page
          seen.push(after.id)
          page = await policies().list({ ...query, after, limit: 1 })
        }
        assert.deepEqual(
          seen,
          whole.map(({ id }) => id),
        )
        const same = whole.filter(({ name }) => name === 'ReadOnlyAccess')
        assert.deepEqual(
          same.map(({ ownedByAws }) => ownedByAws),
          [true, false],
        )
      })
    })
  })
}
