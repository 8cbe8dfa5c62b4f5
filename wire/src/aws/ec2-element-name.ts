/**
 * What the rule does not find, under the member alone or under the member that it stands below: `Instances.State` is the State of an item of
 * Instances, `DescribeInstances.Reservations` stands in the answer itself. From AWS's model of EC2 (2016-11-15); held to it by a test.
 */
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'Reservations.Instances': 'instancesSet',
    'TerminateInstances.TerminatingInstances': 'instancesSet',
    'RunInstances.Instances': 'instancesSet',
    'Instances.PublicDnsName': 'dnsName',
    'Instances.PublicIpAddress': 'ipAddress',
    'Instances.State': 'instanceState',
    'Instances.StateTransitionReason': 'reason',
    'Instances.SecurityGroups': 'groupSet',
    'Instances.BlockDeviceMappings': 'blockDeviceMapping',
    'NetworkInterfaces.Ipv6Addresses': 'ipv6AddressesSet',
    'NetworkInterfaces.PrivateIpAddresses': 'privateIpAddressesSet',
    'DescribeInstanceStatus.InstanceStatuses': 'instanceStatusSet',
    'InstanceStatuses.Events': 'eventsSet',
    Details: 'details',
    'DescribeRegions.Regions': 'regionInfo',
    'Regions.Endpoint': 'regionEndpoint',
    'DescribeAvailabilityZones.AvailabilityZones': 'availabilityZoneInfo',
    'AvailabilityZones.State': 'zoneState',
    CidrBlockAssociationSet: 'cidrBlockAssociationSet',
    Ipv6CidrBlockAssociationSet: 'ipv6CidrBlockAssociationSet',
    'DescribeSecurityGroups.SecurityGroups': 'securityGroupInfo',
    'SecurityGroups.Description': 'groupDescription',
    IpPermissions: 'ipPermissions',
    IpRanges: 'ipRanges',
    Ipv6Ranges: 'ipv6Ranges',
    PrefixListIds: 'prefixListIds',
    UserIdGroupPairs: 'groups',
    IpPermissionsEgress: 'ipPermissionsEgress',
    SupportedArchitectures: 'supportedArchitectures',
    SupportedRootDeviceTypes: 'supportedRootDeviceTypes',
    SupportedUsageClasses: 'supportedUsageClasses',
    SupportedVirtualizationTypes: 'supportedVirtualizationTypes',
    SupportedBootModes: 'supportedBootModes',
    'DescribeImages.Images': 'imagesSet',
    'Images.BlockDeviceMappings': 'blockDeviceMapping',
    'Images.OwnerId': 'imageOwnerId',
    'Images.Public': 'isPublic',
    'Images.State': 'imageState',
    ProductCodes: 'productCodes',
  }),
)

/**
 * The element that holds a member in an EC2 answer: its name with a small first letter, and a list in the singular with `Set` behind it
 * (`Tags` is `tagSet`), but for those that EC2 spells otherwise.
 * @param parent the member that it stands below, or the operation
 */
export function ec2ElementName(
  member: string,
  { kind, parent }: { readonly kind: 'list' | 'other'; readonly parent: string },
): string {
  const spelled = SPELLINGS.get(`${parent}.${member}`) ?? SPELLINGS.get(member)
  if (spelled !== undefined) return spelled
  const name = `${member.charAt(0).toLowerCase()}${member.slice(1)}`
  return kind === 'list' ? `${name.replace(/s$/, '')}Set` : name
}
