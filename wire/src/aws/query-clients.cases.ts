import { policyText, type OutputStructure } from './output.ts'
import type { QueryService } from './query-apis.ts'
import type { Members } from './validation.ts'

/** One call that a real client makes: what it asks is read with `read` and must be `params`, what it gets must be `output`. */
export interface ClientCase {
  readonly service: QueryService
  readonly operation: string
  readonly params: Readonly<Record<string, unknown>>
  readonly read: (v: Members) => object
  /** Undefined where AWS's model has no output. */
  readonly output: OutputStructure | undefined
  /** What a client makes of it, where it passes over some of it. */
  readonly understood?: OutputStructure
}

const then = new Date('2026-02-03T04:05:06Z')
const withMilliseconds = new Date('2026-02-03T04:05:06.789Z')
const document = `{"Statement":[{"Sid":"é ☃ 😀 +%&=;/?#","Effect":"Allow",\r\n\t"Action":"*","Resource":"it's (all)!~*"}]}`
const arn = (rest: string) => `arn:aws:iam::123456789012:${rest}`

const user = { UserName: 'ann', UserId: 'AIDAEXAMPLE', Arn: arn('user/ann'), Path: '/' }
const credentials = {
  AccessKeyId: 'ASIAEXAMPLE',
  SecretAccessKey: 'a/b+c=',
  SessionToken: '<token> & "more"',
  Expiration: withMilliseconds,
}
const tags = (v: Members) => ({
  Tags: v.structureList('Tags', { max: 50 }).map((tag) => ({
    Key: tag.requiredString('Key', { min: 1, max: 128 }),
    Value: tag.requiredString('Value', { max: 256 }),
  })),
})
const userName = (v: Members) => ({ UserName: v.requiredString('UserName') })

export const CLIENT_CASES: readonly ClientCase[] = [
  {
    service: 'iam',
    operation: 'CreateUser',
    params: {
      Path: '/a/b/',
      UserName: 'ann+x=y,z.@-_',
      Tags: [
        { Key: 'team', Value: 'Zürich ☃ 😀 a+b &=%2B;' },
        { Key: '__proto__', Value: '' },
      ],
    },
    read: (v) => ({ Path: v.optionalString('Path'), ...userName(v), ...tags(v) }),
    output: {
      User: { ...user, CreateDate: then, Tags: [{ Key: 'team', Value: ' Zürich\r\n<&>"\' 😀 ' }] },
    },
  },
  {
    service: 'iam',
    operation: 'ListUsers',
    params: { PathPrefix: '/', Marker: 'a+/b==', MaxItems: 1000 },
    read: (v) => ({
      PathPrefix: v.optionalString('PathPrefix'),
      Marker: v.optionalString('Marker'),
      MaxItems: v.optionalInteger('MaxItems', { min: 1, max: 1000 }),
    }),
    output: {
      Users: [
        { ...user, CreateDate: then },
        { ...user, UserName: 'bob', CreateDate: then, PasswordLastUsed: withMilliseconds },
      ],
      IsTruncated: true,
      Marker: 'c+/d==',
    },
  },
  {
    service: 'iam',
    operation: 'DeleteUser',
    params: { UserName: 'ann' },
    read: userName,
    output: undefined,
  },
  {
    service: 'iam',
    operation: 'TagUser',
    params: { UserName: 'ann', Tags: [] },
    read: (v) => ({ ...userName(v), ...tags(v) }),
    output: undefined,
  },
  {
    service: 'iam',
    operation: 'TagRole',
    // Eleven, so that an order by text would put 10 before 2.
    params: {
      RoleName: 'r',
      Tags: Array.from({ length: 11 }, (_, n) => ({ Key: `k${n}`, Value: `${n}` })),
    },
    read: (v) => ({ RoleName: v.requiredString('RoleName'), ...tags(v) }),
    // An empty Result where AWS has none: clients pass over it.
    output: {},
  },
  {
    service: 'iam',
    operation: 'UntagUser',
    params: { UserName: 'ann', TagKeys: ['team', 'b c', 'é'] },
    read: (v) => ({
      ...userName(v),
      TagKeys: v.stringList('TagKeys', { max: 50, each: { min: 1, max: 128 } }),
    }),
    output: undefined,
  },
  {
    service: 'iam',
    operation: 'PutUserPolicy',
    params: { UserName: 'ann', PolicyName: 'p', PolicyDocument: document },
    read: (v) => ({
      ...userName(v),
      PolicyName: v.requiredString('PolicyName'),
      PolicyDocument: v.requiredString('PolicyDocument'),
    }),
    output: undefined,
  },
  {
    service: 'iam',
    operation: 'GetUserPolicy',
    params: { UserName: 'ann', PolicyName: 'p' },
    read: (v) => ({ ...userName(v), PolicyName: v.requiredString('PolicyName') }),
    output: { UserName: 'ann', PolicyName: 'p', PolicyDocument: policyText(document) },
  },
  {
    service: 'iam',
    operation: 'CreatePolicyVersion',
    params: { PolicyArn: arn('policy/p'), PolicyDocument: document, SetAsDefault: true },
    read: (v) => ({
      PolicyArn: v.requiredString('PolicyArn'),
      PolicyDocument: v.requiredString('PolicyDocument'),
      SetAsDefault: v.requiredBoolean('SetAsDefault'),
    }),
    output: { PolicyVersion: { VersionId: 'v2', IsDefaultVersion: true, CreateDate: then } },
  },
  {
    service: 'iam',
    operation: 'CreateRole',
    params: {
      RoleName: 'r',
      AssumeRolePolicyDocument: document,
      Description: 'two\nlines',
      MaxSessionDuration: 43_200,
    },
    read: (v) => ({
      RoleName: v.requiredString('RoleName'),
      AssumeRolePolicyDocument: v.requiredString('AssumeRolePolicyDocument'),
      Description: v.optionalString('Description'),
      MaxSessionDuration: v.requiredInteger('MaxSessionDuration', { min: 3600, max: 43_200 }),
    }),
    output: {
      Role: {
        Path: '/',
        RoleName: 'r',
        RoleId: 'AROAEXAMPLE',
        Arn: arn('role/r'),
        CreateDate: then,
        AssumeRolePolicyDocument: policyText(document),
        Description: 'two\nlines',
        MaxSessionDuration: 43_200,
        PermissionsBoundary: {
          PermissionsBoundaryType: 'Policy',
          PermissionsBoundaryArn: arn('policy/b'),
        },
        RoleLastUsed: { LastUsedDate: then, Region: 'on-prem-1' },
      },
    },
  },
  {
    service: 'iam',
    operation: 'UpdateRole',
    params: { RoleName: 'r', Description: '' },
    read: (v) => ({
      RoleName: v.requiredString('RoleName'),
      Description: v.optionalString('Description'),
    }),
    output: {},
  },
  {
    service: 'iam',
    operation: 'GetAccountSummary',
    params: {},
    read: () => ({}),
    output: {
      SummaryMap: new Map([
        ['Users', 3],
        ['UsersQuota', 5000],
        ['AccountMFAEnabled', 0],
      ]),
    },
  },
  {
    service: 'iam',
    operation: 'CreateVirtualMFADevice',
    params: { VirtualMFADeviceName: 'phone' },
    read: (v) => ({ VirtualMFADeviceName: v.requiredString('VirtualMFADeviceName') }),
    output: {
      VirtualMFADevice: {
        SerialNumber: arn('mfa/phone'),
        Base32StringSeed: new TextEncoder().encode('JBSWY3DPEHPK3PXP'),
        QRCodePNG: Uint8Array.from({ length: 256 }, (_, byte) => byte),
      },
    },
  },
  {
    service: 'iam',
    operation: 'UpdateAccountPasswordPolicy',
    params: {
      MinimumPasswordLength: 14,
      RequireSymbols: true,
      RequireNumbers: false,
    },
    read: (v) => ({
      MinimumPasswordLength: v.optionalInteger('MinimumPasswordLength'),
      RequireSymbols: v.optionalBoolean('RequireSymbols'),
      RequireNumbers: v.optionalBoolean('RequireNumbers'),
    }),
    output: undefined,
  },
  {
    service: 'iam',
    operation: 'GetAccountAuthorizationDetails',
    params: { Filter: ['User', 'LocalManagedPolicy'] },
    read: (v) => ({ Filter: v.stringList('Filter') }),
    output: {
      UserDetailList: [
        {
          ...user,
          CreateDate: then,
          UserPolicyList: [{ PolicyName: 'p', PolicyDocument: policyText(document) }],
          GroupList: ['admins', 'ops'],
          AttachedManagedPolicies: [{ PolicyName: 'm', PolicyArn: arn('policy/m') }],
        },
      ],
      Policies: [
        {
          PolicyName: 'm',
          AttachmentCount: 1,
          IsAttachable: true,
          PolicyVersionList: [
            { Document: policyText(document), VersionId: 'v1', IsDefaultVersion: true },
          ],
        },
      ],
      IsTruncated: false,
    },
  },
  {
    service: 'iam',
    operation: 'SimulateCustomPolicy',
    params: {
      PolicyInputList: [document],
      ActionNames: ['ec2:RunInstances', 'iam:PassRole'],
      ContextEntries: [
        {
          ContextKeyName: 'aws:SourceIp',
          ContextKeyValues: ['::1', '10.0.0.1'],
          ContextKeyType: 'ipList',
        },
        {
          ContextKeyName: 'aws:MultiFactorAuthPresent',
          ContextKeyValues: ['true'],
          ContextKeyType: 'boolean',
        },
      ],
    },
    read: (v) => ({
      PolicyInputList: v.stringList('PolicyInputList'),
      ActionNames: v.stringList('ActionNames'),
      ContextEntries: v.structureList('ContextEntries').map((entry) => ({
        ContextKeyName: entry.requiredString('ContextKeyName'),
        ContextKeyValues: entry.stringList('ContextKeyValues'),
        ContextKeyType: entry.requiredString('ContextKeyType'),
      })),
    }),
    output: {
      EvaluationResults: [
        {
          EvalActionName: 'iam:PassRole',
          EvalDecision: 'allowed',
          MatchedStatements: [
            { SourcePolicyId: 'PolicyInputList.1', StartPosition: { Line: 1, Column: 15 } },
          ],
          EvalDecisionDetails: new Map([['IAM Policy', 'allowed']]),
        },
      ],
      IsTruncated: false,
    },
  },
  {
    service: 'iam',
    operation: 'CreateOpenIDConnectProvider',
    params: {
      Url: 'https://id.example.org/realms/a?b=c&d',
      ClientIDList: ['fleetkey', 'b'],
      ThumbprintList: ['0123456789012345678901234567890123456789'],
    },
    read: (v) => ({
      Url: v.requiredString('Url'),
      ClientIDList: v.stringList('ClientIDList'),
      ThumbprintList: v.stringList('ThumbprintList'),
    }),
    output: { OpenIDConnectProviderArn: arn('oidc-provider/id.example.org/realms/a') },
  },
  {
    service: 'iam',
    operation: 'ListAccessKeys',
    params: { UserName: 'ann' },
    read: userName,
    // An empty list, and its absent neighbour.
    output: { AccessKeyMetadata: [], IsTruncated: false, Marker: undefined },
  },
  {
    service: 'iam',
    operation: 'GetAccessKeyLastUsed',
    params: { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
    read: (v) => ({ AccessKeyId: v.requiredString('AccessKeyId') }),
    output: {
      UserName: 'ann',
      AccessKeyLastUsed: { LastUsedDate: then, ServiceName: 'iam', Region: 'N/A' },
    },
  },
  {
    service: 'sts',
    operation: 'AssumeRole',
    params: {
      RoleArn: arn('role/r'),
      RoleSessionName: 'session',
      PolicyArns: [{ arn: arn('policy/a') }, { arn: arn('policy/b') }],
      Policy: document,
      DurationSeconds: 900,
      Tags: [{ Key: 'k', Value: 'v' }],
      TransitiveTagKeys: ['k'],
    },
    read: (v) => ({
      RoleArn: v.requiredString('RoleArn'),
      RoleSessionName: v.requiredString('RoleSessionName'),
      PolicyArns: v
        .structureList('PolicyArns')
        .map((policy) => ({ arn: policy.requiredString('arn') })),
      Policy: v.optionalString('Policy'),
      DurationSeconds: v.optionalInteger('DurationSeconds', { min: 900, max: 43_200 }),
      ...tags(v),
      TransitiveTagKeys: v.stringList('TransitiveTagKeys'),
    }),
    output: {
      Credentials: credentials,
      AssumedRoleUser: { AssumedRoleId: 'AROAEXAMPLE:session', Arn: arn('role/r') },
      PackedPolicySize: 6,
    },
  },
  {
    service: 'sts',
    operation: 'GetCallerIdentity',
    params: {},
    read: () => ({}),
    output: { UserId: 'AIDAEXAMPLE', Account: '000000000012', Arn: arn('user/ann') },
  },
  {
    service: 'sts',
    operation: 'AssumeRoleWithWebIdentity',
    params: {
      RoleArn: arn('role/r'),
      RoleSessionName: 'session',
      WebIdentityToken: 'e30.e30.c2ln',
    },
    read: (v) => ({
      RoleArn: v.requiredString('RoleArn'),
      RoleSessionName: v.requiredString('RoleSessionName'),
      WebIdentityToken: v.requiredString('WebIdentityToken', { min: 4, max: 20_000 }),
    }),
    output: { Credentials: credentials, SubjectFromWebIdentityToken: 'ann', Audience: 'fleetkey' },
  },
  {
    service: 'sts',
    operation: 'GetSessionToken',
    params: { DurationSeconds: 3600, SerialNumber: arn('mfa/phone'), TokenCode: '012345' },
    read: (v) => ({
      DurationSeconds: v.optionalInteger('DurationSeconds'),
      SerialNumber: v.optionalString('SerialNumber'),
      TokenCode: v.optionalString('TokenCode', { pattern: /^[0-9]{6}$/ }),
    }),
    output: { Credentials: credentials },
  },
]
