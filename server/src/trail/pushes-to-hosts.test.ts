import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { grantIdOf } from '@fleetkey/domain/grant'
import { createPushesToHosts } from './pushes-to-hosts.ts'

const requestId = (at: number) => `00000000-0000-7000-8000-${String(at).padStart(12, '0')}`
const PUSH = requestId(1)

function given() {
  const clock = { now: Date.UTC(2026, 0, 1) }
  const pushedAt = clock.now
  let searches = 0
  const trail = {
    async lookup(query: { requestId?: string; eventName?: string }) {
      searches++
      const isPush = query.requestId === PUSH && query.eventName === 'SendSSHPublicKey'
      return isPush ? [{ resource: 'i-1', time: pushedAt }] : []
    },
  }
  const pushes = createPushesToHosts({ trail: trail as never }, () => clock.now)
  return { clock, pushes, searches: () => searches }
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
})
