import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { HeardWord } from './sshd-word.ts'
import { WordMemory } from './word-memory.ts'

const heard = (bootAt: number): HeardWord => ({
  word: { kind: 'child', pid: bootAt },
  at: 0,
  bootAt,
})

describe('what sshd said', () => {
  it('is kept from a moment on, that moment too', () => {
    const memory = new WordMemory()
    for (const at of [100, 200, 300]) memory.add(heard(at))
    assert.deepEqual(
      memory.since(200).map(({ bootAt }) => bootAt),
      [200, 300],
    )
  })

  it('is forgotten after three minutes', () => {
    const memory = new WordMemory()
    memory.add(heard(0))
    memory.add(heard(18_001))
    assert.deepEqual(memory.since(0).length, 1)
  })

  it('is never more than 2048 words (scanners connect all day)', () => {
    const memory = new WordMemory()
    for (let n = 0; n < 3000; n++) memory.add(heard(n))
    assert.equal(memory.since(0).length, 2048)
    assert.equal(memory.since(0).at(-1)?.bootAt, 2999)
  })

  it('is kept of logins however many connections sshd drops meanwhile, and of these the last', () => {
    const memory = new WordMemory()
    const [address, because] = ['10.0.0.9', 'max-startups'] as const
    memory.add(heard(1))
    for (let port = 1; port <= 3000; port++) {
      memory.add({ word: { kind: 'dropped', because, address, port }, at: 0, bootAt: 1 })
    }
    const words = memory.since(0).map(({ word }) => word)
    assert.deepEqual(words.at(-1), heard(1).word)
    const drops = words.filter((word) => word.kind === 'dropped')
    assert.deepEqual([drops.length, drops.at(-1)?.port], [256, 3000])
  })

  it('is told to those who listen, until they do not', () => {
    const memory = new WordMemory()
    const told: number[] = []
    const stop = memory.listen(({ bootAt }) => told.push(bootAt))
    memory.add(heard(1))
    stop()
    memory.add(heard(2))
    assert.deepEqual(told, [1])
  })
})
