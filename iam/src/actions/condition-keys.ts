/** What a condition key holds, and whether it may hold several at once. */
export interface ConditionKey {
  /** As AWS spells it; one that ends in `/` goes on with a tag key or an attribute name. */
  readonly name: string
  readonly type: KeyType
  /** Only `ForAllValues:` and `ForAnyValue:` operators ever match a multivalued key. */
  readonly isMultivalued: boolean
}

export type KeyType = 'String' | 'Numeric' | 'Date' | 'Bool' | 'IpAddress' | 'Arn'

const key = (name: string, type: KeyType = 'String'): ConditionKey => ({
  name,
  type,
  isMultivalued: false,
})
const manyOf = (name: string): ConditionKey => ({ name, type: 'String', isMultivalued: true })

/** Keys that do not depend on the action (IAM User Guide, reference_policies_condition-keys). */
export const GLOBAL_KEYS: readonly ConditionKey[] = [
  key('aws:PrincipalArn', 'Arn'),
  key('aws:PrincipalAccount'),
  key('aws:PrincipalType'),
  key('aws:PrincipalTag/'),
  key('aws:userid'),
  key('aws:username'),
  key('aws:SourceIp', 'IpAddress'),
  key('aws:SecureTransport', 'Bool'),
  key('aws:UserAgent'),
  key('aws:CurrentTime', 'Date'),
  key('aws:EpochTime', 'Date'),
  key('aws:TokenIssueTime', 'Date'),
  key('aws:MultiFactorAuthPresent', 'Bool'),
  key('aws:MultiFactorAuthAge', 'Numeric'),
  key('aws:SourceIdentity'),
  key('aws:FederatedProvider'),
  key('aws:RequestedRegion'),
  key('aws:ResourceAccount'),
  key('aws:ViaAWSService', 'Bool'),
  manyOf('aws:CalledVia'),
  key('aws:PrincipalOrgID'),
  manyOf('aws:PrincipalOrgPaths'),
]

/** Keys that only some actions or resources have. */
export const SPECIAL_KEYS: readonly ConditionKey[] = [
  key('aws:ResourceTag/'),
  key('aws:RequestTag/'),
  manyOf('aws:TagKeys'),
  key('ec2:ResourceTag/'),
  key('ec2:osuser'),
  key('ec2:SecurityGroupID'),
  key('ec2:SubnetID'),
  key('ec2:Vpc', 'Arn'),
  key('ec2:Attribute'),
  key('ec2:Attribute/'),
  key('ec2:InstanceType'),
  key('ec2-instance-connect:remotePort', 'Numeric'),
  key('ec2-instance-connect:privateIpAddress', 'IpAddress'),
  key('ec2-instance-connect:maxTunnelDuration', 'Numeric'),
  key('iam:ResourceTag/'),
  key('iam:PermissionsBoundary', 'Arn'),
  key('iam:PolicyARN', 'Arn'),
  key('iam:AssociatedResourceArn', 'Arn'),
  key('iam:PassedToService'),
  key('sts:ExternalId'),
  key('sts:RoleSessionName'),
  key('sts:SourceIdentity'),
  manyOf('sts:TransitiveTagKeys'),
]

/** Key names are case-insensitive; behind the slash anything may stand. */
export function findKey(name: string): ConditionKey | undefined {
  return [...GLOBAL_KEYS, ...SPECIAL_KEYS].find((key) => isNamed(key.name, name))
}

/** `pattern` as the catalogue writes it: whole, or up to a slash and a placeholder. */
export function isNamed(pattern: string, name: string): boolean {
  const [family, placeholder] = pattern.toLowerCase().split('/')
  const lower = name.toLowerCase()
  if (placeholder === undefined) return lower === family
  return lower.startsWith(`${family}/`) && lower.length > `${family}/`.length
}
