import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PasswordRow } from '../credential-store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { created, createdRole } from './given-identities.ts'
import { changesRights, fresh, NOW } from './given.ts'

export function describePasswords(now: () => StoreUnderTest): void {
  describe('passwords', () => {
    const passwords = () => now().store.identities.passwords
    const password = (userId: string): PasswordRow => ({
      userId,
      hash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
      resetRequired: true,
      createdAt: NOW,
      changedAt: NOW + 1,
      earlier: ['newer', 'older'],
    })

    it('are set, and replaced whole', async () => {
      const { store } = now()
      const row = password((await created(store)).id)
      assert.equal(await passwords().get(row.userId), undefined)
      assert.equal(await changesRights(store, () => passwords().set(row)), true)
      assert.deepEqual(await passwords().get(row.userId), row)
      const next = {
        ...row,
        hash: 'h2',
        resetRequired: false,
        changedAt: NOW + 2,
        earlier: [],
        lastUsedAt: NOW + 3,
      }
      assert.equal(await changesRights(store, () => passwords().set(next, row.hash)), true)
      assert.deepEqual(await passwords().get(row.userId), next)
    })

    it('take the place of no other than the one that was seen (an old one would be back)', async () => {
      const { store } = now()
      const row = password((await created(store)).id)
      const next = { ...row, hash: 'h2' }
      assert.equal(await passwords().set(next, row.hash), false)
      assert.equal(await passwords().get(row.userId), undefined)
      const two = [passwords().set(row), passwords().set(next)]
      assert.deepEqual(await Promise.all(two), [true, false])
      assert.equal(await changesRights(store, () => passwords().set(next, 'h1')), false)
      assert.deepEqual(await passwords().get(row.userId), row)
      const both = [passwords().set(next, row.hash), passwords().set(row, row.hash)]
      assert.deepEqual(await Promise.all(both), [true, false])
      assert.deepEqual(await passwords().get(row.userId), next)
    })

    it('remember their last use, which changes no right', async () => {
      const { store } = now()
      const row = password((await created(store)).id)
      await passwords().set(row)
      const use = () => passwords().noteUse(row.userId, NOW + 9)
      assert.equal(await changesRights(store, use), false)
      assert.deepEqual(await passwords().get(row.userId), { ...row, lastUsedAt: NOW + 9 })
      await passwords().noteUse((await created(store)).id, NOW)
    })

    it('are deleted once', async () => {
      const { store } = now()
      const row = password((await created(store)).id)
      await passwords().set(row)
      const act = () => passwords().delete(row.userId)
      assert.equal(await changesRights(store, act), true)
      assert.equal(await changesRights(store, act), false)
      assert.equal(await act(), false)
      assert.equal(await passwords().get(row.userId), undefined)
    })

    it('are rejected for who is no user', async () => {
      const { store } = now()
      await assert.rejects(passwords().set(password(fresh('AIDA'))))
      await assert.rejects(passwords().set(password((await createdRole(store)).id)))
      await assert.rejects(passwords().set(password((await created(store, {}, 'group')).id)))
    })
  })
}
