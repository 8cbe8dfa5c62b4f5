import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { steadyOrder } from './steady-order.ts'
import { sampleInstance } from './testing/sample-instance.ts'

const one = (instanceId: string, state = 'running') => sampleInstance({ instanceId, state })

describe('steadyOrder', () => {
  it('moves no row: one that changed is shown as it is in its place, also where it fits no more', () => {
    const [a, b, c] = [one('i-a'), one('i-b'), one('i-c')]
    const stopped = one('i-a', 'stopped')
    const rows = steadyOrder([a, b, c], { instances: [stopped, b, c], sorted: [b, c] })
    assert.deepEqual(rows, [stopped, b, c])
  })

  it('leaves what is gone where it was (the next row would come under the pointer)', () => {
    const [a, b] = [one('i-a'), one('i-b')]
    assert.deepEqual(steadyOrder([a, b], { instances: [b], sorted: [b] }), [a, b])
  })

  it('has what is new last, in its order', () => {
    const [a, b, c] = [one('i-a'), one('i-b'), one('i-c')]
    const instances = [c, b, a]
    assert.deepEqual(steadyOrder([c], { instances, sorted: [a, b, c] }), [c, a, b])
  })
})
