import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { connectAgent, enrolHost, type FakeAgent } from '../../testing/fake-agent.ts'
import { pushFields } from '../../testing/push.ts'

let plane: ControlPlane
let agent: FakeAgent
before(async () => {
  plane = await startControlPlane()
  agent = await connectAgent(plane, await enrolHost(plane, { Name: 'web-1' }))
  await plane.root.done('SendSSHPublicKey', pushFields(agent.host.instanceId))
})
after(async () => {
  await agent.close()
  await plane.close()
})

const lookup = (fields: object) => plane.root.done('LookupEvents', fields)
const by = (AttributeKey: string, AttributeValue: string) => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
})
async function refused(fields: object, code: string): Promise<void> {
  assert.equal((await plane.root.call('LookupEvents', fields)).code, code)
}

describe('LookupEvents', () => {
  it('shows an event as CloudTrail does', async () => {
    const { Events, NextToken } = await lookup(by('EventName', 'SendSSHPublicKey'))
    const [event, ...others] = Events
    assert.deepEqual([others, NextToken], [[], undefined])
    const record = JSON.parse(event.CloudTrailEvent)
    assert.equal(typeof event.CloudTrailEvent, 'string')
    assert.equal(record.additionalEventData.phase, 'outcome')
    assert.deepEqual(event, {
      EventId: record.eventID,
      EventName: 'SendSSHPublicKey',
      ReadOnly: 'false',
      AccessKeyId: plane.root.accessKeyId,
      EventTime: Date.parse(record.eventTime) / 1000,
      EventSource: 'ec2-instance-connect.amazonaws.com',
      Username: 'root',
      Resources: [{ ResourceType: 'AWS::EC2::Instance', ResourceName: agent.host.instanceId }],
      CloudTrailEvent: event.CloudTrailEvent,
    })
  })

  it('finds by each attribute', async () => {
    const [pushed] = (await lookup(by('EventName', 'SendSSHPublicKey'))).Events
    for (const [key, value] of [
      ['EventId', pushed.EventId],
      ['ReadOnly', 'false'],
      ['Username', 'root'],
      ['ResourceType', 'AWS::EC2::Instance'],
      ['ResourceName', agent.host.instanceId],
      ['EventSource', 'ec2-instance-connect.amazonaws.com'],
      ['AccessKeyId', plane.root.accessKeyId],
    ]) {
      const { Events } = await lookup(by(key, value))
      assert.ok(
        Events.some((event: { EventId: string }) => event.EventId === pushed.EventId),
        key,
      )
      assert.deepEqual((await lookup(by(key, 'nothing of that kind'))).Events, [])
    }
  })

  it('takes both ends of a time in, to the second', async () => {
    const [{ EventTime }] = (await lookup(by('EventName', 'SendSSHPublicKey'))).Events
    const at = async (StartTime: number, EndTime: number) =>
      (await lookup({ ...by('EventName', 'SendSSHPublicKey'), StartTime, EndTime })).Events.length
    assert.equal(await at(EventTime, EventTime), 1)
    assert.equal(await at(EventTime + 1, EventTime + 9), 0)
    assert.equal(await at(EventTime - 9, EventTime - 1), 0)
  })

  it('refuses by the names that AWS has for it', async () => {
    const { NextToken } = await lookup({ MaxResults: 1 })
    await refused({ NextToken, ...by('Username', 'root') }, 'InvalidNextTokenException')
    await refused({ NextToken: 'x' }, 'InvalidNextTokenException')
    await refused({ MaxResults: 51 }, 'InvalidMaxResultsException')
    await refused({ MaxResults: 0 }, 'InvalidMaxResultsException')
    await refused(by('Username2', 'x'), 'InvalidLookupAttributesException')
    const [one] = by('Username', 'x').LookupAttributes
    await refused({ LookupAttributes: [one, one] }, 'InvalidLookupAttributesException')
    await refused({ StartTime: 20, EndTime: 10 }, 'InvalidTimeRangeException')
    await refused({ EventCategory: 'insight' }, 'InvalidEventCategoryException')
    await refused(by('Username', ''), 'ValidationException')
  })
})
