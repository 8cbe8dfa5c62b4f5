import { parseHostFacts, type HostFacts } from '@fleetkey/domain/host-facts'
import type { ApiClient } from '../api/api-client.ts'
import {
  answersOf,
  asAnswer,
  optionalTextOf,
  optionalTimeOf,
  textOf,
  type Answer,
} from '../api/answer.ts'
import { DESCRIBE_INSTANCES } from '../api/operations.ts'

/** An instance as DescribeInstances shows it. */
export interface ListedInstance {
  readonly instanceId: string
  /** EC2's state: `running`, `stopped`, … */
  readonly state: string
  readonly name: string | undefined
  readonly tags: readonly { readonly key: string; readonly value: string }[]
  readonly address4: string | undefined
  readonly address6: string | undefined
  /** The site that it is in, as EC2 shows it; undefined when the server has no tunnels. */
  readonly vpcId: string | undefined
  readonly subnetId: string | undefined
  /** Milliseconds since 1970. */
  readonly enrolledAt: number | undefined
  /** What the agent said of its host; undefined when the server sent none that are well formed. */
  readonly facts: HostFacts | undefined
  readonly link: { readonly state: string; readonly since: number | undefined }
}

export interface InstanceFilter {
  readonly Name: string
  readonly Values: readonly string[]
}

/** What DescribeInstances is asked for. */
export interface InstanceQuery {
  readonly InstanceIds?: readonly string[]
  readonly Filters?: readonly InstanceFilter[]
}

const PAGE = 1000

/** Every instance that fits, all pages. */
export async function listInstances(
  api: Pick<ApiClient, 'call'>,
  query: InstanceQuery,
  signal?: AbortSignal,
): Promise<readonly ListedInstance[]> {
  const found: ListedInstance[] = []
  let token: string | undefined
  do {
    // EC2 refuses MaxResults together with InstanceIds.
    const page = query.InstanceIds ? {} : { MaxResults: PAGE }
    const next = token === undefined ? {} : { NextToken: token }
    const answer = await api.call(DESCRIBE_INSTANCES, { ...query, ...page, ...next }, signal)
    for (const reservation of answersOf(answer, 'Reservations')) {
      for (const instance of answersOf(reservation, 'Instances')) found.push(readInstance(instance))
    }
    token = optionalTextOf(answer, 'NextToken')
  } while (token)
  return found
}

function readInstance(answer: Answer): ListedInstance {
  const tags = answersOf(answer, 'Tags').map((tag) => ({
    key: textOf(tag, 'Key'),
    value: textOf(tag, 'Value'),
  }))
  const own = asAnswer(answer['Fleetkey'] ?? {}, 'Fleetkey')
  const link = asAnswer(own['Link'] ?? {}, 'Link')
  return {
    instanceId: textOf(answer, 'InstanceId'),
    state: textOf(asAnswer(answer['State'], 'State'), 'Name'),
    name: tags.find(({ key }) => key === 'Name')?.value,
    tags,
    address4: optionalTextOf(answer, 'PrivateIpAddress'),
    address6: optionalTextOf(answer, 'Ipv6Address'),
    vpcId: optionalTextOf(answer, 'VpcId'),
    subnetId: optionalTextOf(answer, 'SubnetId'),
    enrolledAt: optionalTimeOf(answer, 'LaunchTime'),
    facts: parseHostFacts(lowerFirst(own)),
    link: {
      state: optionalTextOf(link, 'State') ?? 'unknown',
      since: optionalTimeOf(link, 'Since'),
    },
  }
}

/** AWS's `SshPort` is the domain's `sshPort`. */
function lowerFirst(answer: Answer): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      value,
    ]),
  )
}
