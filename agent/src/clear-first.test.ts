import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { clearFirst } from './clear-first.ts'
import type { LiveKey } from './delivery.ts'
import { createFakeDelivery } from './testing/agent-parts.ts'

const KEY = { grantId: 'g' } as LiveKey

describe('clearFirst', () => {
  it('clears once', async () => {
    const fake = createFakeDelivery()
    const delivery = clearFirst(fake)
    await delivery.clear()
    await delivery.install(KEY)
    await delivery.problems()
    assert.equal(fake.cleared, 1)
    assert.equal(fake.keys.size, 1)
  })

  it('installs nothing beside old keys that could not be cleared', async () => {
    const fake = createFakeDelivery()
    fake.before = async (call) => {
      if (call === 'clear') throw new Error('no account fleetkey')
    }
    const delivery = clearFirst(fake)
    await assert.rejects(delivery.clear())
    await assert.rejects(delivery.install(KEY), /no account fleetkey/)
    assert.equal(fake.keys.size, 0)
    assert.match((await delivery.problems())[0] ?? '', /no account fleetkey/)
  })

  it('heals by itself', async () => {
    const fake = createFakeDelivery()
    const delivery = clearFirst(fake)
    fake.before = async () => {
      throw new Error('full')
    }
    await assert.rejects(delivery.clear())
    fake.before = async () => {}
    assert.deepEqual(await delivery.problems(), [])
    await delivery.install(KEY)
    assert.equal(fake.keys.size, 1)
  })
})
