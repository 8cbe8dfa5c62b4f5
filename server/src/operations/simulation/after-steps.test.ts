import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EMPTY_DIRECTORY } from '@fleetkey/iam/apply/directory'
import type { Step } from '@fleetkey/iam/apply/step'
import { afterSteps } from './after-steps.ts'

const make = (name: string): Step => ({ kind: 'createGroup', name, path: '/' })
const steps = ['a', 'b', 'c'].map(make)

describe('what some steps come to', () => {
  it('is made in turns with others, step by step (one request would stop the server for seconds)', async () => {
    let asked = 0
    const next = async () => {
      asked += 1
      if (asked > 3) throw new Error('too much')
    }
    const { groups } = await afterSteps(steps, EMPTY_DIRECTORY, { turns: { next } })
    assert.deepEqual([...groups.keys()], ['a', 'b', 'c'])
    assert.equal(asked, 3)
    await assert.rejects(afterSteps(steps, EMPTY_DIRECTORY, { turns: { next } }), /too much/)
  })

  it('is nothing where one of them would be refused', async () => {
    const refuses = (step: Step) => step.kind === 'createGroup' && step.name === 'b'
    await assert.rejects(afterSteps(steps, EMPTY_DIRECTORY, { refuses }), { code: 'InvalidInput' })
  })
})
