import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EndpointRow } from '../endpoint-store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { changesRights, fresh, NOW } from './given.ts'

function endpoint(change: Partial<EndpointRow> = {}): EndpointRow {
  return {
    endpointId: fresh('eice-'),
    site: fresh('site-'),
    createdAt: NOW,
    tags: { Name: 'door' },
    ipAddressType: 'dualstack',
    securityGroupIds: ['sg-0'],
    ...change,
  }
}

export function describeEndpoints(now: () => StoreUnderTest): void {
  describe('endpoints', () => {
    const given = async (change: Partial<EndpointRow> = {}) => {
      const row = endpoint(change)
      assert.equal(await now().store.endpoints.create(row), true)
      return row
    }

    it('keeps one as it was created, and that is a change of rights', async () => {
      const { store } = now()
      const row = endpoint({ clientToken: 'once' })
      assert.equal(await changesRights(store, () => store.endpoints.create(row)), true)
      assert.deepEqual(await store.endpoints.get(row.endpointId), row)
    })

    it('does not know one that was never made', async () => {
      assert.equal(await now().store.endpoints.get(fresh('eice-')), undefined)
    })

    it('gives a site one and no second', async () => {
      const { store } = now()
      const { site } = await given()
      const second = endpoint({ site })
      assert.equal(await changesRights(store, () => store.endpoints.create(second)), false)
      assert.equal(await store.endpoints.create(second), false)
      assert.equal(await store.endpoints.get(second.endpointId), undefined)
    })

    it('gives a site one of a hundred racing ones', async () => {
      const { endpoints } = now().store
      const site = fresh('site-')
      const created = await Promise.all(
        Array.from({ length: 100 }, () => endpoints.create(endpoint({ site }))),
      )
      assert.equal(created.filter(Boolean).length, 1)
      assert.equal((await endpoints.list()).filter((row) => row.site === site).length, 1)
    })

    it('refuses a second one with the same id (would else be another site under the same name)', async () => {
      const { endpointId } = await given()
      await assert.rejects(now().store.endpoints.create(endpoint({ endpointId })))
    })

    it('lists by creation, then id', async () => {
      const rows = [
        await given({ createdAt: NOW + 2 }),
        await given({ createdAt: NOW + 1 }),
        await given({ createdAt: NOW + 1 }),
      ].map(({ endpointId }) => endpointId)
      const [late, ...early] = rows
      const listed = (await now().store.endpoints.list()).map(({ endpointId }) => endpointId)
      assert.deepEqual(
        listed.filter((id) => rows.includes(id)),
        [...early.toSorted(), late],
      )
    })

    it('changes what is given and leaves the rest', async () => {
      const { store } = now()
      const row = await given()
      const { endpointId } = row
      const toV6 = () => store.endpoints.update(endpointId, { ipAddressType: 'ipv6' })
      assert.equal(await changesRights(store, toV6), true)
      assert.deepEqual(await store.endpoints.get(endpointId), { ...row, ipAddressType: 'ipv6' })
      assert.equal(await store.endpoints.update(endpointId, { securityGroupIds: [] }), true)
      assert.deepEqual(await store.endpoints.get(endpointId), {
        ...row,
        ipAddressType: 'ipv6',
        securityGroupIds: [],
      })
    })

    it('removes tags, then sets tags, and that is a change of rights', async () => {
      const { store } = now()
      const { endpointId } = await given({ tags: { Name: 'a', A: '1', B: '2' } })
      const change = {
        set: { New: 'n', B: '3' },
        remove: [{ key: 'Name' }, { key: 'A', value: 'other' }, { key: 'B' }],
      }
      const act = () => store.endpoints.changeTags(endpointId, change)
      assert.equal(await changesRights(store, act), true)
      const { tags } = (await store.endpoints.get(endpointId)) ?? {}
      assert.deepEqual(tags, { A: '1', B: '3', New: 'n' })
    })

    it('keeps a tag called __proto__ a tag (would else change what every object has)', async () => {
      const { endpoints } = now().store
      const { endpointId } = await given({ tags: {} })
      const set = JSON.parse('{"__proto__":"x"}') as Record<string, string>
      await endpoints.changeTags(endpointId, { set })
      assert.equal(JSON.stringify((await endpoints.get(endpointId))?.tags), '{"__proto__":"x"}')
    })

    it('removes one once, and its site may have another', async () => {
      const { store } = now()
      const { endpointId, site } = await given()
      assert.equal(await changesRights(store, () => store.endpoints.remove(endpointId)), true)
      assert.equal(await store.endpoints.get(endpointId), undefined)
      assert.equal(await store.endpoints.remove(endpointId), false)
      assert.equal(await store.endpoints.create(endpoint({ site })), true)
    })

    it('says no to changes of one that is not there, and changes no right', async () => {
      const { store } = now()
      const id = fresh('eice-')
      const acts = [
        () => store.endpoints.update(id, { ipAddressType: 'ipv4' }),
        () => store.endpoints.changeTags(id, { set: { a: 'b' } }),
        () => store.endpoints.remove(id),
      ]
      for (const act of acts) {
        assert.equal(await act(), false)
        assert.equal(await changesRights(store, act), false)
      }
    })

    it('keeps them when opened again', async () => {
      const row = await given()
      await now().reopen()
      assert.deepEqual(await now().store.endpoints.get(row.endpointId), row)
    })
  })
}
