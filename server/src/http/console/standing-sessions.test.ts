import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { CallerSession } from '../../operations/caller.ts'
import { createStandingSessions } from './standing-sessions.ts'

const until = (expiresAt: number) => ({ expiresAt }) as CallerSession

it('tells of all pages at once whose session is gone, over by its time or unused for too long', async () => {
  const asked: (readonly string[])[] = []
  const standing = createStandingSessions({
    sessions: {
      standing(ids) {
        asked.push(ids)
        return Promise.resolve(ids.filter((id) => id !== 'ended'))
      },
    },
    uses: { isIdle: (id) => Promise.resolve(id === 'idle') },
    now: () => 1000,
  })
  const sessions = new Map([
    ['good', until(1001)],
    ['ended', until(1001)],
    ['over', until(1000)],
    ['idle', until(1001)],
  ])
  assert.deepEqual([...(await standing(sessions))], ['good'])
  assert.deepEqual(asked, [['good', 'ended', 'over', 'idle']])
})
