import type { Instance } from '@fleetkey/domain/instance'
import type { UserIdentity } from '@fleetkey/domain/trail-event'
import { nameInArn } from '@fleetkey/domain/trail-search'
import type { AnyOperation, Resource } from '../operations/operation.ts'
import { instanceFacts } from '../trail/instance-facts.ts'
import type { Act } from '../trail/trail.ts'
import { askedFor, claimedKey, type Arrival } from './arrival.ts'
import { operationOf } from './asked-operation.ts'

/** Of a request of which little is known: what it asks for, if that can be told, and the key that it claims to be signed with. */
export function earlyAct({ request, requestId, codec }: Arrival): Act {
  const operation = operationOf(codec)
  const claimed = claimedKey(request)
  return {
    requestId,
    eventName: operation?.recordedAs?.eventName ?? operation?.name ?? askedFor(request),
    eventSource: `${operation?.service ?? 'fleetkey'}.amazonaws.com`,
    eventType: 'AwsApiCall',
    readOnly: operation?.access !== 'write',
    identity: nobody,
    userName: '',
    sourceAddress: request.sourceAddress,
    proxyAddress: request.proxyAddress,
    userAgent: request.userAgent,
    ...(request.tls === undefined ? {} : { tls: request.tls }),
    resource: '',
    resourceArns: [],
    requestParameters: null,
    facts: claimed === undefined ? {} : { claimedAccessKeyId: claimed },
  }
}

/** Somebody who could not prove who they are. */
export const nobody: UserIdentity = { type: 'Unknown', principalId: 'anonymous' }

/** `input` is undefined when the request could not even be parsed. */
export function actOf(
  parts: Arrival & { operation: AnyOperation; identity: UserIdentity; userName: string },
  input: unknown,
): Act {
  const { request, requestId, operation, identity, userName } = parts
  const view = input === undefined ? undefined : operation.trail(input as never)
  return {
    requestId,
    eventName: operation.recordedAs?.eventName ?? operation.name,
    eventSource: operation.recordedAs?.eventSource ?? `${operation.service}.amazonaws.com`,
    eventType: operation.recordedAs?.eventType ?? 'AwsApiCall',
    readOnly: operation.access === 'read',
    identity,
    userName,
    sourceAddress: request.sourceAddress,
    proxyAddress: request.proxyAddress,
    userAgent: request.userAgent,
    ...(request.tls === undefined ? {} : { tls: request.tls }),
    resource: view?.instanceId ?? '',
    resourceArns: [],
    requestParameters: view?.requestParameters ?? null,
    facts: view?.facts ?? {},
  }
}

/** Together with what is known of the things that it is about. */
export function withResources(act: Act, resources: readonly Resource[]): Act {
  const recorded = resources.flatMap((resource) => resource.recorded ?? [])
  const [instance, ...others] = resources.flatMap(instanceIn)
  // Of several, each is found by its ARN.
  const one = instance !== undefined && others.length === 0 ? instance : undefined
  const instanceId =
    recorded.find((about) => about.instanceId !== undefined)?.instanceId ?? one?.instanceId
  return {
    ...act,
    resource: act.resource || (instanceId ?? ''),
    resourceArns: resources.map((resource) => resource.arn).filter((arn) => arn !== '*'),
    facts: Object.assign(
      {
        ...act.facts,
        ...(instanceId === undefined ? {} : { instanceId }),
        ...(one === undefined ? {} : instanceFacts(one)),
      },
      ...recorded.map(({ facts }) => facts),
    ) as Act['facts'],
  }
}

/** Also one that no host has joined as yet, and one that there is not. */
function instanceIn({
  arn,
  instance,
  tags,
}: Resource): readonly Pick<Instance, 'instanceId' | 'tags'>[] {
  if (instance !== undefined) return [instance]
  return arn.includes(':instance/') ? [{ instanceId: nameInArn(arn), tags: tags ?? {} }] : []
}
