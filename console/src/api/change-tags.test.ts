import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { asRefusal } from './api-refusal.ts'
import { changeTags } from './change-tags.ts'

const ids = Array.from({ length: 2300 }, (_, number) => `i-${number}`)
const changes = { set: [{ Key: 'a', Value: 'b' }], remove: [{ Key: 'c' }] }

describe('changeTags', () => {
  it('asks for no more at once than a call takes, each of them once', async () => {
    const asked: [operation: string, resources: readonly string[]][] = []
    await changeTags(ids, changes, async (operation, input) => {
      asked.push([operation, (input as { Resources: readonly string[] }).Resources])
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
  })

  it('says what is changed already when one is refused', async () => {
    const refusedAt = async (number: number, what = changes) => {
      let calls = 0
      const changing = changeTags(ids, what, async () => {
        if (++calls === number) throw new Error('no more tags')
      })
      const { message, doneBefore } = asRefusal(await changing.catch((error: unknown) => error))
      assert.deepEqual([message, calls], ['no more tags', number])
      return doneBefore
    }
    assert.equal(await refusedAt(1), undefined)
    assert.equal(await refusedAt(2), 'Removed already: c.')
    assert.equal(await refusedAt(3), 'The tags of 1,000 are changed.')
    assert.equal(await refusedAt(4), 'The tags of 1,000 are changed. Removed already: c.')
    const onlySet = { ...changes, remove: [] }
    assert.equal(await refusedAt(2, onlySet), 'The tags of 1,000 are changed.')
  })
})
