import { randomUUID } from 'node:crypto'
import type { OwnEvent } from '@fleetkey/domain/own-event'
import type { Act } from './trail.ts'

/** An act as it is recorded when the agent of an instance tells of it: nobody asked for it, and nothing was asked. */
export function agentAct(
  instanceId: string,
  told: { readonly eventName: OwnEvent } & Pick<Act, 'facts'> &
    Partial<Pick<Act, 'requestId' | 'sourceAddress'>>,
): Act {
  const { eventName, facts, requestId = randomUUID(), sourceAddress = '' } = told
  return {
    requestId,
    eventName,
    eventSource: 'fleetkey.amazonaws.com',
    eventType: 'AwsServiceEvent',
    readOnly: true,
    identity: { type: 'AWSService', invokedBy: `agent/${instanceId}` },
    userName: '',
    sourceAddress,
    userAgent: '',
    resource: instanceId,
    resourceArns: [],
    requestParameters: null,
    facts,
  }
}
