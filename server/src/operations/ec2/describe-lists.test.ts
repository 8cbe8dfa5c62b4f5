import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { enrolHost } from '../../testing/fake-agent.ts'

let plane: ControlPlane
let account = ''
before(async () => {
  plane = await startControlPlane()
  account = (await plane.root.done('GetCallerIdentity', {})).Account
  await enrolHost(plane, { Site: 'berlin' })
  await enrolHost(plane, { Site: 'berlin' })
  await enrolHost(plane, { Site: 'Aachen', Name: 'a-1' })
  const launch = { imageId: 'golden', instanceType: 'big.one', reservationId: 'r-0', index: 0 }
  const launchedAt = Date.now()
  const rest = { launch, launchedAt, expiresAt: launchedAt + 3_600_000, createdBy: 'root' }
  await plane.store.pendingInstances.create(
    [{ instanceId: 'i-0123456789abcdef0', tags: { Site: 'cellar' }, ...rest }],
    { limit: 10 },
  )
})
after(() => plane.close())

const done = (operation: string, fields: object = {}) => plane.root.done(operation, fields)
async function refused(operation: string, fields: object) {
  const { status, code, message } = await plane.root.call(operation, fields)
  assert.equal(status, 400)
  return `${code}: ${message}`
}
const nameOf = ({ Tags }: { Tags: { Key: string; Value: string }[] }) => Tags[0]?.Value
const filter = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] })

describe('the sites', () => {
  it('in use are VPCs with one subnet and a default security group each, the default one always', async () => {
    const { Vpcs } = await done('DescribeVpcs')
    const { Subnets } = await done('DescribeSubnets')
    const { SecurityGroups } = await done('DescribeSecurityGroups')
    const names = ['default', 'Aachen', 'berlin', 'cellar']
    assert.deepEqual(Vpcs.map(nameOf), names)
    assert.deepEqual(Subnets.map(nameOf), names)
    assert.deepEqual(SecurityGroups.map(nameOf), names)
    const ids = Vpcs.map(({ VpcId }: { VpcId: string }) => VpcId)
    assert.deepEqual(
      Subnets.map(({ VpcId }: { VpcId: string }) => VpcId),
      ids,
    )
    assert.deepEqual(
      SecurityGroups.map(({ VpcId }: { VpcId: string }) => VpcId),
      ids,
    )
    assert.deepEqual(
      Vpcs.map(({ IsDefault }: { IsDefault: boolean }) => IsDefault),
      [true, false, false, false],
    )
    assert.equal(
      Subnets[0].SubnetArn,
      `arn:aws:ec2:on-prem-1:${account}:subnet/${Subnets[0].SubnetId}`,
    )
    assert.deepEqual(
      new Set(SecurityGroups.map(({ GroupName }: { GroupName: string }) => GroupName)),
      new Set(['default']),
    )
  })

  it('are found by id, filter and page', async () => {
    const { Vpcs } = await done('DescribeVpcs', filter('tag:Name', 'ber*'))
    const [{ VpcId }] = Vpcs
    assert.equal(Vpcs.length, 1)
    assert.deepEqual((await done('DescribeVpcs', { VpcIds: [VpcId] })).Vpcs, Vpcs)
    const { Subnets } = await done('DescribeSubnets', filter('vpc-id', VpcId))
    assert.deepEqual(Subnets.map(nameOf), ['berlin'])
    const groups = await done('DescribeSecurityGroups', {
      ...filter('vpc-id', VpcId),
      GroupNames: ['default'],
    })
    assert.deepEqual(groups.SecurityGroups.map(nameOf), ['berlin'])
    const isDefault = await done('DescribeVpcs', filter('is-default', 'true'))
    assert.deepEqual(isDefault.Vpcs.map(nameOf), ['default'])
    const first = await done('DescribeVpcs', { MaxResults: 3 })
    const second = await done('DescribeVpcs', { MaxResults: 3, NextToken: first.NextToken })
    assert.deepEqual(second.Vpcs.map(nameOf), ['cellar'])
    assert.equal(
      (await refused('DescribeSubnets', { NextToken: first.NextToken })).split(':')[0],
      'InvalidNextToken',
    )
  })

  it('that are not there have the codes of EC2', async () => {
    assert.equal(
      await refused('DescribeVpcs', { VpcIds: ['vpc-0'] }),
      "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist",
    )
    assert.equal(
      await refused('DescribeSubnets', { SubnetIds: ['subnet-0'] }),
      "InvalidSubnetID.NotFound: The subnet ID 'subnet-0' does not exist",
    )
    assert.equal(
      await refused('DescribeSecurityGroups', { GroupIds: ['sg-0'] }),
      "InvalidGroup.NotFound: The security group 'sg-0' does not exist",
    )
    assert.match(
      await refused('DescribeSecurityGroups', { GroupNames: ['web'] }),
      /^InvalidGroup\.NotFound/,
    )
  })
})

describe('the region', () => {
  it('is one, with one zone', async () => {
    const { Regions } = await done('DescribeRegions', { AllRegions: true })
    assert.deepEqual(Regions, [
      {
        RegionName: 'on-prem-1',
        Endpoint: 'ec2.on-prem-1.amazonaws.com',
        OptInStatus: 'opt-in-not-required',
      },
    ])
    const { AvailabilityZones } = await done('DescribeAvailabilityZones', {
      ZoneIds: ['onp1-az1'],
      ...filter('state', 'available'),
    })
    assert.equal(AvailabilityZones.length, 1)
    assert.equal(AvailabilityZones[0].ZoneName, 'on-prem-1a')
    assert.deepEqual(await done('DescribeRegions', filter('region-name', 'eu-*')), { Regions: [] })
  })

  it('refuses others', async () => {
    assert.equal(
      await refused('DescribeRegions', { RegionNames: ['eu-west-1'] }),
      'InvalidParameterValue: Invalid region provided: [eu-west-1]',
    )
    assert.match(
      await refused('DescribeAvailabilityZones', { ZoneNames: ['on-prem-1b'] }),
      /^InvalidParameterValue: Invalid availability zone: \[on-prem-1b\]/,
    )
    assert.match(
      await refused('DescribeAvailabilityZones', { AllAvailabilityZones: 'yes' }),
      /^SerializationException/,
    )
  })
})

describe('images and instance types', () => {
  it('are those that instances were launched as, and that of hosts that only joined', async () => {
    const { Images } = await done('DescribeImages', { Owners: ['self'] })
    assert.deepEqual(
      Images.map(({ ImageId, OwnerId, State }: Record<string, string>) => [
        ImageId,
        OwnerId,
        State,
      ]),
      [
        ['fleetkey-host', account, 'available'],
        ['golden', account, 'available'],
      ],
    )
    const { InstanceTypes } = await done('DescribeInstanceTypes')
    assert.deepEqual(
      InstanceTypes.map((one: { InstanceType: string; ProcessorInfo: object }) => [
        one.InstanceType,
        one.ProcessorInfo,
      ]),
      [
        ['big.one', { SupportedArchitectures: [] }],
        ['fleetkey.host', { SupportedArchitectures: ['x86_64'] }],
      ],
    )
  })

  it('of others are none', async () => {
    assert.deepEqual(await done('DescribeImages', { Owners: ['amazon'] }), { Images: [] })
    assert.deepEqual(await done('DescribeImages', { ExecutableUsers: ['all'] }), { Images: [] })
    const own = await done('DescribeImages', { Owners: [account], ...filter('name', 'g*') })
    assert.equal(own.Images.length, 1)
    assert.match(
      await refused('DescribeImages', { ImageIds: ['ami-1'] }),
      /^InvalidAMIID\.NotFound/,
    )
    assert.match(
      await refused('DescribeInstanceTypes', { InstanceTypes: ['t3.micro'] }),
      /^InvalidInstanceType: .*\[t3\.micro\]/,
    )
  })
})
