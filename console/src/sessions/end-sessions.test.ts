import assert from 'node:assert/strict'
import { it } from 'node:test'
import { endSessions } from './end-sessions.ts'

it('ends all that are chosen, five hundred at once, and tells of each what became of it', async () => {
  const ids = Array.from({ length: 1201 }, (_, at) => `s-${at}`)
  const asked: number[] = []
  const results = await endSessions(ids, async (input) => {
    const { SessionIds } = input as { readonly SessionIds: readonly string[] }
    asked.push(SessionIds.length)
    return { Sessions: SessionIds.map((SessionId) => ({ SessionId, Result: 'ended' })) }
  })
  assert.deepEqual(asked, [500, 500, 201])
  assert.deepEqual(
    results.map(({ sessionId }) => sessionId),
    ids,
  )
})
