import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sortInstances } from './instance-order.ts'
import { sampleInstance } from './testing/sample-instance.ts'

const named = (instanceId: string, Name?: string) =>
  sampleInstance({ instanceId, tags: Name === undefined ? {} : { Name } })

const fleet = [named('i-3'), named('i-2', 'web-10'), named('i-1', 'web-9'), named('i-0')]
const ids = (fieldId: string, isDescending: boolean, of = fleet) =>
  sortInstances(of, { fieldId, isDescending }).map(({ instanceId }) => instanceId)

describe('sortInstances', () => {
  it('counts as people do, and has what has no value last either way', () => {
    assert.deepEqual(ids('name', false), ['i-1', 'i-2', 'i-0', 'i-3'])
    assert.deepEqual(ids('name', true), ['i-2', 'i-1', 'i-0', 'i-3'])
  })

  it('has what is equal by its id, in whatever order it came (a row would jump under the pointer)', () => {
    const equal = [named('i-2', 'web'), named('i-0', 'web'), named('i-1', 'web')]
    for (const isDescending of [false, true]) {
      assert.deepEqual(ids('name', isDescending, equal), ['i-0', 'i-1', 'i-2'])
    }
  })

  it('sorts times by time', () => {
    const times = [5, undefined, 1_000_000_000, 20].map((launchedAt, at) =>
      sampleInstance({ instanceId: `i-${at}`, launchedAt }),
    )
    assert.deepEqual(ids('launched', true, times), ['i-2', 'i-3', 'i-0', 'i-1'])
  })

  it('leaves a list alone that is sorted by what there is not', () => {
    assert.deepEqual(ids('colour', false), ['i-3', 'i-2', 'i-1', 'i-0'])
  })
})
