import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Store } from '../store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import {
  created,
  createdKey,
  createdProvider,
  createdRole,
  createdSession,
} from './given-identities.ts'
import { changesRights, NOW } from './given.ts'

/**
 * key → temporary of its user → role → role, and beside it on each level one that hangs on the same but not on what is above:
 * provider → role → role, and sessions without a parent.
 */
async function tree(store: Store) {
  const user = await created(store)
  const key = await createdKey(store, user.id)
  const provider = await createdProvider(store)
  const [roleA, roleB] = [await createdRole(store), await createdRole(store)]
  const below = async (parentKeyId: string, entityId: string) =>
    (await createdSession(store, entityId, { parentKeyId })).accessKeyId
  const top = await below(key.accessKeyId, user.id)
  const middle = await below(top, roleA.id)
  const leaf = await below(middle, roleB.id)
  const direct = await below(key.accessKeyId, roleB.id)
  const federated = (await createdSession(store, roleA.id, { providerId: provider.id })).accessKeyId
  const chained = await below(federated, roleB.id)
  const signedIn = (await createdSession(store, user.id)).accessKeyId
  const assumed = await below(signedIn, roleB.id)
  const other = await createdKey(store, user.id)
  const ofOther = await below(other.accessKeyId, user.id)
  return {
    ids: {
      user: user.id,
      key: key.accessKeyId,
      provider: provider.id,
      roleA: roleA.id,
      roleB: roleB.id,
    },
    sessions: { top, middle, leaf, direct, federated, chained, signedIn, assumed, ofOther },
  }
}

type Tree = Awaited<ReturnType<typeof tree>>
type Name = keyof Tree['sessions']

interface Cause {
  readonly what: string
  readonly act: (store: Store, tree: Tree) => Promise<unknown>
  readonly ends: readonly Name[]
}

const force = { force: true }
const OF_THE_KEY = ['top', 'middle', 'leaf', 'direct'] as const

const CAUSES: readonly Cause[] = [
  {
    what: 'its first key is deleted',
    act: ({ identities }, { ids }) => identities.keys.delete(ids.key),
    ends: OF_THE_KEY,
  },
  {
    what: 'its first key is switched off',
    act: ({ identities }, { ids }) => identities.keys.setStatus(ids.key, 'Inactive'),
    ends: OF_THE_KEY,
  },
  {
    what: 'its user is deleted',
    act: ({ identities }, { ids }) => identities.entities.delete(ids.user, force),
    ends: [...OF_THE_KEY, 'signedIn', 'assumed', 'ofOther'],
  },
  {
    what: 'a role in the middle is deleted',
    act: ({ identities }, { ids }) => identities.entities.delete(ids.roleA, force),
    ends: ['middle', 'leaf', 'federated', 'chained'],
  },
  {
    what: 'the role at the end is deleted',
    act: ({ identities }, { ids }) => identities.entities.delete(ids.roleB, force),
    ends: ['leaf', 'direct', 'chained', 'assumed'],
  },
  {
    what: 'the provider that vouched is deleted',
    act: ({ identities }, { ids }) => identities.entities.delete(ids.provider, force),
    ends: ['federated', 'chained'],
  },
  {
    what: 'a session in the middle is ended',
    act: ({ identities }, { sessions }) => identities.sessions.end(sessions.middle),
    ends: ['middle', 'leaf'],
  },
  {
    what: 'all sessions of its user are ended',
    act: ({ identities }, { ids }) => identities.sessions.endAll(ids.user, NOW + 1),
    ends: ['top', 'middle', 'leaf', 'signedIn', 'assumed', 'ofOther'],
  },
  {
    what: 'all sessions of a role in the middle are ended',
    act: ({ identities }, { ids }) => identities.sessions.endAll(ids.roleA, NOW + 1),
    ends: ['middle', 'leaf', 'federated', 'chained'],
  },
  {
    what: 'its first key is switched on (which it was)',
    act: ({ identities }, { ids }) => identities.keys.setStatus(ids.key, 'Active'),
    ends: [],
  },
]

export function describeSessionTrees(now: () => StoreUnderTest): void {
  describe('a tree of sessions', () => {
    for (const { what, act, ends } of CAUSES) {
      it(`ends where it must, and nowhere else, when ${what}`, async () => {
        const { store } = now()
        const made = await tree(store)
        assert.equal(await changesRights(store, () => act(store, made)), true)
        const ended: string[] = []
        for (const [name, accessKeyId] of Object.entries(made.sessions)) {
          if ((await store.identities.credential(accessKeyId)) === undefined) ended.push(name)
        }
        assert.deepEqual(ended.toSorted(), ends.toSorted())
      })
    }

    it('ends with its key however deep it is (or a long chain would keep a stolen key alive)', async () => {
      const { store } = now()
      const { sessions, keys } = store.identities
      const { id } = await created(store)
      const key = await createdKey(store, id)
      const rows = Array.from({ length: 3000 }, (_, n) => ({
        accessKeyId: `ASIA${key.accessKeyId}-${n}`,
        parentKeyId: n === 0 ? key.accessKeyId : `ASIA${key.accessKeyId}-${n - 1}`,
        tokenHash: '',
        sealedSecret: '',
        entityId: id,
        issuedAt: NOW,
        expiresAt: NOW + 1,
        limits: {},
      }))
      const made = await Promise.all(rows.map((row) => sessions.create(row)))
      assert.ok(made.every(Boolean))
      assert.equal(await keys.delete(key.accessKeyId), true)
      assert.deepEqual(await sessions.list(id, NOW), [])
      assert.equal(await store.identities.credential(rows.at(-1)?.accessKeyId ?? ''), undefined)
    })

    it('gains no session from a race with the end of its key', async () => {
      const { store } = now()
      const { id } = await created(store)
      const key = await createdKey(store, id)
      const racing = Array.from({ length: 50 }, () =>
        createdSession(store, id, { parentKeyId: key.accessKeyId }).catch(() => undefined),
      )
      const off = store.identities.keys.setStatus(key.accessKeyId, 'Inactive')
      const late = Array.from({ length: 50 }, () =>
        createdSession(store, id, { parentKeyId: key.accessKeyId }).catch(() => undefined),
      )
      await off
      const made = await Promise.all([...racing, ...late])
      assert.equal(made.filter((row) => row !== undefined).length, 50)
      assert.deepEqual(await store.identities.sessions.list(id, NOW), [])
    })
  })
}
