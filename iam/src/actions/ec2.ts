import { list, read, service, tagging, write, type ResourceType } from './service.ts'
import { removesTags, setsTags } from './tag-keys.ts'

const resource = (name: string, arn: string): ResourceType => ({
  name,
  arn,
  keys: ['aws:ResourceTag/${TagKey}', 'ec2:ResourceTag/${TagKey}'],
})
const ofAccount = (name: string) =>
  resource(name, `arn:\${Partition}:ec2:\${Region}:\${Account}:${name}/\${Id}`)

export const instance = ofAccount('instance')
export const instanceConnectEndpoint = ofAccount('instance-connect-endpoint')
const securityGroup: ResourceType = {
  ...ofAccount('security-group'),
  keys: [...ofAccount('security-group').keys, 'ec2:SecurityGroupID', 'ec2:Vpc'],
}
const securityGroupRule = ofAccount('security-group-rule')
const vpc = ofAccount('vpc')
const subnet = ofAccount('subnet')
const image = resource('image', 'arn:${Partition}:ec2:${Region}::image/${Id}')

/** Service Authorization Reference, "Amazon EC2": what the AWS CLI needs round EC2 Instance Connect. */
export const EC2 = service('ec2', [
  list('DescribeInstances'),
  list('DescribeInstanceAttribute', [instance]),
  list('DescribeInstanceStatus'),
  list('DescribeInstanceTypes'),
  list('DescribeImages'),
  list('DescribeInstanceConnectEndpoints'),
  list('DescribeRegions'),
  list('DescribeAvailabilityZones'),
  list('DescribeManagedPrefixLists'),
  list('DescribePrefixLists'),
  list('DescribeSecurityGroupRules'),
  list('DescribeSecurityGroups'),
  list('DescribeSubnets'),
  read('DescribeTags'),
  list('DescribeVpcs'),
  tagging(
    'CreateTags',
    [instance, instanceConnectEndpoint, securityGroup, securityGroupRule],
    setsTags,
  ),
  tagging(
    'DeleteTags',
    [instance, instanceConnectEndpoint, securityGroup, securityGroupRule],
    removesTags,
  ),
  write(
    'CreateInstanceConnectEndpoint',
    [instanceConnectEndpoint, subnet, securityGroup],
    [...setsTags, 'ec2:SubnetID'],
  ),
  write(
    'ModifyInstanceConnectEndpoint',
    [instanceConnectEndpoint, securityGroup],
    ['ec2:Attribute', 'ec2:Attribute/${AttributeName}'],
  ),
  write('DeleteInstanceConnectEndpoint', [instanceConnectEndpoint], ['ec2:SubnetID']),
  write('CreateSecurityGroup', [securityGroup, vpc], setsTags),
  write('DeleteSecurityGroup', [securityGroup]),
  write('AuthorizeSecurityGroupIngress', [securityGroup, securityGroupRule], setsTags),
  write('RevokeSecurityGroupIngress', [securityGroup]),
  write(
    'ModifyInstanceAttribute',
    [instance, securityGroup],
    ['ec2:Attribute', 'ec2:Attribute/${AttributeName}'],
  ),
  write(
    'RunInstances',
    [
      instance,
      image,
      subnet,
      securityGroup,
      ...['key-pair', 'network-interface', 'volume'].map(ofAccount),
    ],
    [...setsTags, 'ec2:InstanceType', 'ec2:SubnetID'],
  ),
  write('TerminateInstances', [instance]),
])
