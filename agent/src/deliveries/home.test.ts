import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, it } from 'node:test'
import { DeliveryFailed } from '../delivery.ts'
import { PATHS } from '../paths.ts'
import { createHomeDelivery } from './home.ts'

describe('the delivery home', () => {
  it('clears the other homes when one cannot be (its user could keep keys of all others in place)', async () => {
    const state = mkdtempSync(`${tmpdir()}/home-delivery-`)
    try {
      mkdirSync(`${state}/home`)
      for (const name of ['alice', 'bob', 'carol']) writeFileSync(`${state}/home/${name}`, '')
      const cleared: string[] = []
      const delivery = createHomeDelivery({
        paths: { ...PATHS, state },
        findAccount: async (name) => ({ name, uid: 1, gid: 1, comment: '', home: '/nonexistent' }),
        rewriteHomeFile: async ({ name }) => {
          if (name === 'alice') throw new DeliveryFailed('could not be read or written in time.')
          cleared.push(name)
        },
      })
      await assert.rejects(delivery.clear(), /in time/)
      assert.deepEqual(cleared, ['bob', 'carol'])
      assert.deepEqual(readdirSync(`${state}/home`), ['alice'])
    } finally {
      rmSync(state, { recursive: true })
    }
  })
})
