import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ApiRefusal } from '../../../api/api-refusal.ts'
import { takeSteps } from './steps.ts'

const steps = ['a', 'b', 'c'].map((operation) => ({ says: operation, operation, input: {} }))

describe('takeSteps', () => {
  it('stops at a refusal, and goes on there without doing anything twice', async () => {
    const taken: string[] = []
    let isRefused = true
    const take = async ({ operation }: { readonly operation: string }) => {
      if (operation === 'b' && isRefused) {
        throw new ApiRefusal({ code: 'AccessDeniedException', message: 'no', status: 400 })
      }
      taken.push(operation)
    }
    const first = await takeSteps(steps, 0, take)
    assert.deepEqual([first.done, first.refusal?.code], [1, 'AccessDeniedException'])
    isRefused = false
    const second = await takeSteps(steps, first.done, take)
    assert.deepEqual([second.done, second.refusal], [3, undefined])
    assert.deepEqual(taken, ['a', 'b', 'c'])
  })
})
