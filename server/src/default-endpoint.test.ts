import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from './testing/control-plane.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())

describe('the endpoint of the default site', () => {
  it('is there from the first start on, with an id that stays', async () => {
    const [endpoint, ...others] = await plane.store.endpoints.list()
    assert.deepEqual(others, [])
    assert.match(endpoint?.endpointId ?? '', /^eice-[0-9a-f]{17}$/)
    assert.deepEqual([endpoint?.site, endpoint?.tags], ['default', {}])
    await plane.restart()
    assert.deepEqual(await plane.store.endpoints.list(), [endpoint])
  })

  it('does not come back once it was deleted', async () => {
    for (const { endpointId } of await plane.store.endpoints.list()) {
      await plane.store.endpoints.remove(endpointId)
    }
    await plane.restart()
    assert.deepEqual(await plane.store.endpoints.list(), [])
  })

  it('is made after a crash between the first two writes, and only once', async () => {
    await plane.store.settings.set('default-endpoint', undefined)
    await plane.restart()
    const [endpoint] = await plane.store.endpoints.list()
    await plane.store.settings.set('default-endpoint', undefined)
    await plane.restart()
    assert.deepEqual(await plane.store.endpoints.list(), [endpoint])
  })
})
