import type { Realm } from '@fleetkey/domain/realm'
import { availabilityZoneIdOf, availabilityZoneOf } from '@fleetkey/domain/site'
import type { OutputStructure } from '@fleetkey/wire/aws/output'
import type { LinkState } from '../../agents/presence.ts'
import { address6, plainHostName, privateAddress4, publicAddress4 } from './addresses.ts'
import { shownState, type InventoryItem } from './inventory.ts'
import { shownTags } from './shown-tags.ts'

/** An instance in EC2's members, and in one of ours, `Fleetkey`. EC2 API reference, "Instance". */
export function shownInstance(item: InventoryItem, realm: Realm): OutputStructure {
  const { instanceId, tags, site, state, launchedAt, launch, host } = item
  const groups = shownGroups(item)
  const facts = host?.facts
  return {
    InstanceId: instanceId,
    ImageId: launch.imageId,
    InstanceType: launch.instanceType,
    AmiLaunchIndex: launch.index,
    State: shownState(state),
    ...shownTransition(item),
    LaunchTime: new Date(launchedAt),
    Placement: {
      AvailabilityZone: availabilityZoneOf(realm.region),
      AvailabilityZoneId: availabilityZoneIdOf(realm.region),
      GroupName: '',
      Tenancy: 'default',
    },
    VpcId: site.vpcId,
    SubnetId: site.subnetId,
    PrivateDnsName: privateDnsName(item),
    // AWS has an empty one where it has none.
    PublicDnsName: '',
    PrivateIpAddress: facts && privateAddress4(facts),
    PublicIpAddress: facts && publicAddress4(facts),
    Ipv6Address: facts && address6(facts),
    NetworkInterfaces: facts === undefined ? [] : [networkInterface(item, realm)],
    SecurityGroups: groups,
    Architecture: facts && architectureOf(facts.architecture),
    PlatformDetails: PLATFORM_DETAILS,
    BlockDeviceMappings: [],
    ProductCodes: [],
    Monitoring: { State: 'disabled' },
    Tags: shownTags(tags),
    Fleetkey: shownHost(item),
  }
}

export const PLATFORM_DETAILS = 'Linux/UNIX'

export const shownGroups = ({ groups }: InventoryItem) =>
  groups.map(({ groupId, name }) => ({ GroupId: groupId, GroupName: name }))

export const privateDnsName = ({ host }: InventoryItem): string =>
  plainHostName(host?.facts.hostname ?? '')

export const networkInterfaceId = ({ instanceId }: InventoryItem): string =>
  instanceId.replace(/^i-/, 'eni-')

/** All addresses that the host reported, on one interface: which it has of its own is not known here. */
function networkInterface(item: InventoryItem, realm: Realm): OutputStructure {
  const { site, host } = item
  const { addresses4 = [], addresses6 = [] } = host?.facts ?? {}
  const primary = privateAddress4({ addresses4, addresses6 })
  const publicIp = publicAddress4({ addresses4, addresses6 })
  const association =
    publicIp === undefined
      ? {}
      : { Association: { IpOwnerId: realm.accountId, PublicDnsName: '', PublicIp: publicIp } }
  return {
    NetworkInterfaceId: networkInterfaceId(item),
    OwnerId: realm.accountId,
    VpcId: site.vpcId,
    SubnetId: site.subnetId,
    Description: '',
    Status: 'in-use',
    InterfaceType: 'interface',
    SourceDestCheck: false,
    ...association,
    Attachment: { DeviceIndex: 0, Status: 'attached', DeleteOnTermination: true },
    PrivateDnsName: privateDnsName(item),
    PrivateIpAddress: primary,
    PrivateIpAddresses: addresses4.map((address) => ({
      Primary: address === primary,
      PrivateIpAddress: address,
      ...(address === publicIp ? association : {}),
    })),
    Ipv6Addresses: addresses6.map((address) => ({ Ipv6Address: address })),
    Groups: shownGroups(item),
  }
}

/** Why it is stopped. */
export function shownTransition(item: InventoryItem): OutputStructure {
  const reason = stateReason(item)
  if (reason === undefined) return { StateTransitionReason: '' }
  return { StateTransitionReason: stateTransitionReason(item), StateReason: reason }
}

export function stateReason({ state }: InventoryItem) {
  if (state !== 'stopped') return undefined
  const code = 'Server.AgentLinkLost'
  return { Code: code, Message: `${code}: The agent of this host is not connected` }
}

/** As AWS writes it: `User initiated (2026-11-26 09:00:00 GMT)`. */
export function stateTransitionReason({ state, host }: InventoryItem): string {
  if (state !== 'stopped') return ''
  const since = host?.link.since
  if (since === undefined) return 'Agent link lost'
  return `Agent link lost (${new Date(since).toISOString().slice(0, 19).replace('T', ' ')} GMT)`
}

/** What Node or `uname -m` calls a machine, as EC2 does. */
export function architectureOf(machine: string): string {
  return ARCHITECTURES.get(machine) ?? machine
}

const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['x64', 'x86_64'],
  ['aarch64', 'arm64'],
  ['ia32', 'i386'],
  ['i686', 'i386'],
])

/** What no member of EC2's can say. */
function shownHost({ host }: InventoryItem): OutputStructure | undefined {
  if (host === undefined) return undefined
  const { facts, link } = host
  return {
    Hostname: facts.hostname,
    Os: facts.os,
    Architecture: facts.architecture,
    AgentVersion: facts.agentVersion,
    Addresses4: facts.addresses4,
    Addresses6: facts.addresses6,
    SshPort: facts.sshPort,
    SshAddresses: facts.sshAddresses,
    TunnelPorts: facts.tunnelPorts,
    SshdVersion: facts.sshdVersion,
    HostKeys: facts.hostKeys,
    Delivery: facts.delivery,
    Lock: { ...facts.lock },
    Problems: facts.problems,
    ...(facts.abilities === undefined ? {} : { Abilities: facts.abilities }),
    ...(facts.osUsers === undefined ? {} : { OsUsers: facts.osUsers }),
    Link: shownLink(link),
  }
}

export const shownLink = ({ kind, since }: LinkState) => ({
  State: kind,
  ...(since === undefined ? {} : { Since: new Date(since) }),
})
