/** An operation of the API: the service that its signature is for, and its name in AWS JSON 1.1's `X-Amz-Target`. */
export interface ApiOperation {
  readonly service: string
  readonly target: string
}

const operation = (service: string, target: string): ApiOperation => ({ service, target })
const iam = (name: string) => operation('iam', `AWSIdentityManagement.${name}`)
const fleetkey = (name: string) => operation('fleetkey', `Fleetkey.${name}`)

export const SEND_SSH_PUBLIC_KEY = operation(
  'ec2-instance-connect',
  'AWSEC2InstanceConnectService.SendSSHPublicKey',
)
export const DESCRIBE_INSTANCES = operation('ec2', 'AmazonEC2.DescribeInstances')
export const CREATE_TAGS = operation('ec2', 'AmazonEC2.CreateTags')
export const DELETE_TAGS = operation('ec2', 'AmazonEC2.DeleteTags')
export const GET_CALLER_IDENTITY = operation('sts', 'AWSSecurityTokenService.GetCallerIdentity')
export const ASSUME_ROLE_WITH_WEB_IDENTITY = operation(
  'sts',
  'AWSSecurityTokenService.AssumeRoleWithWebIdentity',
)

export const CREATE_USER = iam('CreateUser')
export const DELETE_USER = iam('DeleteUser')
export const LIST_USERS = iam('ListUsers')
export const PUT_USER_POLICY = iam('PutUserPolicy')
export const DELETE_USER_POLICY = iam('DeleteUserPolicy')
export const LIST_USER_POLICIES = iam('ListUserPolicies')
export const CREATE_ACCESS_KEY = iam('CreateAccessKey')
export const DELETE_ACCESS_KEY = iam('DeleteAccessKey')
export const LIST_ACCESS_KEYS = iam('ListAccessKeys')

export const CREATE_JOIN_TOKEN = fleetkey('CreateJoinToken')
export const LIST_JOIN_TOKENS = fleetkey('ListJoinTokens')
export const REVOKE_JOIN_TOKEN = fleetkey('RevokeJoinToken')
export const FORGET_INSTANCE = fleetkey('ForgetInstance')
export const LOOKUP_EVENTS = fleetkey('LookupEvents')
export const READ_TRAIL = fleetkey('ReadTrail')
export const LIST_WEB_IDENTITY_ROLES = fleetkey('ListWebIdentityRoles')
export const SIGN_IN = fleetkey('SignIn')
export const END_SESSION = fleetkey('EndSession')
