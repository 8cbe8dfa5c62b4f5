import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { changesRights, enrolled, FACTS, fresh, joinToken, NOW, redemption } from './given.ts'

export function describeJoinTokens(now: () => StoreUnderTest): void {
  describe('join tokens', () => {
    const find = async (id: string) =>
      (await now().store.joinTokens.list()).find(({ joinTokenId }) => joinTokenId === id)

    it('keeps a token as it was created', async () => {
      const token = joinToken()
      await now().store.joinTokens.create(token)
      assert.deepEqual(await find(token.joinTokenId), token)
    })

    it('finds a token by the hash of its secret, and no other', async () => {
      const token = joinToken()
      await now().store.joinTokens.create(token)
      assert.deepEqual(await now().store.joinTokens.find(token.secretHash), token)
      assert.equal(await now().store.joinTokens.find(joinToken().secretHash), undefined)
    })

    it('lists by creation time', async () => {
      const { joinTokens } = now().store
      const late = joinToken({ createdAt: NOW + 5 })
      const early = joinToken({ createdAt: NOW + 4 })
      await joinTokens.create(late)
      await joinTokens.create(early)
      const ids = (await joinTokens.list()).map(({ joinTokenId }) => joinTokenId)
      assert.ok(ids.indexOf(early.joinTokenId) < ids.indexOf(late.joinTokenId))
    })

    it('refuses a second token with the same id or secret', async () => {
      const { joinTokens } = now().store
      const token = joinToken()
      await joinTokens.create(token)
      await assert.rejects(joinTokens.create(joinToken({ joinTokenId: token.joinTokenId })))
      await assert.rejects(joinTokens.create(joinToken({ secretHash: token.secretHash })))
    })

    it('turns a token into an instance with its tags', async () => {
      const { store } = now()
      const token = joinToken()
      await store.joinTokens.create(token)
      const by = redemption(token)
      assert.equal(await changesRights(store, () => store.joinTokens.redeem(by)), true)
      assert.deepEqual(await store.instances.get(by.instanceId), {
        instanceId: by.instanceId,
        tags: token.tags,
        agentKey: by.agentKey,
        enrolledAt: by.now,
        facts: FACTS,
      })
      assert.deepEqual(await find(token.joinTokenId), {
        ...token,
        state: 'used',
        instanceId: by.instanceId,
      })
    })

    it('enrols one of a thousand racing hosts (security.md P9)', async () => {
      const { store } = now()
      const token = joinToken()
      await store.joinTokens.create(token)
      const before = (await store.instances.list()).length
      const enrolments = await Promise.all(
        Array.from({ length: 1000 }, () => store.joinTokens.redeem(redemption(token))),
      )
      const winners = enrolments.filter((instance) => instance !== undefined)
      assert.equal(winners.length, 1)
      assert.equal((await store.instances.list()).length, before + 1)
      assert.equal((await find(token.joinTokenId))?.instanceId, winners[0]?.instanceId)
    })

    const refusals = [
      { what: 'an unknown token', token: joinToken(), stored: false },
      { what: 'a revoked token', token: joinToken({ state: 'revoked' }), stored: true },
      { what: 'a token at its end', token: joinToken({ expiresAt: NOW + 1 }), stored: true },
    ]
    for (const { what, token, stored } of refusals) {
      it(`enrols nobody with ${what}`, async () => {
        const { store } = now()
        if (stored) await store.joinTokens.create(token)
        const by = redemption(token)
        assert.equal(await store.joinTokens.redeem(by), undefined)
        assert.equal(await store.instances.get(by.instanceId), undefined)
        assert.equal(await changesRights(store, () => store.joinTokens.redeem(by)), false)
      })
    }

    it('leaves a token unused when its instance cannot be created', async () => {
      const { store } = now()
      const taken = await enrolled(store)
      const token = joinToken()
      await store.joinTokens.create(token)
      await assert.rejects(store.joinTokens.redeem(redemption(token, { instanceId: taken })))
      assert.equal((await find(token.joinTokenId))?.state, 'unused')
      assert.notEqual(await store.joinTokens.redeem(redemption(token)), undefined)
    })

    it('revokes an unused token once and no used or unknown one', async () => {
      const { joinTokens } = now().store
      const [unused, used] = [joinToken(), joinToken()]
      await joinTokens.create(unused)
      await joinTokens.create(used)
      await joinTokens.redeem(redemption(used))
      assert.equal(await joinTokens.revoke(unused.joinTokenId), true)
      assert.equal(await joinTokens.revoke(unused.joinTokenId), false)
      assert.equal(await joinTokens.revoke(used.joinTokenId), false)
      assert.equal(await joinTokens.revoke(fresh('jt-')), false)
      assert.equal((await find(used.joinTokenId))?.state, 'used')
    })

    it('lets either the revocation or the enrolment win, never both', async () => {
      const { joinTokens } = now().store
      const tokens = Array.from({ length: 50 }, () => joinToken())
      await Promise.all(tokens.map((token) => joinTokens.create(token)))
      for (const token of tokens) {
        const [instance, revoked] = await Promise.all([
          joinTokens.redeem(redemption(token)),
          joinTokens.revoke(token.joinTokenId),
        ])
        assert.notEqual(instance !== undefined, revoked)
      }
    })
  })
}
