import { parseHostFacts, type HostFacts } from '@fleetkey/domain/host-facts'
import { DEFAULT_SITE, SITE_TAG } from '@fleetkey/domain/site'

/** An instance as DescribeInstances shows it in lists. Times are seconds since 1970. */
export interface ListedInstance {
  readonly instanceId: string
  /** EC2's: `pending`, `running` (its agent is connected), `stopped` (it is not), `terminated`. */
  readonly state: string
  /** Why it is stopped or terminated, as EC2 writes it; empty when there is nothing to say. */
  readonly stateReason: string
  /** Its tag `Name`. */
  readonly name: string | undefined
  readonly tags: ReadonlyMap<string, string>
  readonly site: string
  readonly vpcId: string | undefined
  readonly subnetId: string | undefined
  readonly groups: readonly ListedGroupName[]
  readonly privateAddress4: string | undefined
  readonly publicAddress4: string | undefined
  readonly address6: string | undefined
  readonly instanceType: string
  readonly imageId: string
  /** When it was enrolled or, while it is pending, launched. */
  readonly launchedAt: number | undefined
  /** What its agent said of the host; undefined until a host has joined. */
  readonly facts: ListedFacts | undefined
  readonly link: { readonly state: string; readonly since: number | undefined } | undefined
}

/** What is left out of lists is read with the one that is looked at. */
type ListedFacts = Omit<HostFacts, (typeof UNLISTED)[number] | 'abilities' | 'osUsers'>

const UNLISTED = ['hostKeys', 'sshAddresses', 'tunnelPorts'] as const

/** An instance with all that its agent said. */
export interface DetailedInstance extends ListedInstance {
  readonly facts: HostFacts | undefined
}

interface ListedGroupName {
  readonly groupId: string
  readonly name: string
}

/** An answer of DescribeInstances. */
export interface InstancesAnswer {
  readonly Reservations?: readonly { readonly Instances?: readonly InstanceAnswer[] }[]
  readonly NextToken?: string
}

interface InstanceAnswer {
  readonly InstanceId: string
  readonly State: { readonly Name: string }
  readonly StateTransitionReason?: string
  readonly StateReason?: { readonly Message?: string }
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[]
  readonly VpcId?: string
  readonly SubnetId?: string
  readonly SecurityGroups?: readonly { readonly GroupId: string; readonly GroupName: string }[]
  readonly PrivateIpAddress?: string
  readonly PublicIpAddress?: string
  readonly Ipv6Address?: string
  readonly InstanceType?: string
  readonly ImageId?: string
  readonly LaunchTime?: number
  readonly Fleetkey?: Readonly<Record<string, unknown>> & {
    readonly Link?: { readonly State: string; readonly Since?: number }
  }
}

export function readInstances(answer: InstancesAnswer): readonly DetailedInstance[] {
  return answersIn(answer).map((each) => readInstance(each))
}

/** Of an answer with `Detail` `list`. */
export function readListed(answer: InstancesAnswer): readonly ListedInstance[] {
  return answersIn(answer).map((each) => readInstance(each, LEFT_OUT))
}

const LEFT_OUT = Object.fromEntries(UNLISTED.map((name) => [name, []]))

const answersIn = ({ Reservations = [] }: InstancesAnswer) =>
  Reservations.flatMap(({ Instances = [] }) => Instances)

/** One that the live feed tells of, which is as DescribeInstances answers it. */
export const readTold = (told: Readonly<Record<string, unknown>>): DetailedInstance =>
  readInstance(told as unknown as InstanceAnswer)

function readInstance(answer: InstanceAnswer, leftOut: object = {}): DetailedInstance {
  const tags = new Map((answer.Tags ?? []).map(({ Key, Value }) => [Key, Value]))
  const { Fleetkey: own } = answer
  return {
    instanceId: answer.InstanceId,
    state: answer.State.Name,
    stateReason: answer.StateReason?.Message ?? answer.StateTransitionReason ?? '',
    name: tags.get('Name') || undefined,
    tags,
    site: tags.get(SITE_TAG) || DEFAULT_SITE,
    vpcId: answer.VpcId,
    subnetId: answer.SubnetId,
    groups: (answer.SecurityGroups ?? []).map(({ GroupId, GroupName }) => ({
      groupId: GroupId,
      name: GroupName,
    })),
    privateAddress4: answer.PrivateIpAddress,
    publicAddress4: answer.PublicIpAddress,
    address6: answer.Ipv6Address,
    instanceType: answer.InstanceType ?? '',
    imageId: answer.ImageId ?? '',
    launchedAt: answer.LaunchTime,
    facts: own && parseHostFacts({ ...leftOut, ...lowerFirst(own) }),
    link: own?.Link && { state: own.Link.State, since: own.Link.Since },
  }
}

/** The API's `SshPort` is the domain's `sshPort`. */
function lowerFirst(answer: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [
      `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
      value,
    ]),
  )
}

/** What people call it. */
export function labelOf({ instanceId, name }: ListedInstance): string {
  return name === undefined ? instanceId : `${name} (${instanceId})`
}
