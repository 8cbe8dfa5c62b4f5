import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { HostFacts } from '@fleetkey/domain/host-facts'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { StoreUnavailable } from '../store/store.ts'
import { FACTS } from '../testing/fake-agent.ts'
import { createFactsKeeper } from './keep-facts.ts'

const named = (hostname: string): HostFacts => ({ ...FACTS, hostname })

function given({ mock }: TestContext) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const saved: string[] = []
  const disk: { refuses: Error | undefined } = { refuses: undefined }
  const warnings: object[] = []
  const keeper = createFactsKeeper({
    instances: {
      async saveFacts(instanceId, { hostname }) {
        if (disk.refuses !== undefined) throw disk.refuses
        saved.push(`${instanceId} ${hostname}`)
      },
    },
    now: () => Date.now(),
    log: { warn: (facts) => warnings.push(facts) },
  })
  /** A host that is renamed as often as it may be at once. */
  const busy = async () => {
    for (let count = 0; count < 10; count++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await keeper.keep('i-1', named(`h${count}`))
    }
    saved.length = 0
  }
  return { mock, saved, disk, warnings, keeper, busy }
}

describe('what hosts say of themselves', () => {
  it('is kept when it is not what the store has', async (test) => {
    const { keeper, saved } = given(test)
    await keeper.keep('i-1', named('a'), named('a'))
    await keeper.keep('i-1', named('b'))
    await keeper.keep('i-1', named('b'))
    // Another node has kept something else meanwhile.
    await keeper.keep('i-1', named('b'), named('c'))
    assert.deepEqual(saved, ['i-1 b', 'i-1 b'])
  })

  it('is put off while the store takes nothing, and the last of it is kept when it does again', async (test) => {
    const { mock, keeper, saved, disk } = given(test)
    disk.refuses = new StoreUnavailable('full', { inDoubt: false })
    await keeper.keep('i-1', named('a'), named('old'))
    await keeper.keep('i-1', named('b'))
    mock.timers.tick(10_000)
    await nextTurn()
    disk.refuses = undefined
    assert.deepEqual(saved, [])
    mock.timers.tick(10_000)
    assert.deepEqual(saved, ['i-1 b'])
  })

  it('is put off where it changes all the time, the last of it is kept, and others do not wait', async (test) => {
    const { mock, keeper, saved, busy } = given(test)
    await busy()
    for (const name of ['x', 'y', 'z']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await keeper.keep('i-1', named(name))
    }
    await keeper.keep('i-2', named('a'))
    assert.deepEqual(saved, ['i-2 a'])
    mock.timers.tick(10_000)
    assert.deepEqual(saved, ['i-2 a', 'i-1 z'])
    mock.timers.tick(60_000)
    assert.equal(saved.length, 2)
  })

  it('is not written when it is again as it was', async (test) => {
    const { mock, keeper, saved, busy } = given(test)
    await busy()
    await keeper.keep('i-1', named('x'))
    await keeper.keep('i-1', named('h9'))
    mock.timers.tick(60_000)
    assert.deepEqual(saved, [])
  })

  it('is tried again with the next, where it could not be written', async (test) => {
    const { mock, keeper, saved, disk, warnings, busy } = given(test)
    disk.refuses = new Error('broken')
    await assert.rejects(keeper.keep('i-2', named('a')))
    disk.refuses = undefined
    await keeper.keep('i-2', named('a'))
    assert.deepEqual(saved, ['i-2 a'])
    await busy()
    disk.refuses = new Error('broken')
    await keeper.keep('i-1', named('x'))
    mock.timers.tick(10_000)
    await Promise.resolve()
    await Promise.resolve()
    assert.equal(warnings.length, 1)
    disk.refuses = undefined
    mock.timers.tick(10_000)
    await keeper.keep('i-1', named('x'))
    assert.deepEqual(saved, ['i-1 x'])
  })
})
