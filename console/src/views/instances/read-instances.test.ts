import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { InstancesAnswer } from './listed-instance.ts'
import { readAllInstances } from './read-instances.ts'

const page = (from: number, NextToken?: string): InstancesAnswer => ({
  Reservations: [0, 1].map((at) => ({
    Instances: [{ InstanceId: `i-${from + at}`, State: { Name: 'pending' } }],
  })),
  ...(NextToken !== undefined && { NextToken }),
})
const { signal } = new AbortController()

describe('readAllInstances', () => {
  it('reads page after page, and shows what is there so far', async () => {
    const pages = [page(0, 'a'), page(2, 'b'), page(4)]
    const asked: object[] = []
    const seen: number[] = []
    const all = await readAllInstances({
      signal,
      onPage: (soFar) => seen.push(soFar.length),
      ask: async (input) => {
        asked.push(input)
        return pages.shift() ?? {}
      },
    })
    assert.deepEqual(
      all.map(({ instanceId }) => instanceId),
      ['i-0', 'i-1', 'i-2', 'i-3', 'i-4', 'i-5'],
    )
    assert.deepEqual(seen, [2, 4])
    assert.deepEqual(asked, [
      { Detail: 'list', MaxResults: 100 },
      { Detail: 'list', MaxResults: 500, NextToken: 'a' },
      { Detail: 'list', MaxResults: 500, NextToken: 'b' },
    ])
  })

  it('stops at a list that leads back to itself (would ask without end)', async () => {
    await assert.rejects(
      readAllInstances({ signal, ask: async () => page(0, 'a') }),
      /leads back to itself/,
    )
  })
})
