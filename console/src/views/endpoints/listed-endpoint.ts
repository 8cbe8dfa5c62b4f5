import { call } from '../../api/call.ts'

/** An endpoint as DescribeInstanceConnectEndpoints shows it. */
export interface ListedEndpoint {
  readonly endpointId: string
  readonly arn: string
  readonly site: string
  readonly name: string | undefined
  readonly state: string
  readonly dnsName: string
  readonly subnetId: string
  readonly ipAddressType: string
  readonly tags: ReadonlyMap<string, string>
  /** Seconds since 1970. */
  readonly createdAt: number
}

/** Which addresses of hosts an endpoint leads to. */
export const IP_ADDRESS_TYPES = {
  dualstack: 'IPv4 and IPv6',
  ipv4: 'IPv4 only',
  ipv6: 'IPv6 only',
} as const

export type IpAddressType = keyof typeof IP_ADDRESS_TYPES

export const IP_ADDRESS_TYPE_IDS = Object.keys(IP_ADDRESS_TYPES) as readonly IpAddressType[]

export const isIpAddressType = (text: string | undefined): text is IpAddressType =>
  IP_ADDRESS_TYPE_IDS.some((each) => each === text)

interface EndpointAnswer {
  readonly InstanceConnectEndpointId: string
  readonly InstanceConnectEndpointArn: string
  readonly State: string
  readonly DnsName: string
  readonly SubnetId: string
  readonly IpAddressType: string
  readonly CreatedAt: number
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[]
  readonly Fleetkey: { readonly Site: string }
}

interface Page {
  readonly InstanceConnectEndpoints: readonly EndpointAnswer[]
  readonly NextToken?: string
}

/** Every endpoint that the person may see, by site as people sort. */
export async function readEndpoints(signal: AbortSignal): Promise<readonly ListedEndpoint[]> {
  const found: ListedEndpoint[] = []
  const tokens = new Set<string>()
  for (let token: string | undefined; ;) {
    const input = token === undefined ? {} : { NextToken: token }
    // oxlint-disable-next-line no-await-in-loop -- a page says where the next begins
    const page = await call<Page>('ec2', 'DescribeInstanceConnectEndpoints', input, signal)
    found.push(...page.InstanceConnectEndpoints.map(readEndpoint))
    token = page.NextToken
    if (token === undefined) {
      return found.toSorted((a, b) => a.site.localeCompare(b.site, 'en', { numeric: true }))
    }
    if (tokens.has(token)) throw new Error('The list of endpoints leads back to itself.')
    tokens.add(token)
  }
}

function readEndpoint(answer: EndpointAnswer): ListedEndpoint {
  const tags = new Map((answer.Tags ?? []).map(({ Key, Value }) => [Key, Value]))
  return {
    endpointId: answer.InstanceConnectEndpointId,
    arn: answer.InstanceConnectEndpointArn,
    site: answer.Fleetkey.Site,
    name: tags.get('Name') || undefined,
    state: answer.State,
    dnsName: answer.DnsName,
    subnetId: answer.SubnetId,
    ipAddressType: answer.IpAddressType,
    tags,
    createdAt: answer.CreatedAt,
  }
}
