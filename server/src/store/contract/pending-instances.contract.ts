import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LaunchRequest, PendingInstanceRow } from '../pending-instance-store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { changesRights, FACTS, fresh, joinToken, NOW, redemption } from './given.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const PLENTY = { limit: 1_000_000 }

function pending(change: Partial<PendingInstanceRow> = {}): PendingInstanceRow {
  return {
    instanceId: fresh('i-'),
    tags: { Name: 'web-1' },
    launch: {
      imageId: 'fleetkey-host',
      instanceType: 'host',
      reservationId: fresh('r-'),
      index: 0,
    },
    launchedAt: NOW,
    expiresAt: NOW + DAY_MS,
    createdBy: 'arn:aws:iam::111122223333:root',
    ...change,
  }
}

const request = (change: Partial<LaunchRequest> = {}): LaunchRequest => ({
  clientToken: fresh('token-'),
  requestHash: fresh('hash'),
  until: NOW + DAY_MS,
  ...change,
})

const joinOf = ({ instanceId }: PendingInstanceRow) => ({
  ...joinToken(),
  forInstanceId: instanceId,
})

export function describePendingInstances(now: () => StoreUnderTest): void {
  describe('pending instances', () => {
    const given = async (change: Partial<PendingInstanceRow> = {}) => {
      const row = pending(change)
      const result = await now().store.pendingInstances.create([row], PLENTY)
      assert.deepEqual(result, { kind: 'created' })
      return row
    }
    const stateOf = async (tokenId: string) =>
      (await now().store.joinTokens.list()).find(({ joinTokenId }) => joinTokenId === tokenId)
        ?.state

    it('keeps one as it was created, until it expires', async () => {
      const { pendingInstances } = now().store
      const row = await given({ sealedUserData: 'sealed' })
      assert.deepEqual(await pendingInstances.get(row.instanceId, row.expiresAt - 1), row)
      assert.equal(await pendingInstances.get(row.instanceId, row.expiresAt), undefined)
      assert.equal(await pendingInstances.get(fresh('i-'), NOW), undefined)
    })

    it('lists those that are not expired, by launch, then place in it', async () => {
      const { pendingInstances } = now().store
      const launch = pending().launch
      const siblings = [2, 10, 1].map((index) =>
        pending({ launch: { ...launch, index }, launchedAt: NOW + 5 }),
      )
      await pendingInstances.create(siblings, PLENTY)
      const late = await given({ launchedAt: NOW + 6 })
      const gone = await given({ launchedAt: NOW + 4, expiresAt: NOW + 5 })
      const ours = new Set([...siblings, late, gone].map(({ instanceId }) => instanceId))
      const listed = (await pendingInstances.list(NOW + 6)).filter(({ instanceId }) =>
        ours.has(instanceId),
      )
      const [second, third, first] = siblings
      assert.deepEqual(listed, [first, second, third, late])
    })

    it('creates all or none, up to the limit', async () => {
      const { store } = now()
      const standing = (await store.pendingInstances.list(0)).length
      const rows = [pending(), pending(), pending()]
      const tooMany = await store.pendingInstances.create(rows, { limit: standing + 2 })
      assert.deepEqual(tooMany, { kind: 'full' })
      assert.equal((await store.pendingInstances.list(0)).length, standing)
      const fits = await store.pendingInstances.create(rows, { limit: standing + 3 })
      assert.deepEqual(fits, { kind: 'created' })
    })

    it('means the same instances by the same token, also when they raced', async () => {
      const { pendingInstances } = now().store
      const asked = request()
      const launches = Array.from({ length: 20 }, () => [pending(), pending()])
      const results = await Promise.all(
        launches.map((rows) => pendingInstances.create(rows, { ...PLENTY, request: asked })),
      )
      const first = launches[results.findIndex(({ kind }) => kind === 'created')] ?? []
      const repeated = {
        kind: 'repeated',
        requestHash: asked.requestHash,
        reservationId: first[0]?.launch.reservationId,
        instanceIds: first.map(({ instanceId }) => instanceId),
      }
      assert.equal(first.length, 2)
      assert.deepEqual(
        results.filter(({ kind }) => kind !== 'created'),
        Array.from({ length: 19 }, () => repeated),
      )
    })

    it('knows a token until its time is over', async () => {
      const { pendingInstances } = now().store
      const asked = request({ until: NOW + 10 })
      const launchAt = (launchedAt: number) =>
        pendingInstances.create([pending({ launchedAt })], { ...PLENTY, request: asked })
      assert.equal((await launchAt(NOW)).kind, 'created')
      assert.equal((await launchAt(NOW + 9)).kind, 'repeated')
      assert.equal((await launchAt(NOW + 10)).kind, 'created')
    })

    it('knows a token no more once it is forgotten', async () => {
      const { pendingInstances } = now().store
      const asked = request()
      const launch = () => pendingInstances.create([pending()], { ...PLENTY, request: asked })
      await launch()
      await pendingInstances.forgetRequest(asked.clientToken)
      assert.deepEqual(await launch(), { kind: 'created' })
    })

    it('becomes the instance that it was, with the tags that it has by then', async () => {
      const { store } = now()
      const row = await given()
      const token = joinOf(row)
      assert.equal(await store.pendingInstances.createJoin(token), true)
      await store.pendingInstances.changeTags(row.instanceId, { set: { Team: 'red' } })
      const by = redemption(token, { instanceId: row.instanceId })
      await store.joinTokens.redeem(by)
      assert.deepEqual(await store.instances.get(row.instanceId), {
        instanceId: row.instanceId,
        tags: { Name: 'web-1', Team: 'red' },
        agentKey: by.agentKey,
        enrolledAt: by.now,
        facts: FACTS,
        launch: row.launch,
      })
      assert.equal(await store.pendingInstances.get(row.instanceId, NOW), undefined)
      assert.equal(await stateOf(token.joinTokenId), 'used')
    })

    it('lets its token make no other instance (would join under an id that nobody launched)', async () => {
      const { store } = now()
      const row = await given()
      const token = joinOf(row)
      await store.pendingInstances.createJoin(token)
      assert.equal(await store.joinTokens.redeem(redemption(token)), undefined)
      assert.equal(await stateOf(token.joinTokenId), 'unused')
      assert.notEqual(await store.pendingInstances.get(row.instanceId, NOW), undefined)
    })

    it('joins nobody after it expired, though its token lives on', async () => {
      const { store } = now()
      const row = await given({ expiresAt: NOW + 5 })
      const token = joinOf(row)
      await store.pendingInstances.createJoin(token)
      const by = redemption(token, { instanceId: row.instanceId, now: NOW + 5 })
      assert.equal(await store.joinTokens.redeem(by), undefined)
      assert.equal(await store.instances.get(row.instanceId), undefined)
    })

    it('has one token: a new one voids the one before', async () => {
      const { store } = now()
      const row = await given()
      const [former, latter] = [joinOf(row), joinOf(row)]
      await store.pendingInstances.createJoin(former)
      await store.pendingInstances.createJoin(latter)
      assert.equal(await stateOf(former.joinTokenId), 'revoked')
      const redeem = (token: typeof former) =>
        store.joinTokens.redeem(redemption(token, { instanceId: row.instanceId }))
      assert.equal(await redeem(former), undefined)
      assert.notEqual(await redeem(latter), undefined)
      assert.equal(await store.pendingInstances.createJoin(joinOf(row)), false)
    })

    it('joins one of a hundred racing hosts', async () => {
      const { store } = now()
      const row = await given()
      const token = joinOf(row)
      await store.pendingInstances.createJoin(token)
      const joined = await Promise.all(
        Array.from({ length: 100 }, () =>
          store.joinTokens.redeem(redemption(token, { instanceId: row.instanceId })),
        ),
      )
      assert.equal(joined.filter((one) => one !== undefined).length, 1)
    })

    it('gets no token when it is not pending, and then keeps none', async () => {
      const { store } = now()
      const expired = await given({ expiresAt: NOW })
      for (const row of [pending(), expired]) {
        const token = joinOf(row)
        assert.equal(await store.pendingInstances.createJoin(token), false)
        assert.equal(await store.joinTokens.find(token.secretHash), undefined)
      }
    })

    it('changes tags, and that is a change of rights', async () => {
      const { store } = now()
      const { instanceId } = await given({ tags: { A: '1', B: '2' } })
      const act = () =>
        store.pendingInstances.changeTags(instanceId, {
          set: { C: '3' },
          remove: [{ key: 'A' }, { key: 'B', value: 'other' }],
        })
      assert.equal(await changesRights(store, act), true)
      const { tags } = (await store.pendingInstances.get(instanceId, NOW)) ?? {}
      assert.deepEqual(tags, { B: '2', C: '3' })
      const unknown = () => store.pendingInstances.changeTags(fresh('i-'), { set: { a: 'b' } })
      assert.equal(await unknown(), false)
      assert.equal(await changesRights(store, unknown), false)
    })

    it('is removed once, and its token with it', async () => {
      const { store } = now()
      const row = await given()
      const token = joinOf(row)
      await store.pendingInstances.createJoin(token)
      const act = () => store.pendingInstances.remove(row.instanceId)
      assert.equal(await changesRights(store, act), true)
      assert.equal(await stateOf(token.joinTokenId), 'revoked')
      assert.equal(await act(), false)
      const by = redemption(token, { instanceId: row.instanceId })
      assert.equal(await store.joinTokens.redeem(by), undefined)
    })

    it('lets either the removal or the join win, never both', async () => {
      const { store } = now()
      for (let round = 0; round < 30; round++) {
        const row = await given()
        const token = joinOf(row)
        await store.pendingInstances.createJoin(token)
        const [joined, removed] = await Promise.all([
          store.joinTokens.redeem(redemption(token, { instanceId: row.instanceId })),
          store.pendingInstances.remove(row.instanceId),
        ])
        assert.notEqual(joined !== undefined, removed)
      }
    })

    it('removes what is expired and says what it was', async () => {
      const { store } = now()
      const [expired, living] = [
        await given({ launchedAt: 0, expiresAt: 1000 }),
        await given({ launchedAt: 0, expiresAt: 1001 }),
      ]
      const token = joinOf(expired)
      await store.pendingInstances.createJoin({ ...token, createdAt: 999 })
      assert.deepEqual(await store.pendingInstances.prune(1000), [expired])
      assert.equal(await stateOf(token.joinTokenId), 'revoked')
      assert.deepEqual(await store.pendingInstances.get(living.instanceId, 1000), living)
      assert.deepEqual(await store.pendingInstances.prune(1000), [])
    })

    it('keeps them when opened again', async () => {
      const row = await given()
      await now().reopen()
      assert.deepEqual(await now().store.pendingInstances.get(row.instanceId, NOW), row)
    })
  })
}
