import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
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
import { NOW } from './given.ts'

/** CVE after CVE: who is deleted and made again under the same name must not get back what the first one had. */
export function describeRecreated(now: () => StoreUnderTest): void {
  describe('who is deleted and made again under the same name', () => {
    const identities = () => now().store.identities
    const remove = (id: string) => identities().entities.delete(id, { force: true })

    it('inherits nothing as a user', async () => {
      const { store } = now()
      const { keys, groups, policies, inline, passwords, mfa, sessions, entities } = identities()
      const policyId = (await createdPolicy(store)).id
      const groupId = (await created(store, {}, 'group')).id
      const { id: userId, name } = await created(store, {
        boundaryId: policyId,
        path: '/old/',
        tags: { admin: 'yes' },
      })
      const key = await createdKey(store, userId)
      const session = await createdSession(store, userId, { parentKeyId: key.accessKeyId })
      const unparented = await createdSession(store, userId)
      await groups.add(groupId, userId, 10)
      await policies.attach(policyId, userId, 10)
      await inline.put(userId, { policyName: 'p', document: DOCUMENT })
      const password = { hash: 'h', resetRequired: false, createdAt: NOW, changedAt: NOW }
      await passwords.set({ userId, ...password, earlier: ['e'] })
      const device = await createdDevice(store)
      await mfa.enable(device.id, { userId, at: NOW, usedStep: 1 }, 8)
      await mfa.setRecoveryCodes(userId, ['code'])

      await remove(userId)
      const again = await created(store, { name })
      assert.deepEqual(await identities().rights(again.id), {
        entity: again,
        policies: [],
        boundary: undefined,
        groups: [],
      })
      for (const id of [userId, again.id]) {
        assert.deepEqual(await keys.list(id), [])
        assert.deepEqual(await groups.groupsOf(id), [])
        assert.deepEqual(await policies.attachedTo(id), [])
        assert.deepEqual(await inline.list(id), [])
        assert.deepEqual(await sessions.list(id, NOW), [])
        assert.deepEqual(await mfa.list(id), [])
        assert.equal(await passwords.get(id), undefined)
        assert.equal(await mfa.countRecoveryCodes(id), 0)
        assert.equal(await mfa.useRecoveryCode(id, 'code'), false)
      }
      for (const { accessKeyId } of [key, session, unparented]) {
        assert.equal(await identities().credential(accessKeyId), undefined)
      }
      assert.equal(await entities.find('mfa', device.name), undefined)
      assert.deepEqual(await groups.members(groupId), [])
      assert.deepEqual(await policies.entitiesOf(policyId), { attached: [], bounded: [] })
    })

    it('inherits nothing as a group', async () => {
      const { store } = now()
      const { groups, policies, inline } = identities()
      const policyId = (await createdPolicy(store)).id
      const userId = (await created(store)).id
      const { id, name } = await created(store, { tags: { a: 'b' } }, 'group')
      await groups.add(id, userId, 10)
      await policies.attach(policyId, id, 10)
      await inline.put(id, { policyName: 'p', document: DOCUMENT })
      await remove(id)
      const again = await created(store, { name }, 'group')
      assert.deepEqual(again.tags, {})
      assert.deepEqual(await groups.members(again.id), [])
      assert.deepEqual(await policies.attachedTo(again.id), [])
      assert.deepEqual(await inline.list(again.id), [])
      assert.deepEqual((await identities().rights(userId))?.groups, [])
      assert.deepEqual((await identities().rights(userId))?.policies, [])
    })

    it('inherits nothing as a role: no trust, no policy, no session', async () => {
      const { store } = now()
      const { roles, policies, inline, sessions } = identities()
      const policyId = (await createdPolicy(store)).id
      const { id, name } = await createdRole(store, {
        boundaryId: policyId,
        tags: { a: 'b' },
        trustPolicy: '{"old":1}',
      })
      const { accessKeyId } = await createdSession(store, id)
      await policies.attach(policyId, id, 10)
      await inline.put(id, { policyName: 'p', document: DOCUMENT })
      await remove(id)
      const again = await createdRole(store, { name, trustPolicy: '{"new":1}' })
      assert.deepEqual(await roles.get(again.id), again)
      assert.equal(await roles.get(id), undefined)
      assert.deepEqual((await identities().rights(again.id))?.policies, [])
      assert.deepEqual(await inline.list(again.id), [])
      assert.deepEqual(await sessions.list(again.id, NOW), [])
      assert.equal(await identities().credential(accessKeyId), undefined)
    })

    it('inherits nothing as a policy: no attachment, no version, no use in a session', async () => {
      const { store } = now()
      const { policies } = identities()
      const { id, name } = await createdPolicy(store)
      const userId = (await created(store)).id
      await policies.attach(id, userId, 10)
      const added = { document: '{"second":1}', createdAt: NOW, makeDefault: true }
      await policies.addVersion(id, added, 5)
      const { accessKeyId } = await createdSession(store, userId, { limits: { policyIds: [id] } })
      await remove(id)
      const again = await createdPolicy(store, { name, document: '{"new":1}' })
      assert.deepEqual(
        (await policies.versions(again.id)).map(({ version, document }) => [version, document]),
        [[1, '{"new":1}']],
      )
      assert.deepEqual(await policies.versions(id), [])
      assert.equal((await policies.get(again.id))?.attachments, 0)
      assert.deepEqual((await identities().rights(userId))?.policies, [])
      const found = await identities().credential(accessKeyId)
      assert.deepEqual(found?.kind === 'session' && found.sessionPolicies, [])
    })

    it('inherits nothing as a provider or a device', async () => {
      const { store } = now()
      const { providers, mfa } = identities()
      const provider = await createdProvider(store)
      const roleId = (await createdRole(store)).id
      const { accessKeyId } = await createdSession(store, roleId, { providerId: provider.id })
      await remove(provider.id)
      const second = await createdProvider(store, { name: provider.name, clientIds: [] })
      assert.deepEqual((await providers.get(second.id))?.clientIds, [])
      assert.equal(await identities().credential(accessKeyId), undefined)

      const device = await createdDevice(store)
      const userId = (await created(store)).id
      await mfa.enable(device.id, { userId, at: NOW, usedStep: 1 }, 8)
      await remove(device.id)
      const anew = await createdDevice(store, { name: device.name })
      assert.deepEqual(await mfa.get(anew.id), anew)
      assert.deepEqual(await mfa.list(userId), [])
      assert.equal(await mfa.useStep(anew.id, 2), false)
    })
  })
}
