import { invalidParameterValue } from '@fleetkey/domain/exceptions/ec2'
import type { Realm } from '@fleetkey/domain/realm'
import { availabilityZoneIdOf, availabilityZoneOf } from '@fleetkey/domain/site'
import { describeList } from './describe.ts'

// There is one region, the deployment's own, with one zone.

const OPT_IN_STATUS = 'opt-in-not-required'

/** EC2 API reference, "DescribeRegions". */
export const describeRegions = describeList<Realm>({
  name: 'DescribeRegions',
  answer: 'Regions',
  rows: ({ realm }) => [realm],
  keyOf: ({ region }) => region,
  named: [
    {
      member: 'RegionNames',
      of: ({ region }) => region,
      notFound: (name) => invalidParameterValue(`Invalid region provided: [${name.slice(0, 64)}]`),
    },
  ],
  also: (v) => void v.optionalBoolean('AllRegions'),
  filterable: {
    names: {
      endpoint: (realm) => [endpointOf(realm)],
      'opt-in-status': () => [OPT_IN_STATUS],
      'region-name': ({ region }) => [region],
    },
  },
  show: (realm) => ({
    RegionName: realm.region,
    Endpoint: endpointOf(realm),
    OptInStatus: OPT_IN_STATUS,
  }),
})

/** As AWS names it. Clients that are told where this server is do not look here. */
const endpointOf = ({ region }: Realm): string => `ec2.${region}.amazonaws.com`

/** EC2 API reference, "DescribeAvailabilityZones". */
export const describeAvailabilityZones = describeList<Realm>({
  name: 'DescribeAvailabilityZones',
  answer: 'AvailabilityZones',
  rows: ({ realm }) => [realm],
  keyOf: ({ region }) => region,
  named: [
    {
      member: 'ZoneNames',
      of: ({ region }) => availabilityZoneOf(region),
      notFound: (name) =>
        invalidParameterValue(`Invalid availability zone: [${name.slice(0, 64)}]`),
    },
    {
      member: 'ZoneIds',
      of: ({ region }) => availabilityZoneIdOf(region),
      notFound: (id) => invalidParameterValue(`Invalid availability zone-id: [${id.slice(0, 64)}]`),
    },
  ],
  also: (v) => void v.optionalBoolean('AllAvailabilityZones'),
  filterable: {
    names: {
      'group-name': ({ region }) => [region],
      message: () => [],
      'opt-in-status': () => [OPT_IN_STATUS],
      'region-name': ({ region }) => [region],
      state: () => ['available'],
      'zone-id': ({ region }) => [availabilityZoneIdOf(region)],
      'zone-name': ({ region }) => [availabilityZoneOf(region)],
      'zone-type': () => ['availability-zone'],
    },
  },
  show: ({ region }) => ({
    State: 'available',
    OptInStatus: OPT_IN_STATUS,
    Messages: [],
    RegionName: region,
    ZoneName: availabilityZoneOf(region),
    ZoneId: availabilityZoneIdOf(region),
    GroupName: region,
    NetworkBorderGroup: region,
    ZoneType: 'availability-zone',
  }),
})
