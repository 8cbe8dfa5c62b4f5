import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { takeTurns } from './turns.ts'

function work(milliseconds: number): void {
  const until = processorMs() + milliseconds
  while (processorMs() < until);
}

function processorMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** As a machine does that is busy with something else: time passes, and nothing is done. */
function stand(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
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
    const turns = takeTurns({ mostMs: 100 })
    await turns.next()
    work(110)
    await assert.rejects(turns.next(), { code: 'InvalidInput' })
  })

  it('counts what the work took, not how long the machine was busy with something else', async () => {
    const turns = takeTurns({ mostMs: 100 })
    stand(150)
    await turns.next()
    await turns.outside(async () => work(110))
    await turns.next()
    work(110)
    assert.equal(await turns.isInTime(), false)
  })
})
