import {
  launched,
  hostile,
  texts,
  text,
  integer,
  flag,
  filters,
  tags,
  tagSpecifications,
  ec2,
} from './ec2-clients.given.ts'
import type { ClientCase } from './query-clients.cases.ts'

const group = { GroupId: 'sg-0a', GroupName: 'default' }
const instance = {
  InstanceId: 'i-0a',
  ImageId: 'fleetkey-host',
  State: { Code: 80, Name: 'stopped' },
  StateReason: { Code: 'Server.AgentLinkLost', Message: hostile },
  StateTransitionReason: 'lost',
  PrivateDnsName: 'web-1',
  PublicDnsName: '',
  InstanceType: 'fleetkey.host',
  LaunchTime: launched,
  Placement: { AvailabilityZone: 'on-prem-1a', Tenancy: 'default' },
  SubnetId: 'subnet-0a',
  VpcId: 'vpc-0a',
  PrivateIpAddress: '10.0.0.7',
  PublicIpAddress: '192.0.2.7',
  Ipv6Address: '2001:db8::7',
  SecurityGroups: [group],
  NetworkInterfaces: [
    {
      NetworkInterfaceId: 'eni-0a',
      PrivateIpAddress: '10.0.0.7',
      PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: '10.0.0.7' }],
      Ipv6Addresses: [{ Ipv6Address: '2001:db8::7' }, { Ipv6Address: '2001:db8::8' }],
      Groups: [group],
      Status: 'in-use',
    },
  ],
  Architecture: 'arm64',
  PlatformDetails: 'Linux/UNIX',
  ProductCodes: [],
  BlockDeviceMappings: [],
  AmiLaunchIndex: 0,
  EbsOptimized: false,
  Monitoring: { State: 'disabled' },
  Tags: [
    { Key: 'Name', Value: hostile },
    { Key: '__proto__', Value: '' },
  ],
}

/** Calls of EC2, each with every member that our answers have. */
export const EC2_CLIENT_CASES: readonly ClientCase[] = [
  ec2(
    'DescribeInstances',
    {
      Filters: [
        { Name: 'tag:Name', Values: ['web-*', 'Zürich ☃ 😀 a+b &=%2B;', 'a\\*b'] },
        { Name: 'instance-state-name', Values: ['running'] },
      ],
      MaxResults: 5,
      NextToken: 'a+/b==',
    },
    {
      read: [filters, integer('MaxResults'), text('NextToken')],
      output: {
        Reservations: [
          { ReservationId: 'r-0a', OwnerId: '123456789012', Groups: [], Instances: [instance] },
          { ReservationId: 'r-0b', OwnerId: '123456789012', Groups: [], Instances: [] },
        ],
        NextToken: 'c+/d==',
      },
    },
  ),
  ec2(
    'DescribeInstances',
    { InstanceIds: ['i-0a', 'i-0b'], DryRun: false },
    {
      read: [texts('InstanceIds'), flag('DryRun')],
      output: { Reservations: [] },
    },
  ),
  // What is ours and no client knows is passed over.
  ec2(
    'DescribeInstances',
    {},
    {
      output: {
        Reservations: [
          {
            Instances: [
              { InstanceId: 'i-0a', Fleetkey: { Hostname: 'web', HostKeys: ['a', 'b'], Lock: {} } },
            ],
          },
        ],
      },
      understood: { Reservations: [{ Instances: [{ InstanceId: 'i-0a' }] }] },
    },
  ),
  ec2(
    'CreateTags',
    {
      Resources: ['i-0a', 'eice-0a'],
      Tags: [
        { Key: 'team', Value: 'Zürich ☃ 😀 a+b' },
        { Key: 'empty', Value: '' },
      ],
    },
    { read: [texts('Resources'), tags], output: { Return: true }, understood: {} },
  ),
  ec2(
    'DeleteTags',
    { Resources: ['i-0a'], Tags: [{ Key: 'team', Value: 'blue' }] },
    { read: [texts('Resources'), tags], output: { Return: true }, understood: {} },
  ),
  ec2(
    'DescribeTags',
    { Filters: [{ Name: 'resource-type', Values: ['instance'] }], MaxResults: 7 },
    {
      read: [filters, integer('MaxResults')],
      output: {
        Tags: [
          { Key: 'Name', Value: hostile, ResourceId: 'i-0a', ResourceType: 'instance' },
          { Key: 'a', ResourceId: 'eice-0a', ResourceType: 'instance-connect-endpoint', Value: '' },
        ],
        NextToken: 'x',
      },
    },
  ),
  ec2(
    'DescribeInstanceStatus',
    { InstanceIds: ['i-0a'], IncludeAllInstances: true },
    {
      read: [texts('InstanceIds'), flag('IncludeAllInstances')],
      output: {
        InstanceStatuses: [
          {
            InstanceId: 'i-0a',
            AvailabilityZone: 'on-prem-1a',
            InstanceState: { Code: 16, Name: 'running' },
            InstanceStatus: {
              Status: 'impaired',
              Details: [{ Name: 'reachability', Status: 'failed', ImpairedSince: launched }],
            },
            SystemStatus: { Status: 'ok', Details: [] },
            Events: [],
          },
        ],
      },
    },
  ),
  ec2(
    'DescribeRegions',
    { RegionNames: ['on-prem-1'], AllRegions: true },
    {
      read: [texts('RegionNames'), flag('AllRegions')],
      output: {
        Regions: [
          { RegionName: 'on-prem-1', Endpoint: 'localhost', OptInStatus: 'opt-in-not-required' },
        ],
      },
    },
  ),
  ec2(
    'DescribeAvailabilityZones',
    { ZoneNames: ['on-prem-1a'], ZoneIds: ['onp1-az1'], AllAvailabilityZones: false },
    {
      read: [texts('ZoneNames'), texts('ZoneIds'), flag('AllAvailabilityZones')],
      output: {
        AvailabilityZones: [
          {
            State: 'available',
            OptInStatus: 'opt-in-not-required',
            Messages: [],
            RegionName: 'on-prem-1',
            ZoneName: 'on-prem-1a',
            ZoneId: 'onp1-az1',
            GroupName: 'on-prem-1',
            NetworkBorderGroup: 'on-prem-1',
            ZoneType: 'availability-zone',
          },
        ],
      },
    },
  ),
  ec2(
    'DescribeVpcs',
    { VpcIds: ['vpc-0a'], MaxResults: 5 },
    {
      read: [texts('VpcIds'), integer('MaxResults')],
      output: {
        Vpcs: [
          {
            CidrBlock: '0.0.0.0/0',
            State: 'available',
            VpcId: 'vpc-0a',
            OwnerId: '123456789012',
            InstanceTenancy: 'default',
            CidrBlockAssociationSet: [],
            Ipv6CidrBlockAssociationSet: [],
            IsDefault: true,
            Tags: [{ Key: 'Name', Value: 'default' }],
          },
        ],
      },
    },
  ),
  ec2(
    'DescribeSubnets',
    { SubnetIds: ['subnet-0a'] },
    {
      read: [texts('SubnetIds')],
      output: {
        Subnets: [
          {
            AvailabilityZone: 'on-prem-1a',
            AvailabilityZoneId: 'onp1-az1',
            CidrBlock: '0.0.0.0/0',
            DefaultForAz: true,
            MapPublicIpOnLaunch: false,
            State: 'available',
            SubnetId: 'subnet-0a',
            VpcId: 'vpc-0a',
            OwnerId: '123456789012',
            AssignIpv6AddressOnCreation: false,
            Ipv6CidrBlockAssociationSet: [],
            Tags: [],
            SubnetArn: 'arn:aws:ec2:on-prem-1:123456789012:subnet/subnet-0a',
            Ipv6Native: false,
          },
        ],
      },
    },
  ),
  ec2(
    'DescribeSecurityGroups',
    { GroupIds: ['sg-0a'], GroupNames: ['default'] },
    {
      read: [texts('GroupIds'), texts('GroupNames')],
      output: {
        SecurityGroups: [
          {
            ...group,
            Description: hostile,
            OwnerId: '123456789012',
            IpPermissions: [],
            IpPermissionsEgress: [],
            Tags: [],
            VpcId: 'vpc-0a',
          },
        ],
      },
    },
  ),
  ec2(
    'DescribeInstanceTypes',
    { InstanceTypes: ['fleetkey.host'] },
    {
      read: [texts('InstanceTypes')],
      output: {
        InstanceTypes: [
          {
            InstanceType: 'fleetkey.host',
            CurrentGeneration: true,
            SupportedUsageClasses: ['on-demand'],
            BareMetal: true,
            ProcessorInfo: { SupportedArchitectures: ['x86_64', 'arm64'] },
            SupportedRootDeviceTypes: [],
            SupportedVirtualizationTypes: [],
            SupportedBootModes: [],
          },
        ],
      },
    },
  ),
  ec2(
    'DescribeImages',
    { ImageIds: ['fleetkey-host'], Owners: ['self', 'amazon'], ExecutableUsers: ['all'] },
    {
      read: [texts('ImageIds'), texts('Owners'), texts('ExecutableUsers')],
      output: {
        Images: [
          {
            ImageId: 'fleetkey-host',
            Name: 'fleetkey-host',
            Description: 'A host of yours',
            OwnerId: '123456789012',
            Public: false,
            State: 'available',
            Architecture: 'x86_64',
            ImageType: 'machine',
            PlatformDetails: 'Linux/UNIX',
            BlockDeviceMappings: [],
            ProductCodes: [],
            Tags: [],
          },
        ],
      },
    },
  ),
  ec2(
    'TerminateInstances',
    { InstanceIds: ['i-0a'] },
    {
      read: [texts('InstanceIds')],
      output: {
        TerminatingInstances: [
          {
            InstanceId: 'i-0a',
            PreviousState: { Code: 16, Name: 'running' },
            CurrentState: { Code: 32, Name: 'shutting-down' },
          },
        ],
      },
    },
  ),
  ec2(
    'RunInstances',
    {
      ImageId: 'fleetkey-host',
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 2,
      SubnetId: 'subnet-0a',
      SecurityGroupIds: ['sg-0a'],
      SecurityGroups: ['default'],
      ClientToken: 'once',
      TagSpecifications: [
        { ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'Zürich ☃ 😀' }] },
      ],
    },
    {
      read: [
        text('ImageId'),
        text('InstanceType'),
        integer('MinCount'),
        integer('MaxCount'),
        text('SubnetId'),
        texts('SecurityGroupIds'),
        texts('SecurityGroups'),
        text('ClientToken'),
        tagSpecifications,
      ],
      output: {
        ReservationId: 'r-0a',
        OwnerId: '123456789012',
        Groups: [],
        Instances: [{ ...instance, State: { Code: 0, Name: 'pending' } }],
      },
    },
  ),
  ec2(
    'DescribeInstanceAttribute',
    { InstanceId: 'i-0a', Attribute: 'userData' },
    {
      read: [text('InstanceId'), text('Attribute')],
      output: { InstanceId: 'i-0a', UserData: { Value: 'IyEvYmluL3NoCg==' } },
    },
  ),
  ec2(
    'DescribeInstanceAttribute',
    { InstanceId: 'i-0a', Attribute: 'instanceType', DryRun: false },
    {
      read: [text('InstanceId'), text('Attribute'), flag('DryRun')],
      output: { InstanceId: 'i-0a', InstanceType: { Value: 'fleetkey.host' } },
    },
  ),
]
