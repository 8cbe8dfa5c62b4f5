import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SessionLimits } from '../credential-store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import {
  created,
  createdKey,
  createdProvider,
  createdRole,
  createdSession,
  session,
} from './given-identities.ts'
import { changesRights, fresh, NOW } from './given.ts'

const LIMITS: SessionLimits = {
  sessionName: 'ann@example.org',
  sourceIdentity: 'ann',
  policy: '{"Version":"2012-10-17","Statement":[]}',
  policyIds: ['ANPAAAAA', 'ANPABBBB'],
  tags: { Team: 'blue', Empty: '' },
  transitiveTagKeys: ['Team'],
  mfaAt: NOW - 5,
  webIdentity: {
    provider: 'id.example.org',
    subject: '42',
    audience: 'fleetkey',
    displayName: 'Ann Grün',
  },
}

export function describeSessions(now: () => StoreUnderTest): void {
  describe('sessions', () => {
    const sessions = () => now().store.identities.sessions
    const get = async (accessKeyId: string) => {
      const found = await now().store.identities.credential(accessKeyId)
      return found?.kind === 'session' ? found.session : undefined
    }

    it('are given as they were made, which changes no right (each request would empty the caches)', async () => {
      const { store } = now()
      const user = await created(store)
      const key = await createdKey(store, user.id)
      const provider = await createdProvider(store)
      const role = await createdRole(store)
      const ofUser = session(user.id, { parentKeyId: key.accessKeyId })
      const ofRole = session(role.id, { parentKeyId: ofUser.accessKeyId, limits: LIMITS })
      const federated = session(role.id, { providerId: provider.id })
      for (const row of [ofUser, ofRole, federated]) {
        assert.equal(
          await changesRights(store, () => sessions().create(row).then(assert.ok)),
          false,
        )
        assert.deepEqual(await get(row.accessKeyId), row)
      }
      await now().reopen()
      assert.deepEqual(await get(ofRole.accessKeyId), ofRole)
    })

    it('are refused when what they hang on is gone, inactive or expired by now', async () => {
      const { store } = now()
      const { keys, entities } = store.identities
      const { id } = await created(store)
      const refused = async (change: Parameters<typeof session>[1], entityId = id) => {
        const row = session(entityId, change)
        assert.equal(await sessions().create(row), false)
        assert.equal(await get(row.accessKeyId), undefined)
      }
      await refused({}, fresh('AIDA'))
      await refused({ parentKeyId: fresh('AKIA') })
      await refused({ parentKeyId: fresh('ASIA') })
      await refused({ providerId: fresh('AOIP') })
      const { accessKeyId: inactive } = await createdKey(store, id)
      await keys.setStatus(inactive, 'Inactive')
      await refused({ parentKeyId: inactive })
      await keys.delete(inactive)
      await refused({ parentKeyId: inactive })
      const provider = await createdProvider(store)
      await entities.delete(provider.id, { force: true })
      await refused({ providerId: provider.id })
      const parent = await createdSession(store, id, { expiresAt: NOW + 10 })
      await refused({ parentKeyId: parent.accessKeyId, issuedAt: NOW + 10, expiresAt: NOW + 20 })
      const child = session(id, { parentKeyId: parent.accessKeyId, issuedAt: NOW + 9 })
      assert.equal(await sessions().create(child), true)
      await sessions().end(parent.accessKeyId)
      await refused({ parentKeyId: parent.accessKeyId })
    })

    it('are root’s only with a key of root (would make anybody root)', async () => {
      const { store } = now()
      const user = await created(store)
      const [ofRoot, ofUser] = [
        await createdKey(store, undefined),
        await createdKey(store, user.id),
      ]
      const row = session(undefined, { parentKeyId: ofRoot.accessKeyId })
      assert.equal(await changesRights(store, () => sessions().create(row)), false)
      assert.deepEqual(await store.identities.credential(row.accessKeyId), {
        kind: 'rootSession',
        session: row,
      })
      const signedIn = await createdSession(store, user.id)
      const provider = await createdProvider(store)
      for (const change of [
        {},
        { parentKeyId: ofUser.accessKeyId },
        { parentKeyId: row.accessKeyId },
        { parentKeyId: signedIn.accessKeyId },
        { providerId: provider.id },
        { parentKeyId: fresh('AKIA') },
      ]) {
        const refused = session(undefined, change)
        assert.equal(await sessions().create(refused), false)
        assert.equal(await store.identities.credential(refused.accessKeyId), undefined)
      }
      await now().reopen()
      assert.equal(await now().store.identities.keys.delete(ofRoot.accessKeyId), true)
      assert.equal(await now().store.identities.credential(row.accessKeyId), undefined)
    })

    it('are of users and roles only, and never take a key that is taken', async () => {
      const { store } = now()
      const group = await created(store, {}, 'group')
      await assert.rejects(sessions().create(session(group.id)))
      const role = await createdRole(store)
      const row = await createdSession(store, role.id)
      await assert.rejects(sessions().create({ ...row, tokenHash: fresh('other') }))
      await assert.rejects(sessions().create(session(role.id, { accessKeyId: fresh('AKIA') })))
      assert.deepEqual(await get(row.accessKeyId), row)
    })

    it('are listed newest first until they expire', async () => {
      const { store } = now()
      const { id } = await createdRole(store)
      const old = await createdSession(store, id, { issuedAt: NOW - 2, expiresAt: NOW + 1 })
      const young = await createdSession(store, id, { issuedAt: NOW - 1, limits: LIMITS })
      await createdSession(store, id, { issuedAt: NOW - 3, expiresAt: NOW })
      await createdSession(store, (await createdRole(store)).id)
      assert.deepEqual(await sessions().list(id, NOW), [young, old])
      assert.deepEqual(await sessions().list(id, NOW + 1), [young])
    })

    it('of whom a provider vouched for are listed and ended in all their roles, and nobody else’s', async () => {
      const { store } = now()
      const [ours, other] = [await createdProvider(store), await createdProvider(store)]
      const [one, two] = [await createdRole(store), await createdRole(store)]
      const by = ({ id, name }: { id: string; name: string }, subject: string) => ({
        providerId: id,
        limits: { webIdentity: { provider: name, subject, audience: 'fleetkey' } },
      })
      const their = { provider: ours.name, subject: '42' }
      const old = await createdSession(store, one.id, { ...by(ours, '42'), issuedAt: NOW - 2 })
      const child = await createdSession(store, two.id, { parentKeyId: old.accessKeyId })
      const young = await createdSession(store, two.id, { ...by(ours, '42'), issuedAt: NOW + 5 })
      const expired = { issuedAt: NOW - 9, expiresAt: NOW }
      await createdSession(store, two.id, { ...by(ours, '42'), ...expired })
      const others = [
        await createdSession(store, one.id, by(ours, '4')),
        await createdSession(store, one.id, by(other, '42')),
        await createdSession(store, one.id),
      ]
      assert.deepEqual(await sessions().listOfPerson(their, NOW), [young, old])
      const end = () => sessions().endAllOfPerson(their, NOW + 5)
      assert.equal(await changesRights(store, end), true)
      assert.deepEqual(await sessions().listOfPerson(their, NOW - 1), [young])
      assert.equal(await get(child.accessKeyId), undefined, 'it ends with what it was made with')
      for (const row of others) assert.deepEqual(await get(row.accessKeyId), row)
      assert.equal(await changesRights(store, end), false)
    })

    it('of browsers are proven anew, and what was cached of them is not believed', async () => {
      const { store } = now()
      const user = await created(store)
      const console = { provenAt: NOW, sourceAddress: '192.0.2.7', userAgent: 'Browser/1' }
      const [browser, keys] = [session(user.id, { limits: { console } }), session(user.id)]
      for (const row of [browser, keys]) await sessions().create(row)
      const prove = (accessKeyId: string, mfaAt: number | undefined, provenAt: number) =>
        sessions().prove(accessKeyId, { provenAt, mfaAt })
      const first = () => prove(browser.accessKeyId, NOW + 5, NOW + 5)
      assert.equal(await changesRights(store, () => first().then(assert.ok)), true)
      assert.equal(await prove(browser.accessKeyId, undefined, NOW + 9), true)
      const proven = { console: { ...console, provenAt: NOW + 9 }, mfaAt: NOW + 5 }
      assert.deepEqual((await get(browser.accessKeyId))?.limits, proven)
      assert.equal(await prove(keys.accessKeyId, NOW, NOW), false, 'it is none of a browser')
      assert.deepEqual((await get(keys.accessKeyId))?.limits, keys.limits)
    })

    it('of browsers remember their last use, which changes no right', async () => {
      const { store } = now()
      const user = await created(store)
      const row = session(user.id)
      await sessions().create(row)
      const note = (at: number) =>
        sessions().noteUses([
          { accessKeyId: row.accessKeyId, at },
          { accessKeyId: fresh('ASIA'), at },
        ])
      assert.equal(await changesRights(store, () => note(NOW + 7)), false)
      await note(NOW + 3)
      assert.equal((await get(row.accessKeyId))?.lastUsedAt, NOW + 7)
    })

    it('are ended once', async () => {
      const { store } = now()
      const { id } = await createdRole(store)
      const [one, other] = [await createdSession(store, id), await createdSession(store, id)]
      const act = () => sessions().end(one.accessKeyId)
      assert.equal(await changesRights(store, act), true)
      assert.equal(await changesRights(store, act), false)
      assert.equal(await act(), false)
      assert.deepEqual(await sessions().list(id, NOW), [other])
      const asked = [one.accessKeyId, other.accessKeyId, fresh('ASIA')]
      assert.deepEqual(await sessions().standing(asked), [other.accessKeyId])
    })

    it('of one are ended together when they were issued before', async () => {
      const { store } = now()
      const { id } = await createdRole(store)
      const at = (issuedAt: number) => createdSession(store, id, { issuedAt })
      await at(NOW)
      await at(NOW + 4)
      const young = await at(NOW + 5)
      const other = await createdSession(store, (await createdRole(store)).id)
      let ended = 0
      const act = async () => (ended = await sessions().endAll(id, NOW + 5))
      assert.equal(await changesRights(store, act), true)
      assert.equal(ended, 2)
      assert.deepEqual(await sessions().list(id, NOW), [young])
      assert.deepEqual(await get(other.accessKeyId), other)
      assert.equal(await changesRights(store, act), false)
      assert.equal(ended, 0)
    })

    it('are not ended by a new password, a device or a group', async () => {
      const { store } = now()
      const { id: userId } = await created(store)
      const row = await createdSession(store, userId)
      const password = { hash: 'h', resetRequired: false, createdAt: NOW, changedAt: NOW }
      await store.identities.passwords.set({ userId, ...password, earlier: [] })
      await store.identities.passwords.delete(userId)
      const group = await created(store, {}, 'group')
      await store.identities.groups.add(group.id, userId, 10)
      await store.identities.groups.remove(group.id, userId)
      assert.deepEqual(await get(row.accessKeyId), row)
    })

    describe('that expired', () => {
      const LATER = NOW + 100

      it('are removed, which changes no right', async () => {
        const { store } = now()
        const { id } = await createdRole(store)
        const expired = await createdSession(store, id, { expiresAt: LATER })
        const living = await createdSession(store, id, { expiresAt: LATER + 1 })
        assert.equal(await changesRights(store, () => sessions().prune(LATER)), false)
        assert.equal(await get(expired.accessKeyId), undefined)
        assert.deepEqual(await get(living.accessKeyId), living)
      })

      it('stay while one that was made with them lives, however deep (withdrawing the first key would miss it)', async () => {
        const { store } = now()
        const { id } = await created(store)
        const key = await createdKey(store, id)
        const below = (parentKeyId: string, expiresAt: number) =>
          createdSession(store, id, { parentKeyId, expiresAt })
        const first = await below(key.accessKeyId, LATER)
        const second = await below(first.accessKeyId, LATER)
        const living = await below(second.accessKeyId, LATER + 50)
        const withered = await below(second.accessKeyId, LATER)
        const lonely = await below(key.accessKeyId, LATER)
        await sessions().prune(LATER)
        for (const { accessKeyId } of [first, second, living]) {
          assert.ok((await get(accessKeyId)) !== undefined)
        }
        for (const { accessKeyId } of [withered, lonely]) {
          assert.equal(await get(accessKeyId), undefined)
        }
        await store.identities.keys.setStatus(key.accessKeyId, 'Inactive')
        assert.equal(await get(living.accessKeyId), undefined)
      })

      it('go in one sweep with their descendants once all expired', async () => {
        const { store } = now()
        const { id } = await created(store)
        const parent = await createdSession(store, id, { expiresAt: LATER })
        const child = await createdSession(store, id, {
          parentKeyId: parent.accessKeyId,
          expiresAt: LATER + 50,
        })
        await sessions().prune(LATER + 50)
        assert.equal(await get(parent.accessKeyId), undefined)
        assert.equal(await get(child.accessKeyId), undefined)
      })
    })
  })
}
