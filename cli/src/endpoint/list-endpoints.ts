import type { ApiClient } from '../api/api-client.ts'
import {
  answersOf,
  asAnswer,
  optionalTextOf,
  textOf,
  timeOf,
  unexpected,
  type Answer,
} from '../api/answer.ts'
import { DESCRIBE_INSTANCE_CONNECT_ENDPOINTS } from '../api/operations.ts'

/** An endpoint as DescribeInstanceConnectEndpoints shows it. */
export interface ListedEndpoint {
  readonly endpointId: string
  readonly arn: string
  readonly site: string
  readonly name: string | undefined
  readonly state: string
  readonly dnsName: string
  readonly vpcId: string
  readonly subnetId: string
  readonly ipAddressType: string
  readonly tags: readonly { readonly key: string; readonly value: string }[]
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/** Every endpoint that the caller may see, all pages. */
export async function listEndpoints(
  api: Pick<ApiClient, 'call'>,
  signal?: AbortSignal,
): Promise<readonly ListedEndpoint[]> {
  const found: ListedEndpoint[] = []
  const tokens = new Set<string>()
  for (let token: string | undefined; ;) {
    const input = token === undefined ? {} : { NextToken: token }
    // oxlint-disable-next-line no-await-in-loop -- a page says where the next begins
    const answer = await api.call(DESCRIBE_INSTANCE_CONNECT_ENDPOINTS, input, signal)
    found.push(...answersOf(answer, 'InstanceConnectEndpoints').map(readEndpoint))
    token = optionalTextOf(answer, 'NextToken')
    if (token === undefined) return found
    // A page that leads back would be asked for without end.
    if (tokens.has(token)) throw unexpected('a list that leads back to itself')
    tokens.add(token)
  }
}

export function readEndpoint(answer: Answer): ListedEndpoint {
  const tags = answersOf(answer, 'Tags').map((tag) => ({
    key: textOf(tag, 'Key'),
    value: textOf(tag, 'Value'),
  }))
  return {
    endpointId: textOf(answer, 'InstanceConnectEndpointId'),
    arn: textOf(answer, 'InstanceConnectEndpointArn'),
    site: textOf(asAnswer(answer['Fleetkey'], 'Fleetkey'), 'Site'),
    name: tags.find(({ key }) => key === 'Name')?.value,
    state: textOf(answer, 'State'),
    dnsName: textOf(answer, 'DnsName'),
    vpcId: textOf(answer, 'VpcId'),
    subnetId: textOf(answer, 'SubnetId'),
    ipAddressType: textOf(answer, 'IpAddressType'),
    tags,
    createdAt: timeOf(answer, 'CreatedAt'),
  }
}
