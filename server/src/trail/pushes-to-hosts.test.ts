import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { grantIdOf } from '@fleetkey/domain/grant'
import { createPushesToHosts } from './pushes-to-hosts.ts'

const requestId = (at: number) => `00000000-0000-7000-8000-${String(at).padStart(12, '0')}`
const PUSH = requestId(1)

function given() {
  const clock = { now: Date.UTC(2026, 0, 1) }
  const pushes = new Map([[PUSH, { resource: 'i-1', time: clock.now }]])
  let searches = 0
  const trail = {
    async lookup({ requestId = '', eventName }: { requestId?: string; eventName?: string }) {
      searches++
      const push = eventName === 'SendSSHPublicKey' ? pushes.get(requestId) : undefined
      return push === undefined ? [] : [push]
    },
  }
  const found = createPushesToHosts({ trail: trail as never }, () => clock.now)
  /** That many more, a millisecond apart, the first after a minute. */
  const pushed = (count: number, resource: string) => {
    const from = pushes.size + 1
    return Array.from({ length: count }, (_, at) => {
      pushes.set(requestId(from + at), { resource, time: clock.now + 60_000 + at })
      return grantIdOf(requestId(from + at))
    })
  }
  return { clock, pushes: found, pushed, searches: () => searches }
}

describe('the pushes to a host', () => {
  it('are found by what it names as its grants, and no other host’s', async () => {
    const { pushes, searches } = given()
    assert.equal((await pushes.find('i-1', grantIdOf(PUSH)))?.requestId, PUSH)
    assert.equal(await pushes.find('i-2', grantIdOf(PUSH)), undefined)
    assert.equal(await pushes.find('i-1', grantIdOf(requestId(2))), undefined)
    const before = searches()
    for (const none of ['', 'no-grant', undefined]) {
      assert.equal(await pushes.find('i-1', none), undefined)
    }
    await pushes.find('i-1', grantIdOf(PUSH))
    assert.equal(searches(), before)
  })

  it('allow so many records each, while they are fresh', async () => {
    const { pushes } = given()
    const admitted = async (count: number) => {
      const found = await Promise.all(
        Array.from({ length: count }, () => pushes.find('i-1', grantIdOf(PUSH))),
      )
      return found.filter((push) => push?.take()).length
    }
    assert.equal(await admitted(40), 40)
    assert.equal(await admitted(40), 24)
    const late = given()
    late.clock.now += 10 * 60_000
    assert.equal((await late.pushes.find('i-1', grantIdOf(PUSH)))?.take(), undefined)
  })

  it('are searched for no more than so often when a host makes them up (each costs a search)', async () => {
    const { clock, pushes, searches } = given()
    const guess = (at: number) => pushes.find('i-2', grantIdOf(requestId(at + 2)))
    await Promise.all(Array.from({ length: 1000 }, (_, at) => guess(at)))
    assert.ok(searches() <= 2 * 256)
    assert.equal((await pushes.find('i-1', grantIdOf(PUSH)))?.requestId, PUSH)
    const before = searches()
    clock.now += 10_000
    await Promise.all(Array.from({ length: 1000 }, (_, at) => guess(at)))
    assert.equal(searches() - before, 2 * 10)
  })

  it('are searched for no more than so often when they were long ago, and take no room from others’ (each costs a search)', async () => {
    const { clock, pushes, pushed, searches } = given()
    const old = pushed(21_000, 'i-1')
    clock.now += 12 * 60_000
    const [fresh] = pushed(1, 'i-2')
    const ofOther = await pushes.find('i-2', fresh)
    const name = async () => {
      const before = searches()
      // As an agent does that comes back: a batch after the other.
      for (let at = 0; at < old.length; at += 24) {
        const batch = old.slice(at, at + 24)
        // oxlint-disable-next-line no-await-in-loop -- likewise
        const found = await Promise.all(batch.map((grantId) => pushes.find('i-1', grantId)))
        assert.ok(found.every((push) => push?.take() === undefined))
      }
      return searches() - before
    }
    assert.equal(await name(), 5120 + 256)
    clock.now += 60_000
    assert.equal(await name(), 60 + 60)
    assert.equal(await pushes.find('i-2', fresh), ofOther, 'it would be allowed as much again')
  })

  it('allow nothing again after as many others, however many a host names (what it has recorded would have no end)', async () => {
    const { clock, pushes, pushed } = given()
    const fresh = pushed(3000, 'i-1')
    clock.now += 65_000
    let records = 0
    for (const again of [1, 2, 3]) {
      for (const grantId of fresh) {
        // oxlint-disable-next-line no-await-in-loop -- the order is what is asked for
        const push = await pushes.find('i-1', grantId)
        while (push?.take() !== undefined) records++
      }
      assert.ok(records <= 3000 * 64, `${records} after ${again}`)
    }
    assert.ok(records >= 1024 * 64)
  })
})
