import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { takeTurns } from './turns.ts'

function work(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

describe('takeTurns', () => {
  it('lets others work in between (one request would stop the server)', async () => {
    const turns = takeTurns()
    let others = 0
    const other = setInterval(() => others++, 1)
    for (let piece = 0; piece < 20; piece++) {
      work(6)
      await turns.next()
    }
    clearInterval(other)
    assert.ok(others >= 5, `${others} turns`)
  })

  it('ends work that takes too long in all', async () => {
    const turns = takeTurns({ mostMs: 1000 })
    await turns.next()
    work(1100)
    await assert.rejects(turns.next(), { code: 'InvalidInput' })
  })
})
