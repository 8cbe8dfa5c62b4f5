import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleEvent } from './testing/sample-event.ts'
import { readEvent } from './trail-record.ts'

const read = (...given: Parameters<typeof sampleEvent>) => readEvent(sampleEvent(...given))

describe('readEvent', () => {
  it('says who, where, as whom and what became of it', () => {
    const { who, instanceId, instanceName, osUser, outcome, time, reason } = read()
    assert.deepEqual(
      [who, instanceId, instanceName, osUser, outcome, time, reason],
      [
        'ann',
        'i-0123456789abcdef0',
        'web-1',
        'root',
        'ok',
        Date.UTC(2026, 10, 26, 12) / 1000,
        undefined,
      ],
    )
  })
  it('tells a denial with the policy that decided, and what it was about without parameters', () => {
    const denied = read(
      {
        errorCode: 'AccessDenied',
        errorMessage: 'Not authorized.',
        requestParameters: null,
        resources: [
          { ARN: 'arn:aws:ec2:r:1:instance/i-0a', accountId: '1', type: 'AWS::EC2::Instance' },
        ],
      },
      { explanation: 'No statement allows it.\nAdd one.' },
    )
    assert.deepEqual(denied.says, ['No statement allows it.', 'Add one.'])
    assert.deepEqual(
      [denied.outcome, denied.reason, denied.instanceId],
      ['denied', 'AccessDenied', 'i-0a'],
    )
  })
  it('shows why it failed, not why it was allowed', () => {
    const failed = read(
      { errorCode: 'Throttled', errorMessage: 'Slowly.' },
      { explanation: 'Allowed.' },
    )
    assert.deepEqual([failed.outcome, failed.says], ['failed', ['Slowly.']])
  })
  it('tells what a host told: a refusal, an alarm, or nothing bad', () => {
    const told = (eventName: string, facts: object) =>
      read(
        {
          eventName,
          eventType: 'AwsServiceEvent',
          userIdentity: { type: 'AWSService', invokedBy: 'agent/i-0' },
        },
        { ...facts },
      )
    assert.equal(told('KeyRefused', { cause: 'other-user', says: 'x' }).outcome, 'refused')
    assert.equal(told('KeyRefused', { cause: 'other-user' }).reason, 'other-user')
    assert.equal(told('LoginUnexplained', { alarm: true }).outcome, 'alarm')
    assert.equal(told('LoginUnexplained', { alarm: false }).outcome, 'told')
    assert.equal(told('ReceiptsLeftOut', { leftOut: { KeyOffered: 9 } }).outcome, 'told')
    // Whoever makes so many that the last are left out would hide that one.
    for (const leftOut of [{ KeyOffered: 9, LoginUnexplained: 1 }, { LogTampered: 1 }])
      assert.equal(told('ReceiptsLeftOut', { leftOut }).outcome, 'alarm')
    assert.equal(told('SessionStarted', {}).outcome, 'told')
    assert.equal(told('SessionStarted', {}).who, 'agent/i-0')
  })
  it('calls a session of a role by both names', () => {
    const { who } = read({
      userIdentity: {
        type: 'AssumedRole',
        principalId: 'AROA1:carol',
        arn: 'arn:aws:sts::1:assumed-role/sre/carol@example.com',
        accountId: '1',
      },
    })
    assert.equal(who, 'sre/carol@example.com')
  })
})
