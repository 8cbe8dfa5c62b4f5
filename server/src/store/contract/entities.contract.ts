import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EntityKind, EntityRow } from '../identity-store.ts'
import type { Store } from '../store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import {
  created,
  createdDevice,
  createdPolicy,
  createdProvider,
  createdRole,
  device,
  DOCUMENT,
  entity,
  provider,
  role,
} from './given-identities.ts'
import { changesRights, fresh, NOW } from './given.ts'

interface Kind {
  readonly kind: EntityKind
  readonly create: (
    store: Store,
    change?: Partial<Omit<EntityRow, 'kind'>>,
    limit?: number,
  ) => Promise<boolean>
}

const KINDS: readonly Kind[] = [
  {
    kind: 'user',
    create: (store, change, limit) =>
      store.identities.entities.create(entity('user', change), limit),
  },
  {
    kind: 'group',
    create: (store, change, limit) =>
      store.identities.entities.create(entity('group', change), limit),
  },
  {
    kind: 'profile',
    create: (store, change, limit) =>
      store.identities.entities.create(entity('profile', change), limit),
  },
  {
    kind: 'role',
    create: (store, change, limit) => store.identities.roles.create(role(change), limit),
  },
  {
    kind: 'policy',
    create: (store, change, limit) =>
      store.identities.policies.create(
        {
          ...entity('policy', change),
          description: '',
          document: DOCUMENT,
        },
        limit,
      ),
  },
  {
    kind: 'provider',
    create: (store, change, limit) => store.identities.providers.create(provider(change), limit),
  },
  { kind: 'mfa', create: (store, change) => store.identities.mfa.create(device(change)) },
]

export function describeEntities(now: () => StoreUnderTest): void {
  describe('entities', () => {
    const entities = () => now().store.identities.entities

    for (const { kind, create } of KINDS) {
      describe(`of kind ${kind}`, () => {
        it('are found as they were made, by name and id', async () => {
          const { store } = now()
          const row = entity(kind, { path: '/a/b/', tags: { Team: 'blue', Empty: '' } })
          assert.equal(await changesRights(store, () => create(store, row)), true)
          assert.deepEqual(await entities().find(kind, row.name), row)
          assert.deepEqual(await entities().byId(row.id), row)
        })

        it('are found by their exact spelling only, which policies compare', async () => {
          const name = fresh('Alice-')
          await create(now().store, { name })
          assert.equal((await entities().find(kind, name))?.name, name)
          assert.equal(await entities().find(kind, name.toLowerCase()), undefined)
          assert.equal(await entities().find(kind, fresh('nobody')), undefined)
          assert.equal(await entities().byId(fresh('AIDA')), undefined)
        })

        it('are refused under a name that is taken in another case (would be two to the policies, one to a reader)', async () => {
          const { store } = now()
          const row = entity(kind, { name: fresh('bob-') })
          await create(store, row)
          const again = { name: row.name.toUpperCase(), tags: { A: 'b' } }
          assert.equal(await changesRights(store, () => create(store, again)), false)
          assert.equal(await create(store, again), false)
          assert.equal(await entities().find(kind, again.name), undefined)
          assert.deepEqual(await entities().find(kind, row.name), row)
        })

        it('are made once when 100 race for a name', async () => {
          const { store } = now()
          const name = fresh('race-')
          const results = await Promise.all(
            Array.from({ length: 100 }, (_, n) =>
              create(store, { name: n % 2 === 0 ? name : name.toUpperCase() }),
            ),
          )
          assert.equal(results.filter(Boolean).length, 1)
        })

        it('are rejected with an id that is taken, or of another kind', async () => {
          const { store } = now()
          const { id } = entity(kind)
          await create(store, { id })
          const name = fresh('second-')
          await assert.rejects(create(store, { id, name }))
          await assert.rejects(create(store, { id: fresh('AXXX'), name }))
          const other = kind === 'user' ? 'AGPA' : 'AIDA'
          await assert.rejects(create(store, { id: fresh(other), name }))
          assert.equal(await entities().find(kind, name), undefined)
        })

        if (kind !== 'mfa') {
          it('are as many as the account may have, however many race for the last places', async () => {
            const { store } = now()
            const room = (await entities().count(kind)) + 3
            const racing = () =>
              Promise.all(Array.from({ length: 50 }, () => create(store, {}, room)))
            assert.equal((await racing()).filter(Boolean).length, 3)
            assert.equal(await entities().count(kind), room)
            assert.equal(await changesRights(store, () => create(store, {}, room)), false)
            assert.equal(await create(store, {}, room + 1), true)
          })
        }

        it('are counted', async () => {
          const before = await entities().count(kind)
          await create(now().store)
          assert.equal(await entities().count(kind), before + 1)
        })
      })
    }

    it('may have the same name when they are of different kinds', async () => {
      const name = fresh('same-')
      for (const { kind, create } of KINDS) {
        assert.equal(await create(now().store, { name }), true)
        assert.equal((await entities().find(kind, name))?.kind, kind)
      }
    })

    it('are made by their own families unless they have nothing of their own', async () => {
      for (const kind of ['role', 'policy', 'provider', 'mfa'] as const) {
        const row = entity(kind)
        await assert.rejects(entities().create(row), /not a way to make/)
        assert.equal(await entities().byId(row.id), undefined)
      }
    })

    it('are listed by name regardless of case, in pages', async () => {
      const prefix = fresh('list-')
      for (const end of ['b', 'C', 'a', 'd']) await created(now().store, { name: prefix + end })
      await created(now().store, { name: `${prefix}aa` }, 'group')
      const page = async (after: string, limit?: number) =>
        (await entities().list({ kind: 'user', after, ...(limit !== undefined && { limit }) }))
          .map(({ name }) => name)
          .filter((name) => name.startsWith(prefix))
          .map((name) => name.slice(prefix.length))
      assert.deepEqual(await page(prefix), ['a', 'b', 'C', 'd'])
      assert.deepEqual(await page(prefix, 2), ['a', 'b'])
      assert.deepEqual(await page(`${prefix}b`, 2), ['C', 'd'])
      assert.deepEqual(await page(`${prefix}D`), [])
    })

    it('are listed below a path, whose letters are all meant as they are', async () => {
      const { store } = now()
      const root = `/${fresh('Path_')}/`
      const inside = await created(store, { path: `${root}a%b/` })
      await created(store, { path: '/' })
      const below = async (pathPrefix: string) =>
        (await entities().list({ kind: 'user', pathPrefix })).map(({ id }) => id)
      assert.deepEqual(await below(root), [inside.id])
      assert.deepEqual(await below(`${root}a%`), [inside.id])
      assert.deepEqual(await below(`${root}a_`), [])
      assert.deepEqual(await below(root.toLowerCase()), [])
    })

    it('are all listed when nothing limits them', async () => {
      const ids = [(await created(now().store)).id, (await created(now().store)).id]
      const listed = (await entities().list({ kind: 'user' })).map(({ id }) => id)
      assert.ok(ids.every((id) => listed.includes(id)))
      assert.equal(listed.length, await entities().count('user'))
    })

    it('are rejected with a path that does not begin and end with a slash, and without a name', async () => {
      for (const path of ['', 'a/', '/a']) await assert.rejects(created(now().store, { path }))
      await assert.rejects(created(now().store, { name: '' }))
    })

    describe('that are renamed', () => {
      it('keep their id and what hangs on it', async () => {
        const { store } = now()
        const row = await created(store, { tags: { a: 'b' } })
        const name = fresh('new-')
        await store.identities.inline.put(row.id, { policyName: 'p', document: DOCUMENT })
        const act = () => entities().rename(row.id, { name })
        assert.equal(await changesRights(store, act), true)
        assert.deepEqual(await entities().find('user', name), { ...row, name })
        assert.equal(await entities().find('user', row.name), undefined)
        assert.equal((await store.identities.inline.list(row.id)).length, 1)
        assert.equal(await entities().rename(row.id, { path: '/x/' }), true)
        assert.deepEqual(await entities().byId(row.id), { ...row, name, path: '/x/' })
      })

      it('may change the case of their own name, and not take the name of another', async () => {
        const { store } = now()
        const [ann, bob] = [await created(store), await created(store)]
        const upper = ann.name.toUpperCase()
        assert.equal(await entities().rename(ann.id, { name: upper }), true)
        assert.equal((await entities().byId(ann.id))?.name, upper)
        const act = () => entities().rename(bob.id, { name: ann.name, path: '/x/' })
        assert.equal(await changesRights(store, act), false)
        assert.equal(await act(), false)
        assert.deepEqual(await entities().byId(bob.id), bob)
      })

      it('may take the name of another kind', async () => {
        const { store } = now()
        const group = await created(store, {}, 'group')
        assert.equal(await entities().rename((await created(store)).id, { name: group.name }), true)
      })

      it('take a name once when 100 race for it', async () => {
        const { store } = now()
        const users = await Promise.all(Array.from({ length: 100 }, () => created(store)))
        const name = fresh('race-')
        const results = await Promise.all(users.map(({ id }) => entities().rename(id, { name })))
        assert.equal(results.filter(Boolean).length, 1)
      })

      it('must be there', async () => {
        await assert.rejects(entities().rename(fresh('AIDA'), { name: fresh('x') }), /no entity/)
      })
    })

    describe('with a boundary', () => {
      it('are users and roles, whose boundary may be set, changed and taken away', async () => {
        const { store } = now()
        const [first, second] = [await createdPolicy(store), await createdPolicy(store)]
        const user = await created(store, { boundaryId: first.id })
        const someRole = await createdRole(store, { boundaryId: first.id })
        for (const { id } of [user, someRole]) {
          assert.equal((await entities().byId(id))?.boundaryId, first.id)
          const set = () => entities().setBoundary(id, second.id)
          assert.equal(await changesRights(store, set), true)
          assert.equal((await entities().byId(id))?.boundaryId, second.id)
          const take = () => entities().setBoundary(id, undefined)
          assert.equal(await changesRights(store, take), true)
          assert.equal((await entities().byId(id))?.boundaryId, undefined)
        }
      })

      it('are not groups, policies, providers or devices', async () => {
        const { store } = now()
        const { id } = await createdPolicy(store)
        const others = [
          await created(store, {}, 'group'),
          await createdPolicy(store),
          await createdProvider(store),
          await createdDevice(store),
        ]
        for (const other of others) await assert.rejects(entities().setBoundary(other.id, id))
      })

      it('need a policy that is there, and must be there', async () => {
        const { store } = now()
        const user = await created(store)
        await assert.rejects(entities().setBoundary(user.id, fresh('ANPA')))
        await assert.rejects(entities().setBoundary(user.id, (await created(store)).id))
        await assert.rejects(created(store, { boundaryId: fresh('ANPA') }))
        await assert.rejects(entities().setBoundary(fresh('AIDA'), undefined), /no entity/)
        assert.deepEqual(await entities().byId(user.id), user)
      })
    })

    it('keep all of it when the store is opened again', async () => {
      const row = await created(now().store, { createdAt: NOW + 1, path: '/p/', tags: { k: 'v' } })
      await now().reopen()
      assert.deepEqual(await entities().byId(row.id), row)
    })
  })
}
