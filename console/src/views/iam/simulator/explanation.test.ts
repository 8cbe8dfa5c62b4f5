import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { evaluate } from '@fleetkey/iam/evaluate'
import { explainDecision } from '@fleetkey/iam/explain'
import { readExplanation } from './explanation.ts'

describe('readExplanation', () => {
  it('parts what decided from the least change, as the control plane says it', () => {
    const request = {
      principal: 'arn:aws:iam::111122223333:user/ann',
      principalId: undefined,
      action: 'iam:GetUser',
      resource: '*',
      context: new Map(),
    }
    const decision = evaluate(request, { identity: [] })
    const { why, mend } = readExplanation(explainDecision(decision, request))
    assert.equal(why.length, 1)
    assert.equal(mend.length, 1)
    assert.match(mend[0] ?? '', /^a statement with "Effect": "Allow"/)
  })
})
