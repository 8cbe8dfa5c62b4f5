import { unknownParameter } from '@fleetkey/domain/exceptions/ec2'
import { QueryText, type Fields } from './fields.ts'

/**
 * What one parameter of an EC2 request is. A value and a structure go by the name of their member; a list is flat and has a name of its
 * own: `InstanceId.1` is the first of `InstanceIds` (Smithy, "AWS EC2 query protocol").
 */
export type Ec2Parameter =
  /** `name` where a request spells it otherwise than the SDKs. */
  | { readonly kind: 'value'; readonly name?: string }
  | { readonly kind: 'list'; readonly name: string; readonly of: Ec2Parameter }
  | { readonly kind: 'structure'; readonly members: Ec2Parameters }

/** By the names that members have in AWS's SDKs, which are those of our operations. */
export interface Ec2Parameters {
  readonly [member: string]: Ec2Parameter
}

const value: Ec2Parameter = { kind: 'value' }
const listOf = (name: string, of: Ec2Parameter = value): Ec2Parameter => ({
  kind: 'list',
  name,
  of,
})
const structure = (members: Ec2Parameters): Ec2Parameter => ({ kind: 'structure', members })

const filters = { Filters: listOf('Filter', structure({ Name: value, Values: listOf('Value') })) }
const pages = { MaxResults: value, NextToken: value }
const resourceTags = {
  Resources: listOf('ResourceId'),
  Tags: listOf('Tag', structure({ Key: value, Value: value })),
}

const tagSpecifications = {
  TagSpecifications: listOf(
    'TagSpecification',
    structure({
      ResourceType: value,
      Tags: listOf('Tag', structure({ Key: value, Value: value })),
    }),
  ),
}
/** EC2 has it as it came about: most lists here have the name of their member. */
const source = (member: string): Ec2Parameter => structure({ [member]: value, Description: value })
const ingress = {
  GroupId: value,
  GroupName: value,
  IpPermissions: listOf(
    'IpPermissions',
    structure({
      FromPort: value,
      IpProtocol: value,
      IpRanges: listOf('IpRanges', source('CidrIp')),
      Ipv6Ranges: listOf('Ipv6Ranges', source('CidrIpv6')),
      PrefixListIds: listOf('PrefixListIds', source('PrefixListId')),
      ToPort: value,
      UserIdGroupPairs: listOf(
        'Groups',
        structure({
          Description: value,
          GroupId: value,
          GroupName: value,
          PeeringStatus: value,
          UserId: value,
          VpcId: value,
          VpcPeeringConnectionId: value,
        }),
      ),
    }),
  ),
  CidrIp: value,
  FromPort: value,
  IpProtocol: value,
  SourceSecurityGroupName: value,
  SourceSecurityGroupOwnerId: value,
  ToPort: value,
}
const prefixLists = { ...filters, ...pages, PrefixListIds: listOf('PrefixListId') }
const securityGroupIds = { SecurityGroupIds: listOf('SecurityGroupId') }

/** Every operation takes it. */
const ofAll: Ec2Parameters = { DryRun: value }

/** The parameters of each operation. What is not here is refused: a misspelt filter would else ask for everything. */
export const EC2_PARAMETERS: Readonly<Record<string, Ec2Parameters>> = {
  AuthorizeSecurityGroupIngress: { ...ingress, ...tagSpecifications },
  CreateInstanceConnectEndpoint: {
    ClientToken: value,
    IpAddressType: value,
    PreserveClientIp: value,
    SubnetId: value,
    ...securityGroupIds,
    ...tagSpecifications,
  },
  CreateSecurityGroup: {
    Description: { kind: 'value', name: 'GroupDescription' },
    GroupName: value,
    VpcId: value,
    ...tagSpecifications,
  },
  CreateTags: resourceTags,
  DeleteInstanceConnectEndpoint: { InstanceConnectEndpointId: value },
  DeleteSecurityGroup: { GroupId: value, GroupName: value },
  DeleteTags: resourceTags,
  DescribeAvailabilityZones: {
    AllAvailabilityZones: value,
    ZoneIds: listOf('ZoneId'),
    ZoneNames: listOf('ZoneName'),
    ...filters,
  },
  DescribeImages: {
    ExecutableUsers: listOf('ExecutableBy'),
    ImageIds: listOf('ImageId'),
    IncludeDeprecated: value,
    IncludeDisabled: value,
    Owners: listOf('Owner'),
    ...filters,
    ...pages,
  },
  DescribeInstanceAttribute: { Attribute: value, InstanceId: value },
  DescribeInstanceConnectEndpoints: {
    InstanceConnectEndpointIds: listOf('InstanceConnectEndpointId'),
    ...filters,
    ...pages,
  },
  DescribeInstanceStatus: {
    IncludeAllInstances: value,
    IncludeManagedResources: value,
    InstanceIds: listOf('InstanceId'),
    ...filters,
    ...pages,
  },
  DescribeInstanceTypes: {
    InstanceTypes: listOf('InstanceType'),
    ...filters,
    ...pages,
  },
  DescribeInstances: {
    IncludeManagedResources: value,
    InstanceIds: listOf('InstanceId'),
    ...filters,
    ...pages,
  },
  DescribeManagedPrefixLists: prefixLists,
  DescribePrefixLists: prefixLists,
  DescribeRegions: { AllRegions: value, RegionNames: listOf('RegionName'), ...filters },
  DescribeSecurityGroupRules: {
    SecurityGroupRuleIds: listOf('SecurityGroupRuleId'),
    ...filters,
    ...pages,
  },
  DescribeSecurityGroups: {
    GroupIds: listOf('GroupId'),
    GroupNames: listOf('GroupName'),
    ...filters,
    ...pages,
  },
  DescribeSubnets: { SubnetIds: listOf('SubnetId'), ...filters, ...pages },
  DescribeTags: { ...filters, ...pages },
  DescribeVpcs: { VpcIds: listOf('VpcId'), ...filters, ...pages },
  ModifyInstanceAttribute: { Groups: listOf('GroupId'), InstanceId: value },
  ModifyInstanceConnectEndpoint: {
    InstanceConnectEndpointId: value,
    IpAddressType: value,
    PreserveClientIp: value,
    ...securityGroupIds,
  },
  RevokeSecurityGroupIngress: {
    ...ingress,
    SecurityGroupRuleIds: listOf('SecurityGroupRuleId'),
  },
  // The members that say how a machine is to be are not here: it would not be so.
  RunInstances: {
    ClientToken: value,
    IamInstanceProfile: structure({ Arn: value, Name: value }),
    ImageId: value,
    InstanceType: value,
    KeyName: value,
    MaxCount: value,
    MinCount: value,
    SecurityGroups: listOf('SecurityGroup'),
    SubnetId: value,
    UserData: value,
    ...securityGroupIds,
    ...tagSpecifications,
  },
  TerminateInstances: { Force: value, InstanceIds: listOf('InstanceId'), SkipOsShutdown: value },
}

/**
 * The parameters of a request (parseQueryRequest) under the names of our operations' members. Throws `UnknownParameter`, as EC2 does, for
 * one that the operation does not have.
 */
export function readEc2Parameters(action: string, fields: Fields): Fields {
  const known = Object.hasOwn(EC2_PARAMETERS, action) ? EC2_PARAMETERS[action] : {}
  return new Map(renamed([...fields], { ...known, ...ofAll }, ''))
}

function renamed(
  given: readonly (readonly [string, unknown])[],
  known: Ec2Parameters,
  path: string,
): readonly (readonly [string, unknown])[] {
  return given.map(([name, below]) => {
    const [member, parameter] = memberOf(name, known) ?? []
    if (member === undefined || parameter === undefined) {
      throw unknownParameter(`${path}${name}`)
    }
    return [member, read(below, parameter, `${path}${name}.`)]
  })
}

function memberOf(name: string, known: Ec2Parameters): readonly [string, Ec2Parameter] | undefined {
  return Object.entries(known).find(
    ([member, parameter]) => ec2ParameterName(member, parameter) === name,
  )
}

/** Of a member in a request: `InstanceId` of `InstanceIds`. */
export const ec2ParameterName = (member: string, parameter: Ec2Parameter): string =>
  ('name' in parameter ? parameter.name : undefined) ?? member

/** What is not of the kind that the parameter is stays as it is: whoever reads the member says so. */
function read(given: unknown, parameter: Ec2Parameter, path: string): unknown {
  switch (parameter.kind) {
    case 'value':
      return given
    case 'list':
      if (!Array.isArray(given)) return given
      return given.map((item: unknown, index) => read(item, parameter.of, `${path}${index + 1}.`))
    case 'structure':
      if (!isRecord(given)) return given
      return Object.assign(
        Object.create(null) as object,
        Object.fromEntries(renamed(Object.entries(given), parameter.members, path)),
      )
  }
}

function isRecord(given: unknown): given is Record<string, unknown> {
  return (
    typeof given === 'object' &&
    given !== null &&
    !Array.isArray(given) &&
    !(given instanceof QueryText)
  )
}
