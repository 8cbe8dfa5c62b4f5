import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { asRefusal } from '../../api/api-refusal.ts'
import { changeRules } from './change-rules.ts'

const changes = { authorize: [{}, {}], revoke: ['sgr-1'], authorizeThen: [{}] }

/** What is told to be done where the call of that number is refused. */
async function doneBefore(number: number): Promise<string | undefined> {
  let calls = 0
  const changing = changeRules('sg-1', changes, async () => {
    if (++calls === number) throw new Error('no')
    return {}
  })
  return asRefusal(await changing.catch((error: unknown) => error)).doneBefore
}

describe('changeRules', () => {
  it('says which rules are changed already when a call is refused', async () => {
    assert.equal(await doneBefore(1), undefined)
    assert.equal(await doneBefore(2), 'Added already: 2 rules.')
    assert.equal(await doneBefore(3), 'Added already: 2 rules. Taken away already: 1 rule.')
  })
})
