import { availabilityZoneIdOf, availabilityZoneOf } from '@fleetkey/domain/site'
import type { Realm } from '@fleetkey/domain/realm'
import { isGlobalIpv4 } from '@fleetkey/domain/global-address'
import { privateAddress4, publicAddress4 } from './addresses.ts'
import type { Filterable } from './filters.ts'
import { STATE_CODES, type InventoryItem } from './inventory.ts'
import {
  architectureOf,
  networkInterfaceId,
  PLATFORM_DETAILS,
  privateDnsName,
  stateReason,
  stateTransitionReason,
} from './shown-instance.ts'

/** An instance and the realm that it is in: what a filter looks at. */
export interface FilteredInstance {
  readonly item: InventoryItem
  readonly realm: Realm
}

type Find = (instance: FilteredInstance) => readonly string[]

const one = (find: (instance: FilteredInstance) => string | undefined): Find => {
  return (instance) => {
    const value = find(instance)
    return value === undefined ? [] : [value]
  }
}
const addresses4: Find = ({ item }) => item.host?.facts.addresses4 ?? []
const addresses6: Find = ({ item }) => item.host?.facts.addresses6 ?? []
const publicAddresses: Find = (instance) => addresses4(instance).filter(isGlobalIpv4)
const none: Find = () => []

const account = one(({ realm }) => realm.accountId)
const zone = one(({ realm }) => availabilityZoneOf(realm.region))
const zoneId = one(({ realm }) => availabilityZoneIdOf(realm.region))
const vpcId = one(({ item }) => item.site.vpcId)
const subnetId = one(({ item }) => item.site.subnetId)
const groupId: Find = ({ item }) => item.groups.map((group) => group.groupId)
const groupName: Find = ({ item }) => item.groups.map(({ name }) => name)
const dnsName = one(({ item }) => privateDnsName(item) || undefined)

/** EC2 API reference, "DescribeInstances". Addresses are found by any that the host reported. */
export const INSTANCE_FILTERS: Filterable<FilteredInstance> = {
  tags: ({ item }) => item.tags,
  names: {
    architecture: one(({ item }) => item.host && architectureOf(item.host.facts.architecture)),
    'availability-zone': zone,
    'availability-zone-id': zoneId,
    'client-token': none,
    'dns-name': none,
    'group-id': groupId,
    'group-name': groupName,
    'iam-instance-profile.arn': none,
    'iam-instance-profile.id': none,
    'iam-instance-profile.name': none,
    'image-id': one(({ item }) => item.launch.imageId),
    'instance-id': one(({ item }) => item.instanceId),
    'instance-lifecycle': none,
    'instance-state-code': one(({ item }) => String(STATE_CODES[item.state])),
    'instance-state-name': one(({ item }) => item.state),
    'instance-type': one(({ item }) => item.launch.instanceType),
    'instance.group-id': groupId,
    'instance.group-name': groupName,
    'ip-address': publicAddresses,
    'ipv6-address': addresses6,
    'key-name': none,
    'launch-index': one(({ item }) => String(item.launch.index)),
    'launch-time': one(({ item }) => new Date(item.launchedAt).toISOString()),
    'network-interface.addresses.association.public-ip': publicAddresses,
    'network-interface.addresses.primary': (instance) => primaries(instance),
    'network-interface.addresses.private-ip-address': addresses4,
    'network-interface.association.public-ip': one(
      ({ item }) => item.host && publicAddress4(item.host.facts),
    ),
    'network-interface.availability-zone': zone,
    'network-interface.group-id': groupId,
    'network-interface.group-name': groupName,
    'network-interface.ipv6-addresses.ipv6-address': addresses6,
    'network-interface.network-interface-id': one(
      ({ item }) => item.host && networkInterfaceId(item),
    ),
    'network-interface.owner-id': account,
    'network-interface.private-dns-name': dnsName,
    'network-interface.status': one(({ item }) => item.host && 'in-use'),
    'network-interface.subnet-id': subnetId,
    'network-interface.vpc-id': vpcId,
    'owner-id': account,
    platform: none,
    'platform-details': one(() => PLATFORM_DETAILS),
    'private-dns-name': dnsName,
    'private-ip-address': addresses4,
    reason: one(({ item }) => stateTransitionReason(item) || undefined),
    'requester-id': none,
    'reservation-id': one(({ item }) => item.launch.reservationId),
    'spot-instance-request-id': none,
    'state-reason-code': one(({ item }) => stateReason(item)?.Code),
    'state-reason-message': one(({ item }) => stateReason(item)?.Message),
    'subnet-id': subnetId,
    tenancy: one(() => 'default'),
    'vpc-id': vpcId,
  },
}

function primaries({ item }: FilteredInstance): readonly string[] {
  const facts = item.host?.facts
  if (facts === undefined) return []
  const primary = privateAddress4(facts)
  return facts.addresses4.map((address) => String(address === primary))
}
