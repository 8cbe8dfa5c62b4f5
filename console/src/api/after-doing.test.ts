import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { afterDoing } from './after-doing.ts'
import { ApiRefusal, asRefusal } from './api-refusal.ts'

const denied = async () => {
  throw new ApiRefusal({
    code: 'AccessDeniedException',
    message: 'no',
    status: 400,
    explanation: 'no statement',
    requestId: 'r-1',
  })
}

describe('afterDoing', () => {
  it('adds to a refusal what is done already, and takes nothing from it', async () => {
    const refusal = asRefusal(await afterDoing('One is made.', denied).catch((error) => error))
    const { code, message, status, explanation, requestId, doneBefore } = refusal
    assert.deepEqual(
      [code, message, status, explanation, requestId, doneBefore],
      ['AccessDeniedException', 'no', 400, 'no statement', 'r-1', 'One is made.'],
    )
  })

  it('says nothing of what was done where nothing was', async () => {
    const refusal = asRefusal(await afterDoing(undefined, denied).catch((error) => error))
    assert.equal(refusal.doneBefore, undefined)
  })
})
