import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { InstanceStore } from '../store/store.ts'
import { createHostTrail } from './host-trail.ts'
import type { Act } from './trail.ts'

type Known = Awaited<ReturnType<InstanceStore['get']>>

async function recorded(known: object | undefined, facts: Act['facts'] = {}) {
  const acts: Act[] = []
  const trail = createHostTrail({
    trail: {
      async complete(act) {
        acts.push(act)
        return {} as never
      },
      completeOnce: () => assert.fail('it may be told again'),
    },
    instances: { get: async () => known as Known },
  })
  await trail.complete('i-1', { eventName: 'KeyRefused', facts })
  return acts[0]
}

describe('what a host tells', () => {
  it('is on record with the name and the tags of its instance, so that it is found by them', async () => {
    const tags = { Name: 'web-1', env: 'prod' }
    const act = await recorded({ instanceId: 'i-1', tags }, { cause: 'expired' })
    assert.deepEqual(act?.facts, {
      cause: 'expired',
      instanceId: 'i-1',
      instanceName: 'web-1',
      instanceTags: tags,
    })
  })

  it('is on record of an instance that is forgotten meanwhile', async () => {
    const act = await recorded(undefined, { cause: 'expired' })
    assert.deepEqual(act?.facts, { cause: 'expired', instanceId: 'i-1' })
  })

  it('cannot name another instance', async () => {
    const act = await recorded({ instanceId: 'i-1', tags: {} }, { instanceId: 'i-2' })
    assert.equal(act?.facts['instanceId'], 'i-1')
    assert.equal(act?.resource, 'i-1')
  })
})
