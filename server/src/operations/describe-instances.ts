import { instanceIdNotFound, validationFailure } from '@fleetkey/domain/exceptions'
import { INSTANCE_ID_PATTERN, type Instance } from '@fleetkey/domain/instance'
import type { Realm } from '@fleetkey/domain/realm'
import { validate } from '@fleetkey/wire/aws/validation'
import type { LinkState } from '../agents/presence.ts'
import { matchesFilters, parseFilters, type Filter } from './instance-filters.ts'
import { operation } from './operation.ts'

interface Input {
  readonly instanceIds: readonly string[]
  readonly filters: readonly Filter[]
  readonly maxResults: number
  readonly afterInstanceId: string | undefined
}

/** EC2's bounds (EC2 API reference, "DescribeInstances"). */
const MAX_PAGE = 1000

/**
 * The inventory. EC2's members, and one of ours, `Fleetkey`, with what the agent reported and whether it is connected.
 * EC2 API reference, "DescribeInstances".
 */
export const describeInstances = operation<Input>({
  name: 'DescribeInstances',
  service: 'ec2',
  action: 'ec2:DescribeInstances',
  access: 'read',

  parse(fields) {
    const v = validate(fields)
    const instanceIds = v.stringList('InstanceIds', { max: 1000 })
    const maxResults = v.optionalInteger('MaxResults', { min: 1, max: MAX_PAGE }) ?? MAX_PAGE
    const nextToken = v.optionalString('NextToken', { min: 1, max: 64 })
    v.finish(validationFailure)
    if (instanceIds.some((id) => id.length > 32 || !INSTANCE_ID_PATTERN.test(id))) {
      throw validationFailure('InstanceIds holds something that is not an instance id.')
    }
    return {
      instanceIds,
      filters: parseFilters(fields.get('Filters')),
      maxResults,
      afterInstanceId: nextToken === undefined ? undefined : decodeToken(nextToken),
    }
  },

  resources: () => [{ arn: '*' }],

  trail: ({ instanceIds, filters }) => ({ requestParameters: { instanceIds, filters } }),

  async run(input, { store, presence, realm }) {
    const all = await store.instances.list()
    for (const id of input.instanceIds) {
      if (!all.some((instance) => instance.instanceId === id)) throw instanceIdNotFound(id)
    }
    const shown = all
      .filter(
        ({ instanceId }) =>
          input.instanceIds.length === 0 || input.instanceIds.includes(instanceId),
      )
      .map((instance) => ({ instance, link: presence.stateOf(instance.instanceId) }))
      .filter(({ instance, link }) => matchesFilters(instance, link, input.filters))
    const start =
      input.afterInstanceId === undefined
        ? 0
        : shown.findIndex(({ instance }) => instance.instanceId === input.afterInstanceId) + 1
    const page = shown.slice(start, start + input.maxResults)
    const last = page.at(-1)
    return {
      Reservations: page.map(({ instance, link }) => reservation(instance, link, realm)),
      ...(last !== undefined && start + page.length < shown.length
        ? { NextToken: encodeToken(last.instance.instanceId) }
        : {}),
    }
  },
})

function reservation(instance: Instance, link: LinkState, realm: Realm): object {
  const { instanceId, facts, tags, enrolledAt } = instance
  return {
    ReservationId: instanceId.replace('i-', 'r-'),
    OwnerId: realm.accountId,
    Instances: [
      {
        InstanceId: instanceId,
        State:
          link.kind === 'connected' ? { Code: 16, Name: 'running' } : { Code: 80, Name: 'stopped' },
        PrivateIpAddress: facts.addresses4[0],
        Ipv6Address: facts.addresses6[0],
        LaunchTime: new Date(enrolledAt),
        Placement: { AvailabilityZone: `${realm.region}a`, Tenancy: 'default' },
        Architecture: facts.architecture,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        Fleetkey: {
          Hostname: facts.hostname,
          Os: facts.os,
          Architecture: facts.architecture,
          AgentVersion: facts.agentVersion,
          Addresses4: facts.addresses4,
          Addresses6: facts.addresses6,
          SshPort: facts.sshPort,
          SshdVersion: facts.sshdVersion,
          HostKeys: facts.hostKeys,
          Delivery: facts.delivery,
          Lock: facts.lock,
          Problems: facts.problems,
          Link: {
            State: link.kind,
            ...(link.since === undefined ? {} : { Since: new Date(link.since) }),
          },
        },
      },
    ],
  }
}

const encodeToken = (instanceId: string): string => new TextEncoder().encode(instanceId).toBase64()

function decodeToken(token: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(token))
  } catch {
    throw validationFailure('NextToken is not one that DescribeInstances gave.')
  }
}
