import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Hold } from '../identity-store.ts'
import type { Store } from '../store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import {
  created,
  createdDevice,
  createdKey,
  createdPolicy,
  createdProvider,
  createdRole,
  createdSession,
  DOCUMENT,
} from './given-identities.ts'
import { changesRights, fresh, NOW } from './given.ts'

type Made = { readonly id: string }

/** Something that holds an entity: how it comes to be, whether it still is, and how it goes. */
interface HoldCase {
  readonly holds: Hold
  readonly of: string
  readonly entity: (store: Store) => Promise<Made>
  readonly hold: (store: Store, id: string) => Promise<() => Promise<unknown>>
}

const user = (store: Store) => created(store)
const group = (store: Store) => created(store, {}, 'group')
const policy = (store: Store) => createdPolicy(store)
const profile = (store: Store) => created(store, {}, 'profile')
const HOLDERS = [
  ['user', user],
  ['group', group],
  ['role', (store: Store) => createdRole(store)],
] as const

const CASES: readonly HoldCase[] = [
  {
    holds: 'access keys',
    of: 'user',
    entity: user,
    async hold(store, id) {
      const { accessKeyId } = await createdKey(store, id)
      return () => store.identities.keys.delete(accessKeyId)
    },
  },
  ...HOLDERS.map(([of, entity]): HoldCase => ({
    holds: 'inline policies',
    of,
    entity,
    async hold({ identities: { inline } }, id) {
      await inline.put(id, { policyName: 'p', document: DOCUMENT })
      return () => inline.delete(id, 'p')
    },
  })),
  ...HOLDERS.map(([of, entity]): HoldCase => ({
    holds: 'attached policies',
    of,
    entity,
    async hold(store, id) {
      const attached = await createdPolicy(store)
      await store.identities.policies.attach(attached.id, id, 10)
      return () => store.identities.policies.detach(attached.id, id)
    },
  })),
  {
    holds: 'groups',
    of: 'user',
    entity: user,
    async hold(store, id) {
      const joined = await group(store)
      await store.identities.groups.add(joined.id, id, 10)
      return () => store.identities.groups.remove(joined.id, id)
    },
  },
  {
    holds: 'users',
    of: 'group',
    entity: group,
    async hold(store, id) {
      const member = await created(store)
      await store.identities.groups.add(id, member.id, 10)
      return () => store.identities.groups.remove(id, member.id)
    },
  },
  {
    holds: 'password',
    of: 'user',
    entity: user,
    async hold({ identities: { passwords } }, userId) {
      await passwords.set({
        userId,
        hash: 'h',
        resetRequired: false,
        createdAt: NOW,
        changedAt: NOW,
        earlier: [],
      })
      return () => passwords.delete(userId)
    },
  },
  {
    holds: 'MFA devices',
    of: 'user',
    entity: user,
    async hold(store, userId) {
      const { id } = await createdDevice(store)
      await store.identities.mfa.enable(id, { userId, at: NOW, usedStep: 1 }, 8)
      return () => store.identities.mfa.deactivate(id)
    },
  },
  {
    holds: 'user',
    of: 'device',
    entity: (store) => createdDevice(store),
    async hold(store, id) {
      const { id: userId } = await created(store)
      await store.identities.mfa.enable(id, { userId, at: NOW, usedStep: 1 }, 8)
      return () => store.identities.mfa.deactivate(id)
    },
  },
  {
    holds: 'instance profiles',
    of: 'role',
    entity: (store) => createdRole(store),
    async hold(store, id) {
      const { id: profileId } = await profile(store)
      await store.identities.profiles.addRole(profileId, id)
      return () => store.identities.profiles.removeRole(profileId, id)
    },
  },
  {
    holds: 'role',
    of: 'profile',
    entity: profile,
    async hold(store, id) {
      const { id: roleId } = await createdRole(store)
      await store.identities.profiles.addRole(id, roleId)
      return () => store.identities.profiles.removeRole(id, roleId)
    },
  },
  ...HOLDERS.map(([attachedTo, entity]): HoldCase => ({
    holds: 'attachments',
    of: `policy attached to a ${attachedTo}`,
    entity: policy,
    async hold(store, id) {
      const holder = await entity(store)
      await store.identities.policies.attach(id, holder.id, 10)
      return () => store.identities.policies.detach(id, holder.id)
    },
  })),
  {
    holds: 'versions',
    of: 'policy',
    entity: policy,
    async hold({ identities: { policies } }, id) {
      const added = { document: DOCUMENT, createdAt: NOW, makeDefault: true }
      await policies.addVersion(id, added, 5)
      return () => policies.deleteVersion(id, 1)
    },
  },
]

export function describeDeleteEntity(now: () => StoreUnderTest): void {
  describe('deleting', () => {
    const entities = () => now().store.identities.entities
    const kindly = (id: string) => entities().delete(id, { force: false })
    const byForce = (id: string) => entities().delete(id, { force: true })

    it('happens once', async () => {
      const { store } = now()
      const rows = [
        await created(store),
        await created(store, {}, 'group'),
        await createdRole(store),
        await createdPolicy(store),
        await createdProvider(store),
        await createdDevice(store),
        await profile(store),
      ]
      for (const { id, kind, name } of rows) {
        assert.equal(await changesRights(store, () => kindly(id)), true)
        assert.equal(await entities().byId(id), undefined)
        assert.equal(await entities().find(kind, name), undefined)
        assert.equal(await changesRights(store, () => kindly(id)), false)
        assert.deepEqual(await kindly(id), { kind: 'missing' })
        assert.deepEqual(await byForce(id), { kind: 'missing' })
      }
    })

    for (const { holds, of, entity, hold } of CASES) {
      it(`a ${of} is refused while it has ${holds}`, async () => {
        const { store } = now()
        const { id } = await entity(store)
        const letGo = await hold(store, id)
        assert.equal(await changesRights(store, () => kindly(id)), false)
        assert.deepEqual(await kindly(id), { kind: 'conflict', holds })
        assert.equal((await entities().byId(id))?.id, id)
        await letGo()
        assert.deepEqual(await kindly(id), { kind: 'deleted' })
      })

      it(`a ${of} by force takes its ${holds} along`, async () => {
        const { store } = now()
        const { id } = await entity(store)
        const letGo = await hold(store, id)
        assert.equal(await changesRights(store, () => byForce(id)), true)
        assert.equal(await entities().byId(id), undefined)
        const left = await letGo()
        assert.ok(left === false || left === 'missing', `${holds} is still there`)
      })
    }

    it('takes the devices of a user along, and leaves those of others', async () => {
      const { store } = now()
      const [userId, other] = [(await created(store)).id, (await created(store)).id]
      const [mine, theirs] = [(await createdDevice(store)).id, (await createdDevice(store)).id]
      await store.identities.mfa.enable(mine, { userId, at: NOW, usedStep: 1 }, 8)
      await store.identities.mfa.enable(theirs, { userId: other, at: NOW, usedStep: 1 }, 8)
      await byForce(userId)
      assert.equal(await entities().byId(mine), undefined)
      assert.equal((await store.identities.mfa.get(theirs))?.userId, other)
    })

    it('leaves the policies, groups and users that were only related', async () => {
      const { store } = now()
      const [userId, groupId] = [(await created(store)).id, (await group(store)).id]
      const policyId = (await policy(store)).id
      await store.identities.groups.add(groupId, userId, 10)
      await store.identities.policies.attach(policyId, groupId, 10)
      await byForce(groupId)
      assert.equal((await entities().byId(userId))?.id, userId)
      assert.equal((await store.identities.policies.get(policyId))?.attachments, 0)
      assert.deepEqual((await store.identities.rights(userId))?.policies, [])
    })

    for (const [of, make] of [
      ['user', created],
      ['role', createdRole],
    ] as const) {
      it(`the boundary of a ${of} is refused, even by force (it could do more afterwards)`, async () => {
        const { store } = now()
        const boundaryId = (await policy(store)).id
        const { id } = await make(store, { boundaryId })
        const conflict = { kind: 'conflict', holds: 'uses as permissions boundary' }
        assert.deepEqual(await kindly(boundaryId), conflict)
        assert.equal(await changesRights(store, () => byForce(boundaryId)), false)
        assert.deepEqual(await byForce(boundaryId), conflict)
        assert.equal((await entities().byId(id))?.boundaryId, boundaryId)
        await entities().setBoundary(id, undefined)
        assert.deepEqual(await kindly(boundaryId), { kind: 'deleted' })
      })
    }

    it('is not held up by a boundary of its own, tags, a path or sessions', async () => {
      const { store } = now()
      const { id: boundaryId } = await policy(store)
      const change = { boundaryId, path: '/a/', tags: { a: 'b' } }
      for (const { id } of [await created(store, change), await createdRole(store, change)]) {
        const { accessKeyId } = await createdSession(store, id)
        assert.deepEqual(await kindly(id), { kind: 'deleted' })
        assert.equal(await store.identities.credential(accessKeyId), undefined)
      }
      assert.deepEqual(await kindly(boundaryId), { kind: 'deleted' })
    })

    it('lets one of 100 racing calls have it', async () => {
      const { id } = await created(now().store)
      const results = await Promise.all(Array.from({ length: 100 }, () => kindly(id)))
      assert.equal(results.filter(({ kind }) => kind === 'deleted').length, 1)
      assert.deepEqual(await kindly(fresh('AIDA')), { kind: 'missing' })
    })
  })
}
