import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { changeTags } from './change-tags.ts'

const ids = Array.from({ length: 2300 }, (_, number) => `i-${number}`)
const changes = { set: [{ Key: 'a', Value: 'b' }], remove: [{ Key: 'c' }] }

describe('changeTags', () => {
  it('asks for no more at once than a call takes, each of them once', async () => {
    const asked: [operation: string, resources: readonly string[]][] = []
    const told: number[] = []
    await changeTags(ids, changes, {
      onProgress: (changed) => told.push(changed),
      ask: async (operation, input) =>
        void asked.push([operation, (input as { Resources: readonly string[] }).Resources]),
    })
    assert.deepEqual(
      asked.map(([operation, { length }]) => `${operation} ${length}`),
      [1000, 1000, 300].flatMap((many) => [`DeleteTags ${many}`, `CreateTags ${many}`]),
    )
    assert.deepEqual(
      asked
        .filter(([operation]) => operation === 'CreateTags')
        .flatMap(([, resources]) => resources),
      ids,
    )
    assert.deepEqual(told, [1000, 2000, 2300])
  })

  it('says how far it came when one is refused', async () => {
    const told: number[] = []
    let calls = 0
    const changing = changeTags(
      ids,
      { ...changes, remove: [] },
      {
        onProgress: (changed) => told.push(changed),
        ask: async () => {
          if (++calls === 2) throw new Error('no more tags')
        },
      },
    )
    await assert.rejects(changing, /no more tags/)
    assert.deepEqual([calls, told], [2, [1000]])
  })
})
