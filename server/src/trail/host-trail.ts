import { randomUUID } from 'node:crypto'
import type { OwnEvent } from '@fleetkey/domain/own-event'
import type { InstanceStore } from '../store/store.ts'
import { instanceFacts } from './instance-facts.ts'
import type { Act, Once, Trail } from './trail.ts'

/** Records what the agents of hosts tell, each with the name and the tags that its instance has then: nobody asked for it, and nothing was asked. */
export interface HostTrail {
  /** Durable when it resolves. Rejects as the trail does when it takes no record. */
  complete(instanceId: string, told: ToldByHost): Promise<void>
  /** As `complete`, but of all events of that name and id that are told of the instance one is recorded, whenever it is told again. */
  once(instanceId: string, id: string, told: ToldByHost): Promise<Once>
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
  readonly trail: Pick<Trail, 'complete' | 'completeOnce'>
  readonly instances: Pick<InstanceStore, 'get'>
}): HostTrail {
  const { trail, instances } = parts

  async function actOf(instanceId: string, told: ToldByHost): Promise<Act> {
    const { eventName, facts, requestId = randomUUID(), sourceAddress = '', proxyAddress } = told
    // Forgotten meanwhile, it has neither.
    const instance = (await instances.get(instanceId)) ?? { instanceId, tags: {} }
    return {
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
    }
  }

  return {
    async complete(instanceId, told) {
      await trail.complete(await actOf(instanceId, told), {})
    },
    once: async (instanceId, id, told) =>
      trail.completeOnce(
        await actOf(instanceId, told),
        {},
        `${instanceId} ${told.eventName} ${id}`,
      ),
  }
}
