import { randomUUID } from 'node:crypto'
import type { OwnEvent } from '@fleetkey/domain/own-event'
import type { InstanceStore } from '../store/store.ts'
import { instanceFacts } from './instance-facts.ts'
import type { Act, Trail } from './trail.ts'

/** Records what the agents of hosts tell, each with the name and the tags that its instance has then: nobody asked for it, and nothing was asked. */
export interface HostTrail {
  /** Durable when it resolves. Rejects as the trail does when it takes no record. */
  complete(instanceId: string, told: ToldByHost): Promise<void>
}

export interface ToldByHost extends Pick<Act, 'facts'> {
  readonly eventName: OwnEvent
  /** A new one, unless it belongs to a request that is on record. */
  readonly requestId?: string
  /** Of whoever connected to the host; none. */
  readonly sourceAddress?: string
  /** By which trusted proxy the agent came; none. */
  readonly proxyAddress?: string | undefined
}

export function createHostTrail(parts: {
  readonly trail: Pick<Trail, 'complete'>
  readonly instances: Pick<InstanceStore, 'get'>
}): HostTrail {
  const { trail, instances } = parts
  return {
    async complete(instanceId, told) {
      const { eventName, facts, requestId = randomUUID(), sourceAddress = '', proxyAddress } = told
      // Forgotten meanwhile, it has neither.
      const instance = (await instances.get(instanceId)) ?? { instanceId, tags: {} }
      await trail.complete(
        {
          requestId,
          eventName,
          eventSource: 'fleetkey.amazonaws.com',
          eventType: 'AwsServiceEvent',
          readOnly: true,
          identity: { type: 'AWSService', invokedBy: `agent/${instanceId}` },
          userName: '',
          sourceAddress,
          proxyAddress,
          userAgent: '',
          resource: instanceId,
          resourceArns: [],
          requestParameters: null,
          facts: { ...facts, ...instanceFacts(instance) },
        },
        {},
      )
    },
  }
}
