import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ForgedLines } from './forged-lines.ts'

describe('forged lines', () => {
  it('are told of at once, and a flood of them once more (would fill the trail)', async () => {
    const told: number[] = []
    const second = Promise.withResolvers<void>()
    const forged = new ForgedLines((lines) => {
      told.push(lines)
      if (told.length === 2) second.resolve()
    }, 50)
    const awake = setInterval(() => {}, 1000)
    forged.add({ uid: 1001, program: 'logger' })
    assert.deepEqual(told, [1])
    for (let line = 0; line < 10_000; line++) forged.add({ uid: 1001, program: 'logger' })
    assert.deepEqual(told, [1])
    await second.promise
    clearInterval(awake)
    assert.deepEqual(told, [1, 10_000])
    forged.close()
  })

  it('name a program without what could act in a terminal', () => {
    const named: string[] = []
    const forged = new ForgedLines((_, { program }) => void named.push(program))
    forged.add({ uid: 1, program: `/tmp/\u001b[2J${'x'.repeat(300)}` })
    forged.close()
    assert.equal(named[0]?.length, 128)
    assert.match(named[0] ?? '', /^\/tmp\/ \[2Jx/)
  })
})
