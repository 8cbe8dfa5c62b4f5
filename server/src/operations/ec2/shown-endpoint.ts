import { endpointArn } from '@fleetkey/domain/arn'
import { availabilityZoneIdOf, availabilityZoneOf } from '@fleetkey/domain/site'
import type { EndpointRow } from '../../store/endpoint-store.ts'
import type { World } from '../operation.ts'
import { siteNamed } from './sites.ts'
import { shownTags } from './shown-tags.ts'

/**
 * An endpoint as EC2 shows it (EC2 API reference, "Ec2InstanceConnectEndpoint"), and its site in one member of ours. It has no network
 * interface and no FIPS name: tunnels come out of the control plane or of the agents themselves.
 */
export function shownEndpoint(
  row: EndpointRow,
  world: Pick<World, 'realm' | 'deployment' | 'tunnelDnsName'>,
  state: 'create-complete' | 'delete-in-progress' = 'create-complete',
) {
  const { realm, tunnelDnsName } = world
  const { vpcId, subnetId } = siteNamed(row.site, world)
  const name = { DnsName: tunnelDnsName }
  return {
    OwnerId: realm.accountId,
    InstanceConnectEndpointId: row.endpointId,
    InstanceConnectEndpointArn: endpointArn(realm, row.endpointId),
    State: state,
    StateMessage: '',
    DnsName: tunnelDnsName,
    NetworkInterfaceIds: [],
    VpcId: vpcId,
    AvailabilityZone: availabilityZoneOf(realm.region),
    AvailabilityZoneId: availabilityZoneIdOf(realm.region),
    CreatedAt: new Date(row.createdAt),
    SubnetId: subnetId,
    PreserveClientIp: false,
    SecurityGroupIds: row.securityGroupIds,
    Tags: shownTags(row.tags),
    IpAddressType: row.ipAddressType,
    PublicDnsNames: { Ipv4: name, Dualstack: name },
    Fleetkey: { Site: row.site },
  }
}
