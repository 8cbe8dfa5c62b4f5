import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { changesRights, created, fresh, NOW } from './given.ts'

export function describeIdentities(now: () => StoreUnderTest): void {
  describe('users and policies', () => {
    const identities = () => now().store.identities

    it('finds a user regardless of case, under the name it was given', async () => {
      const user = await created(now().store, fresh('Alice-'))
      assert.deepEqual(await identities().user(user.userName), user)
      assert.deepEqual(await identities().user(user.userName.toUpperCase()), user)
      assert.equal(await identities().user(fresh('nobody')), undefined)
    })

    it('refuses a name that is taken in another case (would be two people to a reader)', async () => {
      const { store } = now()
      const user = await created(store, fresh('bob-'))
      const second = {
        userId: fresh('AIDA'),
        userName: user.userName.toUpperCase(),
        createdAt: NOW,
      }
      assert.equal(await changesRights(store, () => identities().createUser(second)), false)
      assert.equal(await identities().createUser(second), false)
      assert.deepEqual(await identities().user(second.userName), user)
    })

    it('creates one of racing users of a name', async () => {
      const userName = fresh('race-')
      const results = await Promise.all(
        Array.from({ length: 100 }, () =>
          identities().createUser({ userId: fresh('AIDA'), userName, createdAt: NOW }),
        ),
      )
      assert.equal(results.filter(Boolean).length, 1)
    })

    it('refuses a user id that is taken', async () => {
      const { userId } = await created(now().store)
      await assert.rejects(
        identities().createUser({ userId, userName: fresh('user-'), createdAt: NOW }),
      )
    })

    it('lists users by name regardless of case', async () => {
      const prefix = fresh('list-')
      for (const end of ['b', 'C', 'a']) {
        await created(now().store, prefix + end)
      }
      const names = (await identities().listUsers()).map(({ userName }) => userName)
      assert.deepEqual(
        names.filter((name) => name.startsWith(prefix)),
        ['a', 'b', 'C'].map((end) => prefix + end),
      )
    })

    it('deletes a user with keys and policies, regardless of case', async () => {
      const { store } = now()
      const { userId, userName } = await created(store)
      const accessKeyId = fresh('AKIA')
      await identities().putUserPolicy(userId, { policyName: 'p', document: '{}' })
      await identities().keys.create(
        { accessKeyId, userId, sealedSecret: 's', status: 'Active', createdAt: NOW },
        2,
      )
      const act = () => identities().deleteUser(userName.toUpperCase())
      assert.equal(await changesRights(store, act), true)
      assert.equal(await identities().user(userName), undefined)
      assert.equal(await identities().credential(accessKeyId), undefined)
      assert.deepEqual(await identities().listUserPolicies(userId), [])
      assert.deepEqual(await identities().keys.list(userId), [])
      assert.equal(await changesRights(store, act), false)
      assert.equal(await act(), false)
    })

    it('replaces a policy of the same name and lists by name', async () => {
      const { store } = now()
      const { userId } = await created(store)
      const put = (policyName: string, document: string) =>
        identities().putUserPolicy(userId, { policyName, document })
      await put('b', '{"b":1}')
      await put('a', '{"a":1}')
      assert.equal(await changesRights(store, () => put('b', '{ "b": 2 }')), true)
      assert.deepEqual(await identities().listUserPolicies(userId), [
        { policyName: 'a', document: '{"a":1}' },
        { policyName: 'b', document: '{ "b": 2 }' },
      ])
    })

    it('rejects a policy for an unknown user', async () => {
      const policy = { policyName: 'a', document: '{}' }
      await assert.rejects(identities().putUserPolicy(fresh('AIDA'), policy))
    })

    it('deletes a policy once', async () => {
      const { store } = now()
      const { userId } = await created(store)
      await identities().putUserPolicy(userId, { policyName: 'a', document: '{}' })
      const act = () => identities().deleteUserPolicy(userId, 'a')
      assert.equal(await changesRights(store, act), true)
      assert.equal(await changesRights(store, act), false)
      assert.equal(await act(), false)
      assert.deepEqual(await identities().listUserPolicies(userId), [])
    })
  })
}
