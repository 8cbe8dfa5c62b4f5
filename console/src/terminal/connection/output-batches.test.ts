import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OutputBatches } from './output-batches.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

/** A screen that is at each piece until it is told to be done with it. */
function busyScreen() {
  const written: string[] = []
  const done: (() => void)[] = []
  let rendered = 0
  const batches = new OutputBatches(
    {
      write(piece, isDone) {
        written.push(new TextDecoder().decode(piece))
        done.push(isDone)
      },
    },
    (count) => {
      rendered += count
    },
  )
  return { batches, written, next: () => done.shift()?.(), rendered: () => rendered }
}

describe('OutputBatches', () => {
  it('gives an echo on at once', () => {
    const { batches, written } = busyScreen()
    batches.push(bytes('a'))
    assert.deepEqual(written, ['a'])
  })

  it('makes one piece of what comes meanwhile, in its order, and tells all of it', () => {
    const { batches, written, next, rendered } = busyScreen()
    for (const text of ['a', 'b', 'c', 'd']) batches.push(bytes(text))
    assert.deepEqual(written, ['a'])
    next()
    assert.deepEqual(written, ['a', 'bcd'])
    next()
    batches.push(bytes('e'))
    assert.deepEqual(written, ['a', 'bcd', 'e'])
    next()
    assert.equal(rendered(), 5)
  })

  it('makes no piece that is too large', () => {
    const { batches, written, next } = busyScreen()
    for (let turn = 0; turn < 5; turn += 1) batches.push(bytes('x'.repeat(30_000)))
    next()
    next()
    assert.deepEqual(
      written.map(({ length }) => length),
      [30_000, 60_000, 60_000],
    )
  })

  it('gives all on before something else is asked of the screen', () => {
    const { batches, written } = busyScreen()
    for (const text of ['a', 'b', 'c']) batches.push(bytes(text))
    batches.flush()
    assert.deepEqual(written, ['a', 'b', 'c'])
  })
})
