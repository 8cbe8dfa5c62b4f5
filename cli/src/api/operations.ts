/** An operation of the API: the service that its signature is for, and its name in AWS JSON 1.1's `X-Amz-Target`. */
export interface ApiOperation {
  readonly service: string
  readonly target: string
}

const operation = (service: string, target: string): ApiOperation => ({ service, target })

/** One of IAM's, by its name: `CreateUser`. */
export const iamOperation = (name: string) => operation('iam', `AWSIdentityManagement.${name}`)

/** One of ours that AWS has not. */
export const fleetkeyOperation = (name: string) => operation('fleetkey', `Fleetkey.${name}`)

/** One of CloudTrail's, by its name: `ListPublicKeys`. */
export const cloudTrailOperation = (name: string) =>
  operation('cloudtrail', `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.${name}`)

export const SEND_SSH_PUBLIC_KEY = operation(
  'ec2-instance-connect',
  'AWSEC2InstanceConnectService.SendSSHPublicKey',
)
export const DESCRIBE_INSTANCES = operation('ec2', 'AmazonEC2.DescribeInstances')
/** Not called by its target: a GET that becomes a WebSocket. */
export const OPEN_TUNNEL = operation('ec2-instance-connect', 'OpenTunnel')
export const CREATE_TAGS = operation('ec2', 'AmazonEC2.CreateTags')
export const DELETE_TAGS = operation('ec2', 'AmazonEC2.DeleteTags')
export const DESCRIBE_INSTANCE_ATTRIBUTE = operation('ec2', 'AmazonEC2.DescribeInstanceAttribute')
export const RUN_INSTANCES = operation('ec2', 'AmazonEC2.RunInstances')
export const CREATE_INSTANCE_CONNECT_ENDPOINT = operation(
  'ec2',
  'AmazonEC2.CreateInstanceConnectEndpoint',
)
export const DESCRIBE_INSTANCE_CONNECT_ENDPOINTS = operation(
  'ec2',
  'AmazonEC2.DescribeInstanceConnectEndpoints',
)
export const MODIFY_INSTANCE_CONNECT_ENDPOINT = operation(
  'ec2',
  'AmazonEC2.ModifyInstanceConnectEndpoint',
)
export const DELETE_INSTANCE_CONNECT_ENDPOINT = operation(
  'ec2',
  'AmazonEC2.DeleteInstanceConnectEndpoint',
)
export const DESCRIBE_SECURITY_GROUPS = operation('ec2', 'AmazonEC2.DescribeSecurityGroups')
export const DESCRIBE_SECURITY_GROUP_RULES = operation(
  'ec2',
  'AmazonEC2.DescribeSecurityGroupRules',
)
export const DESCRIBE_MANAGED_PREFIX_LISTS = operation(
  'ec2',
  'AmazonEC2.DescribeManagedPrefixLists',
)
export const CREATE_SECURITY_GROUP = operation('ec2', 'AmazonEC2.CreateSecurityGroup')
export const DELETE_SECURITY_GROUP = operation('ec2', 'AmazonEC2.DeleteSecurityGroup')
export const AUTHORIZE_SECURITY_GROUP_INGRESS = operation(
  'ec2',
  'AmazonEC2.AuthorizeSecurityGroupIngress',
)
export const REVOKE_SECURITY_GROUP_INGRESS = operation(
  'ec2',
  'AmazonEC2.RevokeSecurityGroupIngress',
)
export const MODIFY_INSTANCE_ATTRIBUTE = operation('ec2', 'AmazonEC2.ModifyInstanceAttribute')
export const GET_CALLER_IDENTITY = operation('sts', 'AWSSecurityTokenService.GetCallerIdentity')
export const ASSUME_ROLE_WITH_WEB_IDENTITY = operation(
  'sts',
  'AWSSecurityTokenService.AssumeRoleWithWebIdentity',
)

export const LIST_SSH_SESSIONS = fleetkeyOperation('ListSSHSessions')
export const GET_SSH_SESSION = fleetkeyOperation('GetSSHSession')
export const END_SSH_SESSIONS = fleetkeyOperation('EndSSHSessions')
export const CREATE_JOIN_TOKEN = fleetkeyOperation('CreateJoinToken')
export const LIST_JOIN_TOKENS = fleetkeyOperation('ListJoinTokens')
export const REVOKE_JOIN_TOKEN = fleetkeyOperation('RevokeJoinToken')
export const FORGET_INSTANCE = fleetkeyOperation('ForgetInstance')
export const SEARCH_EVENTS = fleetkeyOperation('SearchEvents')
export const GET_GRANT = fleetkeyOperation('GetGrant')
export const LIST_OBSERVED_INGRESS = fleetkeyOperation('ListObservedIngress')
export const READ_TRAIL = fleetkeyOperation('ReadTrail')
export const LIST_PUBLIC_KEYS = cloudTrailOperation('ListPublicKeys')
export const GET_TRAIL_STATUS = cloudTrailOperation('GetTrailStatus')
export const LIST_WEB_IDENTITY_ROLES = fleetkeyOperation('ListWebIdentityRoles')
export const SIGN_IN = fleetkeyOperation('SignIn')
export const END_SESSION = fleetkeyOperation('EndSession')
export const LIST_RECORDINGS = fleetkeyOperation('ListRecordings')
export const GET_RECORDING = fleetkeyOperation('GetRecording')
export const READ_RECORDING = fleetkeyOperation('ReadRecording')
export const DELETE_RECORDING = fleetkeyOperation('DeleteRecording')
