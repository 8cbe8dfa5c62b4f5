import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import {
  accessKey,
  created,
  createdKey,
  createdPolicy,
  createdProvider,
  createdRole,
  createdSession,
} from './given-identities.ts'
import { fresh, NOW } from './given.ts'

export function describeRights(now: () => StoreUnderTest): void {
  describe('rights', () => {
    const identities = () => now().store.identities
    const managed = (policyId: string, path = '/') => ({ policyId, path, ownedByAws: false })

    it('of a user are its own and its groups’ policies with who holds them, its boundary and its groups', async () => {
      const { store } = now()
      const { inline, policies, groups } = identities()
      const prefix = fresh('r-')
      const text = (n: number) => `{"n":${n}}`
      const make = (end: string, n: number) =>
        createdPolicy(store, { name: prefix + end, document: text(n), path: `/${end}/` })
      const [own, both, ofGroup, boundary] = [
        await make('own', 1),
        await make('both', 2),
        await make('group', 3),
        await make('boundary', 4),
      ]
      const user = await created(store, {
        boundaryId: boundary.id,
        path: '/a/',
        tags: { Team: 'blue' },
      })
      const late = await created(store, { name: `${prefix}z` }, 'group')
      const early = await created(store, { name: `${prefix}A` }, 'group')
      const foreign = await created(store, {}, 'group')
      for (const { id } of [late, early]) await groups.add(id, user.id, 10)
      await inline.put(user.id, { policyName: 'mine', document: text(5) })
      await inline.put(early.id, { policyName: 'theirs', document: text(6) })
      await inline.put(foreign.id, { policyName: 'foreign', document: text(7) })
      await policies.attach(own.id, user.id, 10)
      await policies.attach(both.id, user.id, 10)
      await policies.attach(both.id, late.id, 10)
      await policies.attach(ofGroup.id, early.id, 10)
      await policies.attach(own.id, foreign.id, 10)
      const held = (kind: 'user' | 'group', name: string) => ({ holder: { kind, name } })
      const mine = held('user', user.name)
      const rights = {
        entity: user,
        policies: [
          { ...mine, policyName: 'mine', managed: undefined, document: text(5) },
          {
            ...mine,
            policyName: both.name,
            managed: managed(both.id, '/both/'),
            document: text(2),
          },
          { ...mine, policyName: own.name, managed: managed(own.id, '/own/'), document: text(1) },
          {
            ...held('group', early.name),
            policyName: 'theirs',
            managed: undefined,
            document: text(6),
          },
          {
            ...held('group', early.name),
            policyName: ofGroup.name,
            managed: managed(ofGroup.id, '/group/'),
            document: text(3),
          },
          {
            ...held('group', late.name),
            policyName: both.name,
            managed: managed(both.id, '/both/'),
            document: text(2),
          },
        ],
        boundary: {
          policyName: boundary.name,
          managed: managed(boundary.id, '/boundary/'),
          document: text(4),
        },
        groups: [early.name, late.name],
      }
      assert.deepEqual(await identities().rights(user.id), rights)
      const key = await createdKey(store, user.id)
      assert.deepEqual(await identities().credential(key.accessKeyId), {
        kind: 'user',
        key,
        rights,
      })
    })

    it('of a role are its own policies and boundary', async () => {
      const { store } = now()
      const boundary = await createdPolicy(store)
      const attached = await createdPolicy(store)
      const { id, name } = await createdRole(store, { boundaryId: boundary.id, tags: { a: 'b' } })
      await identities().policies.attach(attached.id, id, 10)
      await identities().inline.put(id, { policyName: 'p', document: '{}' })
      const rights = await identities().rights(id)
      const holder = { kind: 'role', name }
      assert.deepEqual(rights, {
        entity: await identities().entities.byId(id),
        policies: [
          { holder, policyName: 'p', managed: undefined, document: '{}' },
          {
            holder,
            policyName: attached.name,
            managed: managed(attached.id),
            document: attached.document,
          },
        ],
        boundary: {
          policyName: boundary.name,
          managed: managed(boundary.id),
          document: boundary.document,
        },
        groups: [],
      })
      const session = await createdSession(store, id)
      assert.deepEqual(await identities().credential(session.accessKeyId), {
        kind: 'session',
        session,
        rights,
        sessionPolicies: [],
      })
    })

    it('are those of now: default version, membership, boundary', async () => {
      const { store } = now()
      const { policies, groups, entities } = identities()
      const policy = await createdPolicy(store)
      const group = await created(store, {}, 'group')
      const user = await created(store)
      const documents = async () =>
        (await identities().rights(user.id))?.policies.map(({ document }) => document)
      await policies.attach(policy.id, group.id, 10)
      assert.deepEqual(await documents(), [])
      await groups.add(group.id, user.id, 10)
      assert.deepEqual(await documents(), [policy.document])
      const added = { document: '{"v":2}', createdAt: NOW, makeDefault: true }
      await policies.addVersion(policy.id, added, 5)
      assert.deepEqual(await documents(), ['{"v":2}'])
      await entities.setBoundary(user.id, policy.id)
      assert.equal((await identities().rights(user.id))?.boundary?.document, '{"v":2}')
      await groups.remove(group.id, user.id)
      assert.deepEqual(await documents(), [])
    })

    it('are nobody’s but users’ and roles’', async () => {
      const { store } = now()
      const others = [
        await created(store, {}, 'group'),
        await createdPolicy(store),
        await createdProvider(store),
        { id: fresh('AIDA') },
      ]
      for (const { id } of others) assert.equal(await identities().rights(id), undefined)
    })

    it('come with no unknown key, and a key in other case is unknown', async () => {
      const { store } = now()
      const { id } = await created(store)
      const key = await createdKey(store, id)
      const session = await createdSession(store, id)
      for (const { accessKeyId } of [key, session]) {
        assert.ok((await identities().credential(accessKeyId)) !== undefined)
        assert.equal(await identities().credential(accessKeyId.toLowerCase()), undefined)
      }
      assert.equal(await identities().credential(fresh('AKIA')), undefined)
      assert.equal(await identities().credential(fresh('ASIA')), undefined)
    })

    it('of root need no policy; its keys come alone, inactive ones too', async () => {
      const key = accessKey(undefined)
      await identities().keys.create(key, 1_000_000)
      assert.deepEqual(await identities().credential(key.accessKeyId), { kind: 'root', key })
      await identities().keys.setStatus(key.accessKeyId, 'Inactive')
      const inactive = { ...key, status: 'Inactive' }
      assert.deepEqual(await identities().credential(key.accessKeyId), {
        kind: 'root',
        key: inactive,
      })
    })

    it('of a session are narrowed by the managed policies that are left', async () => {
      const { store } = now()
      const { entities } = identities()
      const [first, second] = [await createdPolicy(store), await createdPolicy(store)]
      const { id } = await createdRole(store)
      const limits = { policyIds: [second.id, fresh('ANPA'), first.id] }
      const { accessKeyId } = await createdSession(store, id, { limits })
      const names = async () => {
        const found = await identities().credential(accessKeyId)
        return (
          found?.kind === 'session' && found.sessionPolicies.map(({ policyName }) => policyName)
        )
      }
      assert.deepEqual(await names(), [second.name, first.name])
      await entities.delete(second.id, { force: true })
      assert.deepEqual(await names(), [first.name])
    })
  })
}
