import { call } from '../../api/call.ts'

/** What the Connect page knows of an instance. All of it but name and state is what its host says of itself. */
export interface ConnectTarget {
  readonly instanceId: string
  /** Its Name tag. */
  readonly name: string | undefined
  /** EC2's: `pending`, `running`, `stopped`. */
  readonly state: string
  /** E.g. `Debian GNU/Linux 12 (bookworm)`; empty when no host has joined yet. */
  readonly os: string
  /** Accounts that people may log in as; empty where the agent does not say. */
  readonly osUsers: readonly string[]
  /** The address that a tunnel leads to, and that a direct connection uses. */
  readonly address: string | undefined
  readonly sshPort: number
  /** Empty where the agent found no sshd. */
  readonly sshdVersion: string
  /** What stops logins there, as its agent sees it. */
  readonly problems: readonly string[]
  readonly vpcId: string | undefined
}

/** Throws an ApiRefusal, also when there is no such instance. */
export async function readTarget(instanceId: string, signal: AbortSignal): Promise<ConnectTarget> {
  const answer = await call<Described>(
    'ec2',
    'DescribeInstances',
    { InstanceIds: [instanceId] },
    signal,
  )
  return targetOf(instanceId, answer)
}

interface Described {
  readonly Reservations?: readonly { readonly Instances?: readonly DescribedInstance[] }[]
}

interface DescribedInstance {
  readonly State?: { readonly Name?: string }
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[]
  readonly PrivateIpAddress?: string
  readonly Ipv6Address?: string
  readonly VpcId?: string
  readonly Fleetkey?: {
    readonly Os?: string
    readonly OsUsers?: readonly string[]
    readonly SshPort?: number
    readonly SshdVersion?: string
    readonly Problems?: readonly string[]
  }
}

export function targetOf(instanceId: string, { Reservations }: Described): ConnectTarget {
  const instance = Reservations?.[0]?.Instances?.[0]
  const host = instance?.Fleetkey
  return {
    instanceId,
    name: instance?.Tags?.find(({ Key }) => Key === 'Name')?.Value,
    state: instance?.State?.Name ?? 'unknown',
    os: host?.Os ?? '',
    osUsers: host?.OsUsers ?? [],
    address: instance?.PrivateIpAddress ?? instance?.Ipv6Address,
    sshPort: host?.SshPort ?? 22,
    sshdVersion: host?.SshdVersion ?? '',
    problems: host?.Problems ?? [],
    vpcId: instance?.VpcId,
  }
}
