import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { changesRights, enrolled, FACTS, fresh, NOW } from './given.ts'

export function describeInstances(now: () => StoreUnderTest): void {
  describe('instances', () => {
    const tagsOf = async (id: string) => (await now().store.instances.get(id))?.tags

    it('does not know an instance that never enrolled', async () => {
      assert.equal(await now().store.instances.get('i-0'), undefined)
    })

    it('lists by enrolment time, then id', async () => {
      const { store } = now()
      const ids = [
        await enrolled(store, {}, NOW + 20),
        await enrolled(store, {}, NOW + 10),
        await enrolled(store, {}, NOW + 10),
      ] as const
      const [late, ...early] = ids
      const listed = (await store.instances.list()).map(({ instanceId }) => instanceId)
      assert.deepEqual(
        listed.filter((id) => ids.includes(id)),
        [...early.toSorted(), late],
      )
      assert.deepEqual(
        await store.instances.tagged(),
        (await store.instances.list()).map(({ instanceId, tags }) => ({ instanceId, tags })),
      )
    })

    it('lists a part, behind a place in that order', async () => {
      const { store } = now()
      const first = await enrolled(store, {}, NOW + 30)
      const last = await enrolled(store, { Name: 'last' }, NOW + 40)
      const middle = (
        await Promise.all([enrolled(store, {}, NOW + 35), enrolled(store, {}, NOW + 35)])
      ).toSorted()
      const behind = async (instanceId: string, limit: number) => {
        const { enrolledAt } = (await store.instances.get(instanceId)) ?? { enrolledAt: 0 }
        const part = await store.instances.list({ after: { enrolledAt, instanceId }, limit })
        return part.map((one) => one.instanceId)
      }
      assert.deepEqual(await behind(first, 3), [...middle, last])
      assert.deepEqual(await behind(first, 1), middle.slice(0, 1))
      assert.deepEqual(await behind(middle[0] ?? '', 2), [middle[1], last])
      const [start] = await store.instances.list({ limit: 1 })
      assert.deepEqual(start, (await store.instances.list())[0])
      const [one] = await store.instances.list({
        after: { enrolledAt: NOW + 39, instanceId: '' },
        limit: 1,
      })
      assert.deepEqual(one, await store.instances.get(last))
    })

    it('knows every value of a tag, once, while anything has it', async () => {
      const { store } = now()
      const [first, other] = [
        await enrolled(store, { Rack: 'b', Row: 'x' }),
        await enrolled(store, { Rack: 'a' }),
      ]
      await enrolled(store, { Rack: 'b' })
      assert.deepEqual(await store.instances.tagValues('Rack'), ['a', 'b'])
      await store.instances.changeTags(other, { set: { Rack: '' } })
      await store.instances.forget(first)
      assert.deepEqual(await store.instances.tagValues('Rack'), ['', 'b'])
      assert.deepEqual(await store.instances.tagValues('Row'), [])
    })

    it('replaces facts and changes nothing else', async () => {
      const { store } = now()
      const id = await enrolled(store, { Name: 'a' })
      const before = await store.instances.get(id)
      const facts = { ...FACTS, hostname: 'other', lock: { kind: 'locked' } as const }
      assert.equal(await changesRights(store, () => store.instances.saveFacts(id, facts)), false)
      assert.deepEqual(await store.instances.get(id), { ...before, facts })
    })

    it('finds instances by an address that they reported, letter by letter', async () => {
      const { store } = now()
      const at = async (address: string) =>
        (await store.instances.atAddress(address)).map(({ instanceId }) => instanceId)
      const address = `198.51.${process.pid % 250}.${Math.floor(Math.random() * 250)}`
      const facts = {
        ...FACTS,
        addresses4: ['192.0.2.1', address],
        addresses6: ['fd00::7', '2001:db8::7'],
      }
      const later = await enrolled(store, {}, NOW + 20)
      const first = await enrolled(store, {}, NOW + 10)
      assert.deepEqual(await at(address), [])
      await store.instances.saveFacts(later, facts)
      await store.instances.saveFacts(first, facts)
      assert.deepEqual(await at(address), [first, later])
      assert.deepEqual((await at('2001:db8::7')).slice(-2), [first, later])
      assert.deepEqual(await at(`${address} `), [])
      assert.deepEqual(await at('%'), [])
      await store.instances.saveFacts(first, { ...facts, addresses4: [] })
      assert.deepEqual(await at(address), [later])
      await store.instances.forget(later)
      assert.deepEqual(await at(address), [])
    })

    it('finds an instance by the addresses that it enrolled with', async () => {
      const { store } = now()
      const id = await enrolled(store)
      const found = await store.instances.atAddress(FACTS.addresses4[0] ?? '')
      assert.ok(found.some(({ instanceId }) => instanceId === id))
    })

    it('creates nothing from facts of an unknown instance', async () => {
      const id = fresh('i-')
      await now().store.instances.saveFacts(id, FACTS)
      assert.equal(await now().store.instances.get(id), undefined)
    })

    it('sets and removes tags in one step', async () => {
      const { store } = now()
      const id = await enrolled(store, { Name: 'a', Team: 'blue', Old: 'x' })
      const change = { set: { Team: 'red', New: '' }, remove: [{ key: 'Old' }, { key: 'none' }] }
      assert.equal(await changesRights(store, () => store.instances.changeTags(id, change)), true)
      assert.deepEqual(await tagsOf(id), { Name: 'a', New: '', Team: 'red' })
    })

    it('removes a tag with a value only where it has that value', async () => {
      const { store } = now()
      const id = await enrolled(store, { A: '1', B: '2', C: '' })
      const remove = [
        { key: 'A', value: '1' },
        { key: 'B', value: 'other' },
        { key: 'C', value: '' },
      ]
      assert.equal(await store.instances.changeTags(id, { remove }), true)
      assert.deepEqual(await tagsOf(id), { B: '2' })
    })

    it('tells tag keys apart by case, as EC2 does', async () => {
      const { store } = now()
      const id = await enrolled(store, { team: 'a', Team: 'b' })
      await store.instances.changeTags(id, { remove: [{ key: 'team' }] })
      assert.deepEqual(await tagsOf(id), { Team: 'b' })
    })

    it('keeps a tag called __proto__ a tag (would else change what every object has)', async () => {
      const { store } = now()
      const id = await enrolled(store)
      const set = JSON.parse('{"__proto__":"x"}') as Record<string, string>
      await store.instances.changeTags(id, { set })
      assert.equal(JSON.stringify(await tagsOf(id)), '{"__proto__":"x"}')
    })

    it('says no to tags of an unknown instance', async () => {
      const { store } = now()
      const change = () => store.instances.changeTags(fresh('i-'), { set: { a: 'b' } })
      assert.equal(await change(), false)
      assert.equal(await changesRights(store, change), false)
    })

    it('loses no tag to racing changes', async () => {
      const { store } = now()
      const id = await enrolled(store)
      const keys = Array.from({ length: 40 }, (_, n) => `k${String(n).padStart(2, '0')}`)
      await Promise.all(keys.map((key) => store.instances.changeTags(id, { set: { [key]: key } })))
      assert.deepEqual(Object.keys((await tagsOf(id)) ?? {}).toSorted(), keys)
    })

    it('forgets an instance once', async () => {
      const { store } = now()
      const id = await enrolled(store, { Name: 'a' })
      assert.equal(await changesRights(store, () => store.instances.forget(id)), true)
      assert.equal(await store.instances.get(id), undefined)
      assert.equal(await changesRights(store, () => store.instances.forget(id)), false)
      assert.equal(await store.instances.forget(id), false)
    })

    it('keeps instances and the security version when opened again', async () => {
      const id = await enrolled(now().store, { Name: 'a' })
      const before = await now().store.instances.get(id)
      const version = await now().store.securityVersion()
      await now().reopen()
      assert.deepEqual(await now().store.instances.get(id), before)
      assert.ok((await now().store.securityVersion()) >= version)
    })
  })
}
