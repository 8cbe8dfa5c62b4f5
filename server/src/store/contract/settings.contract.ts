import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { fresh } from './given.ts'

export function describeSettings(now: () => StoreUnderTest): void {
  describe('settings', () => {
    it('has no value for an unknown name', async () => {
      assert.equal(await now().store.settings.get(fresh('name')), undefined)
    })

    it('keeps the first value and says which one stands', async () => {
      const { settings } = now().store
      const name = fresh('name')
      assert.equal(await settings.setIfAbsent(name, 'first'), 'first')
      assert.equal(await settings.setIfAbsent(name, 'second'), 'first')
      assert.equal(await settings.get(name), 'first')
    })

    it('replaces a value and takes it away', async () => {
      const { settings } = now().store
      const name = fresh('name')
      await settings.set(name, 'first')
      await settings.set(name, 'second')
      assert.equal(await settings.get(name), 'second')
      await settings.set(name, undefined)
      assert.equal(await settings.get(name), undefined)
    })

    it('lets racing nodes agree on one value', async () => {
      const { settings } = now().store
      const name = fresh('name')
      const stands = await Promise.all(
        Array.from({ length: 50 }, (_, node) => settings.setIfAbsent(name, `node ${node}`)),
      )
      assert.equal(new Set(stands).size, 1)
    })

    it('keeps values when opened again', async () => {
      const name = fresh('name')
      await now().store.settings.setIfAbsent(name, '')
      await now().reopen()
      assert.equal(await now().store.settings.get(name), '')
    })
  })
}
