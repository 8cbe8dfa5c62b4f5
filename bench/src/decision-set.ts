/** Policies as documents, the way both Fleetkey's evaluator and others take them. */
export interface DecisionSet {
  readonly identity: readonly PolicyJson[]
  readonly boundary: PolicyJson
  readonly requests: readonly DecisionRequest[]
}

export interface PolicyJson {
  readonly Version: '2012-10-17'
  readonly Statement: readonly object[]
}

export interface DecisionRequest {
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly context: Readonly<Record<string, string | readonly string[]>>
  readonly expect: 'allowed' | 'explicitDeny' | 'implicitDeny'
}

const ACCOUNT = '111122223333'
const USER = `arn:aws:iam::${ACCOUNT}:user/ops/alice`
const ANY_INSTANCE = `arn:aws:ec2:*:${ACCOUNT}:instance/*`
const SELF = `arn:aws:iam::${ACCOUNT}:user/*/\${aws:username}`
const SEND = 'ec2-instance-connect:SendSSHPublicKey'

/** A person on call: two own policies, two of groups with the usual guards, and a boundary; 30 statements in all. */
export function realisticSet(): DecisionSet {
  return {
    identity: [reach(), selfService(), team(), guard()],
    boundary: boundary(),
    requests: requests(),
  }
}

/** Statements that nearly fit: right action, wrong host. The last one fits. A hundred to a document. */
export function largeSet(statements: number): DecisionSet {
  const Statement = Array.from({ length: statements }, (_, index) =>
    allow(SEND, `arn:aws:ec2:*:${ACCOUNT}:instance/i-${hex(statements - 1 - index)}*`, {
      StringEquals: { 'ec2:osuser': ['deploy', 'ec2-user'], 'aws:ResourceTag/env': 'staging' },
    }),
  )
  const documents = Array.from({ length: statements / 100 }, (_, index) =>
    policy(...Statement.slice(index * 100, (index + 1) * 100)),
  )
  return {
    identity: documents,
    boundary: policy(allow('*', '*')),
    requests: requests().slice(0, 1),
  }
}

const reach = () =>
  policy(
    allow(SEND, ANY_INSTANCE, {
      StringEquals: { 'ec2:osuser': ['deploy', 'ec2-user'], 'aws:ResourceTag/env': 'staging' },
    }),
    allow('ec2-instance-connect:OpenTunnel', ANY_INSTANCE, {
      NumericEquals: { 'ec2-instance-connect:remotePort': '22' },
      NumericLessThanEquals: { 'ec2-instance-connect:maxTunnelDuration': '3600' },
    }),
    allow(['ec2:DescribeInstances', 'ec2:DescribeTags'], '*'),
    allow('ec2:CreateTags', ANY_INSTANCE, {
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['note', 'owner'] },
    }),
    allow('sts:GetCallerIdentity', '*'),
  )

const selfService = () =>
  policy(
    allow(['iam:GetAccountPasswordPolicy', 'iam:ListVirtualMFADevices'], '*'),
    allow(['iam:ChangePassword', 'iam:GetUser', 'iam:ListUserTags'], SELF),
    allow(['iam:CreateAccessKey', 'iam:DeleteAccessKey', 'iam:ListAccessKeys'], SELF),
    allow(['iam:UpdateAccessKey', 'iam:GetAccessKeyLastUsed'], SELF),
    allow(['iam:EnableMFADevice', 'iam:ListMFADevices', 'iam:ResyncMFADevice'], SELF),
    allow('iam:*SSHPublicKey*', SELF),
    allow('iam:DeactivateMFADevice', SELF, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
  )

const team = () =>
  policy(
    allow('ec2-instance-connect:*', ANY_INSTANCE, {
      StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' },
      StringLike: { 'ec2:osuser': ['${aws:username}', 'svc-*'] },
    }),
    allow('sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/team/\${aws:PrincipalTag/team}/*`),
    allow(['s3:GetObject', 's3:ListBucket'], 'arn:aws:s3:::recordings/${aws:PrincipalTag/team}/*'),
    allow('cloudtrail:LookupEvents', '*', {
      StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'on-prem-1'] },
    }),
    allow('logs:Get*', `arn:aws:logs:*:${ACCOUNT}:log-group:/fleet/*`),
    allow('ssm:StartSession', ANY_INSTANCE, { Null: { 'aws:ResourceTag/legacy': 'false' } }),
  )

const guard = () =>
  policy(
    deny(SEND, { StringEquals: { 'ec2:osuser': ['root', 'toor'] } }),
    deny('ec2-instance-connect:*', {
      StringEqualsIgnoreCase: { 'aws:ResourceTag/env': ['prod', 'production'] },
      BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' },
    }),
    deny('*', { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'on-prem-1'] } }),
    deny('iam:*', { NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] } }),
    deny('*', { Bool: { 'aws:SecureTransport': 'false' } }),
    deny('s3:*', { DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } }),
  )

const boundary = () =>
  policy(
    allow(['ec2-instance-connect:*', 'ec2:Describe*', 'ec2:*Tags', 'ssm:*', 'logs:*'], '*'),
    allow(['sts:*', 's3:Get*', 's3:List*', 'cloudtrail:LookupEvents'], '*'),
    allow('iam:*', SELF),
    deny(['iam:*PermissionsBoundary', 'iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion']),
    deny('ec2:DeleteTags', { 'ForAnyValue:StringLike': { 'aws:TagKeys': ['sec-*', 'env'] } }),
    deny('cloudtrail:StopLogging'),
  )

const requests = (): readonly DecisionRequest[] => [
  push({ osUser: 'deploy', env: 'staging', team: 'blue' }, 'allowed'),
  push({ osUser: 'alice', env: 'dev', team: 'red' }, 'allowed'),
  push({ osUser: 'root', env: 'staging', team: 'red' }, 'explicitDeny'),
  push({ osUser: 'deploy', env: 'prod', team: 'blue' }, 'explicitDeny'),
  push({ osUser: 'bob', env: 'staging', team: 'blue' }, 'implicitDeny'),
  ask('ec2:DescribeInstances', '*', 'allowed'),
  ask('iam:CreateAccessKey', USER, 'allowed'),
  ask('iam:CreateAccessKey', `arn:aws:iam::${ACCOUNT}:user/ops/bob`, 'implicitDeny'),
  ask('iam:DeleteUserPermissionsBoundary', USER, 'explicitDeny'),
  ask('sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/team/red/deploy`, 'allowed'),
]

function push(
  { osUser, env, team: owner }: { osUser: string; env: string; team: string },
  expect: DecisionRequest['expect'],
): DecisionRequest {
  const tags = { Name: 'web-1', env, team: owner, owner: 'platform', 'cost-center': '42' }
  return {
    principal: USER,
    action: SEND,
    resource: `arn:aws:ec2:on-prem-1:${ACCOUNT}:instance/i-${hex(0)}0abc`,
    context: {
      ...caller,
      'ec2:osuser': osUser,
      ...Object.fromEntries(
        Object.entries(tags).flatMap(([key, value]) => [
          [`aws:ResourceTag/${key}`, value],
          [`ec2:ResourceTag/${key}`, value],
        ]),
      ),
    },
    expect,
  }
}

function ask(action: string, resource: string, expect: DecisionRequest['expect']): DecisionRequest {
  return { principal: USER, action, resource, context: caller, expect }
}

/** What every request has. */
const caller = {
  'aws:PrincipalArn': USER,
  'aws:PrincipalAccount': ACCOUNT,
  'aws:PrincipalType': 'User',
  'aws:userid': 'AIDAEXAMPLEALICE',
  'aws:username': 'alice',
  'aws:PrincipalTag/team': 'red',
  'aws:PrincipalTag/site': 'berlin',
  'aws:SourceIp': '10.20.30.40',
  'aws:SecureTransport': 'true',
  'aws:MultiFactorAuthPresent': 'false',
  'aws:RequestedRegion': 'on-prem-1',
  'aws:CurrentTime': '2026-11-26T12:00:00.000Z',
  'aws:EpochTime': '1795694400',
  'aws:UserAgent': 'aws-cli/2.30.1',
  'aws:ViaAWSService': 'false',
  'aws:ResourceAccount': ACCOUNT,
}

function policy(...Statement: readonly object[]): PolicyJson {
  return { Version: '2012-10-17', Statement }
}

const allow = (Action: string | readonly string[], Resource: string, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
})

const deny = (Action: string | readonly string[], Condition?: object) => ({
  ...allow(Action, '*', Condition),
  Effect: 'Deny',
})

function hex(number: number): string {
  return number.toString(16).padStart(13, '0')
}
