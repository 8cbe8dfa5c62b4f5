import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createStrangerRecorder } from './record-strangers.ts'
import type { Act } from './trail.ts'

const act: Act = {
  requestId: 'r',
  eventName: 'SendSSHPublicKey',
  eventSource: 'ec2-instance-connect.amazonaws.com',
  eventType: 'AwsApiCall',
  readOnly: false,
  identity: { type: 'Unknown', principalId: 'anonymous' },
  userName: '',
  sourceAddress: '192.0.2.7',
  userAgent: '',
  resource: '',
  resourceArns: [],
  requestParameters: null,
  facts: { claimedAccessKeyId: 'AKIAEXAMPLE' },
}

function recorder(complete: (act: Act) => Promise<never>) {
  const clock = { now: 0 }
  const logged: string[] = []
  const log = { error: (_facts: object, text: string) => void logged.push(text) }
  const strangers = createStrangerRecorder({ complete }, { now: () => clock.now, log })
  return { strangers, clock, logged }
}

describe('requests of strangers', () => {
  it('are recorded up to a number, then some a minute, and those that are left out are counted', async () => {
    const facts: unknown[] = []
    const { strangers, clock } = recorder((given) => {
      facts.push(given.facts)
      return Promise.resolve(undefined as never)
    })
    for (let n = 0; n < 1000; n++) await strangers.refused(act, { errorCode: 'X' })
    assert.equal(facts.length, 30)
    clock.now = 60_000
    for (let n = 0; n < 1000; n++) await strangers.refused(act, { errorCode: 'X' })
    assert.equal(facts.length, 40)
    assert.deepEqual(facts[30], { claimedAccessKeyId: 'AKIAEXAMPLE', leftOutBefore: 970 })
    assert.deepEqual(facts[31], { claimedAccessKeyId: 'AKIAEXAMPLE' })
  })

  it('are refused as always when the trail cannot take them', async () => {
    const { strangers, logged } = recorder(() => Promise.reject(new Error('disk full')))
    await strangers.refused(act, { errorCode: 'X' })
    assert.deepEqual(logged, ['a refusal was not recorded'])
  })
})
