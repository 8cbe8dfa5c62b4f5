import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { entry, fresh, NOW } from './given.ts'

export function describePresignedUrls(now: () => StoreUnderTest): void {
  describe('presigned URLs', () => {
    const tie = (key: string, address: string) =>
      now().store.presignedUrls.tie({ key, address, now: NOW, until: NOW + 900_000 })

    it('are tied to the address that showed them first', async () => {
      const key = fresh('AKIA ')
      assert.equal(await tie(key, '192.0.2.1'), '192.0.2.1')
      assert.equal(await tie(key, '192.0.2.2'), '192.0.2.1')
      assert.equal(await tie(key, '192.0.2.1'), '192.0.2.1')
      assert.equal(await tie(`${key}x`, '192.0.2.2'), '192.0.2.2')
    })

    it('are tied to one address, however many show them at once', async () => {
      const key = fresh('AKIA ')
      const addresses = Array.from({ length: 20 }, (_, at) => `192.0.2.${at}`)
      const stand = await Promise.all(addresses.map((address) => tie(key, address)))
      assert.equal(new Set(stand).size, 1)
    })

    it('are no requests (a request of the same name is none that was seen)', async () => {
      const key = fresh('AKIA ')
      await tie(key, '192.0.2.1')
      const replay = { key, until: NOW + 900_000 }
      const result = await now().store.trail.appendIntent(entry({ phase: 'intent' }), replay)
      assert.equal(result.kind, 'recorded')
    })
  })
}
