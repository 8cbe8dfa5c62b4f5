import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ListedSshSession, SshSessionQuery } from '../../store/ssh-session-store.ts'
import { listAll } from './list-all.ts'

/** A store of that many sessions, placed from 1 on. */
const storeOf = (count: number, asked: SshSessionQuery[] = []) => ({
  async list(query: SshSessionQuery) {
    asked.push(query)
    const { beforePlace = count + 1, limit } = query
    const length = Math.min(limit, beforePlace - 1)
    return Array.from(
      { length },
      (_, index) => ({ place: beforePlace - 1 - index }) as ListedSshSession,
    )
  },
})

describe('listAll', () => {
  for (const count of [0, 1, 999, 1000, 1001, 25_000]) {
    it(`finds each of ${count} once (a flood of new ones would hide those before)`, async () => {
      const asked: SshSessionQuery[] = []
      const places: number[] = []
      for await (const { place } of listAll(storeOf(count, asked), { state: 'active' })) {
        places.push(place)
      }
      assert.deepEqual(
        places,
        Array.from({ length: count }, (_, index) => count - index),
      )
      assert.ok(asked.every(({ state }) => state === 'active'))
    })
  }
})
