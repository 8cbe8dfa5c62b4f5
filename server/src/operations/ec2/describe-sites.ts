import { securityGroupArn, subnetArn } from '@fleetkey/domain/arn'
import { ec2NotFound } from '@fleetkey/domain/exceptions'
import type { Tags } from '@fleetkey/domain/instance'
import { availabilityZoneIdOf, availabilityZoneOf, DEFAULT_SITE } from '@fleetkey/domain/site'
import type { World } from '../operation.ts'
import { describeList } from './describe.ts'
import { SECURITY_GROUP_NAME } from './shown-instance.ts'
import { shownTags } from './shown-tags.ts'
import { sitesInUse, type Site } from './sites.ts'

// A site is a VPC, its one subnet and its one security group: three lists of the same rows.

interface Row extends Site {
  readonly world: World
}

const rows = async (world: World): Promise<readonly Row[]> =>
  (await sitesInUse(world)).map((site) => ({ ...site, world }))

/** The default site first, then by name. */
const keyOf = ({ name }: Row): string => (name === DEFAULT_SITE ? ' ' : `!${name}`)

const tagsOf = ({ name }: Row): Tags => ({ Name: name })
const isDefault = ({ name }: Row): boolean => name === DEFAULT_SITE
const account = ({ world }: Row) => [world.realm.accountId]
const zone = ({ world }: Row): string => availabilityZoneOf(world.realm.region)
const zoneId = ({ world }: Row): string => availabilityZoneIdOf(world.realm.region)

/** A site is not made of address blocks: any address may stand in it. */
const ANY_ADDRESS = '0.0.0.0/0'

/** EC2 API reference, "DescribeVpcs". */
export const describeVpcs = describeList<Row>({
  name: 'DescribeVpcs',
  answer: 'Vpcs',
  rows,
  keyOf,
  paged: true,
  named: [{ member: 'VpcIds', of: ({ vpcId }) => vpcId, notFound: (id) => ec2NotFound('vpc', id) }],
  filterable: {
    tags: tagsOf,
    names: {
      cidr: () => [ANY_ADDRESS],
      'is-default': (row) => [String(isDefault(row))],
      isDefault: (row) => [String(isDefault(row))],
      'owner-id': account,
      state: () => ['available'],
      'vpc-id': ({ vpcId }) => [vpcId],
    },
  },
  show: (row, { realm }) => ({
    VpcId: row.vpcId,
    OwnerId: realm.accountId,
    State: 'available',
    CidrBlock: ANY_ADDRESS,
    CidrBlockAssociationSet: [],
    Ipv6CidrBlockAssociationSet: [],
    InstanceTenancy: 'default',
    IsDefault: isDefault(row),
    Tags: shownTags(tagsOf(row)),
  }),
})

/** EC2 API reference, "DescribeSubnets". */
export const describeSubnets = describeList<Row>({
  name: 'DescribeSubnets',
  answer: 'Subnets',
  rows,
  keyOf,
  paged: true,
  named: [
    {
      member: 'SubnetIds',
      of: ({ subnetId }) => subnetId,
      notFound: (id) => ec2NotFound('subnet', id),
    },
  ],
  filterable: {
    tags: tagsOf,
    names: {
      'availability-zone': (row) => [zone(row)],
      'availability-zone-id': (row) => [zoneId(row)],
      availabilityZone: (row) => [zone(row)],
      availabilityZoneId: (row) => [zoneId(row)],
      cidr: () => [ANY_ADDRESS],
      'cidr-block': () => [ANY_ADDRESS],
      'default-for-az': (row) => [String(isDefault(row))],
      defaultForAz: (row) => [String(isDefault(row))],
      'owner-id': account,
      state: () => ['available'],
      'subnet-arn': ({ subnetId, world }) => [subnetArn(world.realm, subnetId)],
      'subnet-id': ({ subnetId }) => [subnetId],
      'vpc-id': ({ vpcId }) => [vpcId],
    },
  },
  show: (row, { realm }) => ({
    SubnetId: row.subnetId,
    SubnetArn: subnetArn(realm, row.subnetId),
    VpcId: row.vpcId,
    OwnerId: realm.accountId,
    State: 'available',
    AvailabilityZone: zone(row),
    AvailabilityZoneId: zoneId(row),
    CidrBlock: ANY_ADDRESS,
    Ipv6CidrBlockAssociationSet: [],
    Ipv6Native: false,
    AssignIpv6AddressOnCreation: false,
    MapPublicIpOnLaunch: false,
    DefaultForAz: isDefault(row),
    Tags: shownTags(tagsOf(row)),
  }),
})

/** AWS's rules are not kept here, so none is shown. */
const NO_RULES =
  'Fleetkey enforces no security group rules: the firewalls of host and network decide'

/** EC2 API reference, "DescribeSecurityGroups". */
export const describeSecurityGroups = describeList<Row>({
  name: 'DescribeSecurityGroups',
  answer: 'SecurityGroups',
  rows,
  keyOf,
  paged: true,
  named: [
    {
      member: 'GroupIds',
      of: ({ securityGroupId }) => securityGroupId,
      notFound: (id) => ec2NotFound('securityGroup', id),
    },
    {
      member: 'GroupNames',
      of: () => SECURITY_GROUP_NAME,
      notFound: (name) => ec2NotFound('securityGroup', name),
    },
  ],
  filterable: {
    names: {
      description: () => [NO_RULES],
      'group-id': ({ securityGroupId }) => [securityGroupId],
      'group-name': () => [SECURITY_GROUP_NAME],
      'owner-id': account,
      'vpc-id': ({ vpcId }) => [vpcId],
    },
    tags: tagsOf,
  },
  show: (row, { realm }) => ({
    GroupId: row.securityGroupId,
    GroupName: SECURITY_GROUP_NAME,
    SecurityGroupArn: securityGroupArn(realm, row.securityGroupId),
    Description: NO_RULES,
    OwnerId: realm.accountId,
    VpcId: row.vpcId,
    IpPermissions: [],
    IpPermissionsEgress: [],
    Tags: shownTags(tagsOf(row)),
  }),
})
