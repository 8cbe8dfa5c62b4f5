import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OutputBatches } from './output-batches.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

/** A screen that is at each piece until it is told to be done with it. */
function busyScreen() {
  const written: string[] = []
  const done: (() => void)[] = []
  const drawn: number[] = []
  let rendered = 0
  let now = 0
  let later: { readonly at: number; readonly act: () => void } | undefined
  const batches = new OutputBatches(
    {
      write(piece, isDone) {
        written.push(new TextDecoder().decode(piece))
        done.push(isDone)
      },
      drawNow: () => drawn.push(written.length),
    },
    {
      now: () => now,
      after(ms, act) {
        later = { at: now + ms, act }
        return () => (later = undefined)
      },
    },
    (count) => {
      rendered += count
    },
  )
  function pass(ms: number) {
    now += ms
    if (later === undefined || later.at > now) return
    const { act } = later
    later = undefined
    act()
  }
  return { batches, written, drawn, next: () => done.shift()?.(), pass, rendered: () => rendered }
}

describe('OutputBatches', () => {
  it('gives an echo on at once', () => {
    const { batches, written } = busyScreen()
    batches.push(bytes('a'))
    assert.deepEqual(written, ['a'])
  })

  it('has the echo of a key drawn at once, and nothing else: more than one picture for a frame is work for nobody', () => {
    const { batches, written, drawn, next } = busyScreen()
    const write = (text: string) => {
      batches.push(bytes(text))
      next()
    }
    write('nobody typed')
    batches.typed()
    write('a')
    write('and more')
    batches.typed()
    write('x'.repeat(2000))
    write('b')
    assert.deepEqual([written.length, drawn], [5, [2]])
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
    for (let turn = 0; turn < 20; turn += 1) batches.push(bytes('x'.repeat(60_000)))
    next()
    next()
    assert.deepEqual(
      written.map(({ length }) => length),
      [60_000, 480_000, 480_000],
    )
  })

  it('draws a flood now and then only, and the rest of it', () => {
    const { batches, written, next, pass } = busyScreen()
    const lengths = () => written.map(({ length }) => length)
    batches.push(bytes('x'.repeat(50_000)))
    next()
    batches.push(bytes('x'.repeat(20_000)))
    assert.deepEqual(lengths(), [50_000])
    batches.push(bytes('x'.repeat(20_000)))
    pass(63)
    assert.deepEqual(lengths(), [50_000])
    pass(1)
    assert.deepEqual(lengths(), [50_000, 40_000])
  })

  it('holds nothing back from somebody who types: the prompt may be in it', () => {
    const { batches, written, next } = busyScreen()
    batches.push(bytes('x'.repeat(50_000)))
    next()
    batches.push(bytes('x'.repeat(20_000)))
    batches.typed()
    next()
    batches.push(bytes('$ '))
    assert.equal(written.join('').length, 70_002)
  })

  it('takes what comes a megabyte after a key for no answer to it', () => {
    const { batches, written, next, pass } = busyScreen()
    batches.typed()
    for (let turn = 0; turn < 18; turn += 1) {
      batches.push(bytes('x'.repeat(60_000)))
      next()
    }
    const count = written.length
    batches.push(bytes('x'.repeat(60_000)))
    assert.equal(written.length, count)
    pass(64)
    assert.equal(written.length, count + 1)
  })

  it('gathers the pieces of a flood for a moment, also after a key, and shows an echo at once', () => {
    const { batches, written, next, pass } = busyScreen()
    batches.typed()
    batches.push(bytes('x'.repeat(60_000)))
    batches.push(bytes('x'.repeat(60_000)))
    assert.equal(written.length, 0)
    pass(8)
    assert.deepEqual(
      written.map(({ length }) => length),
      [120_000],
    )
    next()
    batches.push(bytes('$ '))
    assert.equal(written.at(-1), '$ ')
  })

  it('draws nothing of a flood after a key until the control plane has sent all, or would have', () => {
    for (const end of ['told', 'time']) {
      const { batches, written, drawn, next, pass } = busyScreen()
      batches.push(bytes('x'.repeat(60_000)))
      next()
      batches.typed()
      for (let turn = 0; turn < 9; turn += 1) batches.push(bytes('x'.repeat(60_000)))
      pass(49)
      batches.push(bytes('^C'))
      assert.equal(written.length, 1)
      if (end === 'told') batches.flush()
      else pass(1)
      assert.equal(written.length, 2)
      if (end === 'told') assert.ok(written.at(-1)?.endsWith('^C'))
      next()
      assert.deepEqual(drawn, end === 'told' ? [2] : [])
    }
  })

  it('goes on drawing a flood while a key is held down, and echoes at once', () => {
    const { batches, written, next, pass } = busyScreen()
    batches.push(bytes('x'.repeat(60_000)))
    next()
    batches.typed()
    batches.push(bytes('a'))
    assert.equal(written.at(-1), 'a')
    next()
    for (let turn = 0; turn < 5; turn += 1) {
      batches.typed()
      batches.push(bytes('x'.repeat(60_000)))
      pass(30)
    }
    assert.ok(written.length > 2, String(written.length))
  })

  it('gives all on before something else is asked of the screen', () => {
    const { batches, written } = busyScreen()
    for (const text of ['a', 'b', 'c']) batches.push(bytes(text))
    batches.flush()
    assert.deepEqual(written, ['a', 'bc'])
  })
})
