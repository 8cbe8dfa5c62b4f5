import { subnetArn } from '@fleetkey/domain/arn'
import { ec2NotFound } from '@fleetkey/domain/exceptions/ec2'
import type { Tags } from '@fleetkey/domain/instance'
import { availabilityZoneIdOf, availabilityZoneOf, DEFAULT_SITE } from '@fleetkey/domain/site'
import type { World } from '../operation.ts'
import { describeList } from './describe.ts'
import { shownTags } from './shown-tags.ts'
import { sitesInUse, type Site } from './sites.ts'

// A site is a VPC and its one subnet: two lists of the same rows.

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
