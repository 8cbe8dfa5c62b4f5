import {
  launched,
  hostile,
  texts,
  text,
  integer,
  flag,
  filters,
  tagSpecifications,
  ec2,
} from './ec2-clients.given.ts'
import type { ClientCase } from './query-clients.cases.ts'

const endpoint = {
  OwnerId: '123456789012',
  InstanceConnectEndpointId: 'eice-0a',
  InstanceConnectEndpointArn:
    'arn:aws:ec2:on-prem-1:123456789012:instance-connect-endpoint/eice-0a',
  State: 'create-complete',
  StateMessage: '',
  DnsName: 'fleet.example.org',
  NetworkInterfaceIds: [],
  VpcId: 'vpc-0a',
  AvailabilityZone: 'on-prem-1a',
  AvailabilityZoneId: 'onp1-az1',
  CreatedAt: launched,
  SubnetId: 'subnet-0a',
  PreserveClientIp: false,
  SecurityGroupIds: ['sg-0a'],
  Tags: [{ Key: 'Name', Value: hostile }],
  IpAddressType: 'dualstack',
  PublicDnsNames: {
    Ipv4: { DnsName: 'fleet.example.org' },
    Dualstack: { DnsName: 'fleet.example.org' },
  },
}

/** Calls that came after the model of the botocore that Debian 12 has: for the SDK for JavaScript. */
export const NEWER_EC2_CLIENT_CASES: readonly ClientCase[] = [
  ec2(
    'CreateInstanceConnectEndpoint',
    {
      SubnetId: 'subnet-0a',
      SecurityGroupIds: ['sg-0a', 'sg-0b'],
      PreserveClientIp: false,
      IpAddressType: 'ipv6',
      ClientToken: 'once',
      TagSpecifications: [
        { ResourceType: 'instance-connect-endpoint', Tags: [{ Key: 'a', Value: 'b' }] },
      ],
    },
    {
      read: [
        text('SubnetId'),
        texts('SecurityGroupIds'),
        flag('PreserveClientIp'),
        text('IpAddressType'),
        text('ClientToken'),
        tagSpecifications,
      ],
      output: { InstanceConnectEndpoint: endpoint, ClientToken: 'once' },
    },
  ),
  ec2(
    'DescribeInstanceConnectEndpoints',
    {
      InstanceConnectEndpointIds: ['eice-0a'],
      Filters: [{ Name: 'state', Values: ['create-complete', 'update-complete'] }],
      MaxResults: 5,
    },
    {
      read: [texts('InstanceConnectEndpointIds'), filters, integer('MaxResults')],
      output: { InstanceConnectEndpoints: [endpoint], NextToken: 'next' },
    },
  ),
  ec2(
    'DescribeInstanceConnectEndpoints',
    {},
    {
      output: {
        InstanceConnectEndpoints: [{ ...endpoint, Fleetkey: { Site: 'default' } }],
      },
      understood: { InstanceConnectEndpoints: [endpoint] },
    },
  ),
  ec2(
    'ModifyInstanceConnectEndpoint',
    {
      InstanceConnectEndpointId: 'eice-0a',
      IpAddressType: 'ipv4',
      SecurityGroupIds: ['sg-0a'],
      PreserveClientIp: false,
    },
    {
      read: [
        text('InstanceConnectEndpointId'),
        text('IpAddressType'),
        texts('SecurityGroupIds'),
        flag('PreserveClientIp'),
      ],
      output: { Return: true },
    },
  ),
  ec2(
    'DeleteInstanceConnectEndpoint',
    { InstanceConnectEndpointId: 'eice-0a' },
    {
      read: [text('InstanceConnectEndpointId')],
      output: { InstanceConnectEndpoint: { ...endpoint, State: 'delete-in-progress' } },
    },
  ),
]
