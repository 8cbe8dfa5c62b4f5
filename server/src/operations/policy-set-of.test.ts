import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compiledPolicy, sessionPoliciesOf } from './policy-set-of.ts'

const REALM = { partition: 'aws', region: 'on-prem-1', accountId: '111122223333' }
const text = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
})

describe('compiledPolicy', () => {
  it('parses a text once', () => {
    assert.equal(compiledPolicy(text, 'identity'), compiledPolicy(text, 'identity'))
  })

  it('forgets when there is much of it (whoever may write policies could fill the memory)', () => {
    const first = compiledPolicy(text, 'identity')
    for (let count = 0; count < 100; count++) {
      compiledPolicy(text + ' '.repeat(100_000 + count), 'identity')
    }
    assert.notEqual(compiledPolicy(text, 'identity'), first)
  })
})

describe('sessionPoliciesOf', () => {
  it('keeps no policy of a session (everybody who may assume a role could fill the memory)', () => {
    const [one, other] = [1, 2].map(
      () => sessionPoliciesOf({ policy: text }, [], REALM).session?.[0],
    )
    assert.notEqual(one?.document, other?.document)
  })
})
