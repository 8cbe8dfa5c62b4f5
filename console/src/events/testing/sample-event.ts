import type { TrailEvent } from '@fleetkey/domain/trail-event'
import type { EventAnswer } from '../trail-record.ts'

/** A record as SearchEvents answers it. */
export function sampleEvent(
  change: Partial<TrailEvent> = {},
  facts: Readonly<Record<string, unknown>> = {},
  seq = 7,
): EventAnswer {
  return {
    Seq: seq,
    Hash: 'a'.repeat(64),
    Record: {
      eventVersion: '1.08',
      userIdentity: {
        type: 'IAMUser',
        principalId: 'AIDA1',
        arn: 'arn:aws:iam::111122223333:user/ann',
        accountId: '111122223333',
        userName: 'ann',
      },
      eventTime: '2026-11-26T12:00:00Z',
      eventSource: 'ec2-instance-connect.amazonaws.com',
      eventName: 'SendSSHPublicKey',
      awsRegion: 'on-prem-1',
      sourceIPAddress: '203.0.113.7',
      userAgent: 'aws-cli/2',
      requestParameters: { instanceId: 'i-0123456789abcdef0', instanceOSUser: 'root' },
      responseElements: null,
      additionalEventData: { phase: 'outcome', instanceName: 'web-1', ...facts },
      requestID: 'r-1',
      eventID: `e-${seq}`,
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: '111122223333',
      eventCategory: 'Management',
      ...change,
    },
  }
}
