import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ApiClient } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { enrolHost } from '../testing/fake-agent.ts'
import { pushFields } from '../testing/push.ts'
import { OPERATIONS } from './operations.ts'

let plane: ControlPlane
let nobody: ApiClient
let instanceId = ''
before(async () => {
  plane = await startControlPlane()
  nobody = await plane.user('nobody')
  await plane.user('member')
  await plane.root.done('CreateGroup', GROUP)
  await plane.root.done('AddUserToGroup', { ...GROUP, UserName: 'member' })
  await plane.root.done('PutGroupPolicy', { ...GROUP, ...POLICY, PolicyDocument: DOCUMENT })
  await plane.root.done('TagUser', { ...USER, Tags: TAGS })
  await makeRoleAndPolicy()
  instanceId = (await enrolHost(plane, { env: 'dev' })).instanceId
  const group = { GroupName: 'office', Description: 'those at home' }
  groupId = (await plane.root.done('CreateSecurityGroup', group)).GroupId
  await plane.root.done('AuthorizeSecurityGroupIngress', { GroupId: groupId, ...OFFICE })
})
after(() => plane.close())

const USER = { UserName: 'nobody' }
const NOBODY = 'arn:aws:iam::111122223333:user/nobody'
const DEVICE = 'arn:aws:iam::111122223333:mfa/phone'
const CODES = { AuthenticationCode1: '123456', AuthenticationCode2: '123456' }
const GROUP = { GroupName: 'nobodies' }
const ROLE = { RoleName: 'none' }
const POLICY = { PolicyName: 'p' }
const POLICY_OF_AWS = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const TAGS = [{ Key: 'env', Value: 'prod' }]
const DENIAL = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Deny', Action: 'ec2:*', Resource: '*' },
})
const PROVIDER = {
  OpenIDConnectProviderArn: 'arn:aws:iam::000000000000:oidc-provider/id.example.org',
}
const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
})

const ENDPOINT = { InstanceConnectEndpointId: 'eice-00000000000000000' }
const PROFILE = { InstanceProfileName: 'web' }
const EXISTING_ROLE = { RoleName: 'bystander' }
const trusting = (AWS: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' },
  })
const TRUST = trusting('111122223333')
const TRUST_OF_ALL = trusting('*')
let policyArn = ''
const OFFICE = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '10.0.0.0/8' }
const EVERYWHERE = { ...OFFICE, CidrIp: '0.0.0.0/0' }
let groupId = ''
const NO_JOB = { JobId: 'AIDAAAAAAAAAAAAAAAAAA-s0000000000000' }

/** A role in an instance profile, and a policy of two versions that is attached to all kinds. */
async function makeRoleAndPolicy() {
  const { root } = plane
  await root.done('CreateRole', { ...EXISTING_ROLE, AssumeRolePolicyDocument: TRUST })
  const { Policy } = await root.done('CreatePolicy', { ...POLICY, PolicyDocument: DENIAL })
  policyArn = Policy.Arn
  await root.done('CreatePolicyVersion', { PolicyArn: policyArn, PolicyDocument: DOCUMENT })
  await root.done('AttachUserPolicy', { UserName: 'member', PolicyArn: policyArn })
  await root.done('AttachGroupPolicy', { ...GROUP, PolicyArn: policyArn })
  await root.done('AttachRolePolicy', { ...EXISTING_ROLE, PolicyArn: policyArn })
  await root.done('CreateInstanceProfile', { ...PROFILE, Tags: TAGS })
  await root.done('CreateInstanceProfile', { InstanceProfileName: 'empty' })
  await root.done('AddRoleToInstanceProfile', { ...PROFILE, ...EXISTING_ROLE })
  await root.done('CreateAccountAlias', { AccountAlias: 'theirs' })
}

/** Requests that would go through with the permission, as far as there is what they name. */
const REQUESTS: Readonly<Record<string, (instanceId: string) => object>> = {
  SendSSHPublicKey: (id) => pushFields(id),
  SendSerialConsoleSSHPublicKey: (id) => ({ InstanceId: id, SSHPublicKey: 'x'.repeat(80) }),
  DescribeInstances: () => ({}),
  DescribeInstanceStatus: () => ({}),
  DescribeSecurityGroupRules: () => ({}),
  ListObservedIngress: (id) => ({ InstanceId: id }),
  DescribeManagedPrefixLists: () => ({}),
  DescribePrefixLists: () => ({}),
  CreateSecurityGroup: () => ({ GroupName: 'other', Description: 'mine' }),
  DeleteSecurityGroup: () => ({ GroupId: groupId }),
  AuthorizeSecurityGroupIngress: () => ({ GroupId: groupId, ...EVERYWHERE }),
  RevokeSecurityGroupIngress: () => ({ GroupId: groupId, ...OFFICE }),
  ModifyInstanceAttribute: (id) => ({ InstanceId: id, Groups: [groupId] }),
  DescribeInstanceTypes: () => ({}),
  DescribeImages: () => ({}),
  DescribeTags: () => ({}),
  DescribeRegions: () => ({}),
  DescribeAvailabilityZones: () => ({}),
  DescribeVpcs: () => ({}),
  DescribeSubnets: () => ({}),
  DescribeSecurityGroups: () => ({}),
  TerminateInstances: (id) => ({ InstanceIds: [id] }),
  RunInstances: () => ({ ImageId: 'fleetkey-host', MinCount: 1, MaxCount: 1 }),
  DescribeInstanceAttribute: (id) => ({ InstanceId: id, Attribute: 'userData' }),
  CreateInstanceConnectEndpoint: () => ({ Site: 'berlin' }),
  DescribeInstanceConnectEndpoints: () => ({}),
  ModifyInstanceConnectEndpoint: () => ({ ...ENDPOINT, IpAddressType: 'ipv4' }),
  DeleteInstanceConnectEndpoint: () => ENDPOINT,
  CreateTags: (id) => ({ Resources: [id], Tags: [{ Key: 'env', Value: 'prod' }] }),
  DeleteTags: (id) => ({ Resources: [id], Tags: [{ Key: 'env' }] }),
  CreateJoinToken: () => ({ Tags: [{ Key: 'env', Value: 'prod' }] }),
  ListJoinTokens: () => ({}),
  RevokeJoinToken: () => ({ JoinTokenId: 'jt-0' }),
  ForgetInstance: (id) => ({ InstanceId: id }),
  GetGrant: () => ({ GrantId: '00000000-0000-0000-0000-000000000000' }),
  Diagnose: (id) => ({ InstanceId: id, OSUser: 'ec2-user' }),
  MendInstance: (id) => ({ InstanceId: id, Fixes: ['helper'] }),
  LookupEvents: () => ({}),
  SearchEvents: () => ({}),
  CountEvents: () => ({ Series: [{ Name: 'all' }], StartTime: 0, EndTime: 60, Interval: 60 }),
  ReadTrail: () => ({}),
  DescribeTrails: () => ({}),
  GetTrailStatus: () => ({ Name: 'main' }),
  ListPublicKeys: () => ({}),
  CreateUser: () => ({ UserName: 'other' }),
  GetUser: () => ({}),
  ListUsers: () => ({}),
  UpdateUser: () => ({ ...USER, NewUserName: 'somebody' }),
  DeleteUser: () => ({ ...USER, Force: true }),
  TagUser: () => ({ ...USER, Tags: TAGS }),
  UntagUser: () => ({ ...USER, TagKeys: ['env'] }),
  ListUserTags: () => USER,
  PutUserPermissionsBoundary: () => ({ ...USER, PermissionsBoundary: POLICY_OF_AWS }),
  DeleteUserPermissionsBoundary: () => USER,
  PutUserPolicy: () => ({ ...USER, ...POLICY, PolicyDocument: DOCUMENT }),
  GetUserPolicy: () => ({ ...USER, ...POLICY }),
  DeleteUserPolicy: () => ({ ...USER, ...POLICY }),
  ListUserPolicies: () => USER,
  CreateAccessKey: () => ({}),
  ListAccessKeys: () => ({}),
  UpdateAccessKey: () => ({ AccessKeyId: nobody.accessKeyId, Status: 'Inactive' }),
  DeleteAccessKey: () => ({ AccessKeyId: nobody.accessKeyId }),
  GetAccessKeyLastUsed: () => ({ AccessKeyId: nobody.accessKeyId }),
  CreateGroup: () => ({ GroupName: 'other' }),
  GetGroup: () => GROUP,
  ListGroups: () => ({}),
  UpdateGroup: () => ({ ...GROUP, NewGroupName: 'somebodies' }),
  DeleteGroup: () => ({ ...GROUP, Force: true }),
  AddUserToGroup: () => ({ ...GROUP, ...USER }),
  RemoveUserFromGroup: () => ({ ...GROUP, UserName: 'member' }),
  ListGroupsForUser: () => USER,
  PutGroupPolicy: () => ({ ...GROUP, ...POLICY, PolicyDocument: DOCUMENT }),
  GetGroupPolicy: () => ({ ...GROUP, ...POLICY }),
  DeleteGroupPolicy: () => ({ ...GROUP, ...POLICY }),
  ListGroupPolicies: () => GROUP,
  TagRole: () => ({ ...ROLE, Tags: TAGS }),
  UntagRole: () => ({ ...ROLE, TagKeys: ['env'] }),
  ListRoleTags: () => ROLE,
  PutRolePermissionsBoundary: () => ({ ...ROLE, PermissionsBoundary: POLICY_OF_AWS }),
  DeleteRolePermissionsBoundary: () => ROLE,
  PutRolePolicy: () => ({ ...ROLE, ...POLICY, PolicyDocument: DOCUMENT }),
  GetRolePolicy: () => ({ ...ROLE, ...POLICY }),
  DeleteRolePolicy: () => ({ ...ROLE, ...POLICY }),
  ListRolePolicies: () => ROLE,
  TagPolicy: () => ({ PolicyArn: POLICY_OF_AWS, Tags: TAGS }),
  UntagPolicy: () => ({ PolicyArn: POLICY_OF_AWS, TagKeys: ['env'] }),
  ListPolicyTags: () => ({ PolicyArn: POLICY_OF_AWS }),
  CreateRole: () => ({ RoleName: 'other', AssumeRolePolicyDocument: TRUST }),
  GetRole: () => EXISTING_ROLE,
  ListRoles: () => ({}),
  UpdateRole: () => ({ ...EXISTING_ROLE, MaxSessionDuration: 43_200 }),
  UpdateRoleDescription: () => ({ ...EXISTING_ROLE, Description: 'mine' }),
  UpdateAssumeRolePolicy: () => ({ ...EXISTING_ROLE, PolicyDocument: TRUST_OF_ALL }),
  DeleteRole: () => ({ ...EXISTING_ROLE, Force: true }),
  CreateInstanceProfile: () => ({ InstanceProfileName: 'other' }),
  GetInstanceProfile: () => PROFILE,
  ListInstanceProfiles: () => ({}),
  ListInstanceProfilesForRole: () => EXISTING_ROLE,
  DeleteInstanceProfile: () => ({ ...PROFILE, Force: true }),
  AddRoleToInstanceProfile: () => ({ InstanceProfileName: 'empty', ...EXISTING_ROLE }),
  RemoveRoleFromInstanceProfile: () => ({ ...PROFILE, ...EXISTING_ROLE }),
  TagInstanceProfile: () => ({ ...PROFILE, Tags: TAGS }),
  UntagInstanceProfile: () => ({ ...PROFILE, TagKeys: ['env'] }),
  ListInstanceProfileTags: () => PROFILE,
  CreatePolicy: () => ({ PolicyName: 'other', PolicyDocument: DOCUMENT }),
  GetPolicy: () => ({ PolicyArn: policyArn }),
  ListPolicies: () => ({}),
  DeletePolicy: () => ({ PolicyArn: policyArn, Force: true }),
  CreatePolicyVersion: () => ({
    PolicyArn: policyArn,
    PolicyDocument: DOCUMENT,
    SetAsDefault: true,
  }),
  GetPolicyVersion: () => ({ PolicyArn: policyArn, VersionId: 'v1' }),
  ListPolicyVersions: () => ({ PolicyArn: policyArn }),
  SetDefaultPolicyVersion: () => ({ PolicyArn: policyArn, VersionId: 'v2' }),
  DeletePolicyVersion: () => ({ PolicyArn: policyArn, VersionId: 'v2' }),
  ListEntitiesForPolicy: () => ({ PolicyArn: policyArn }),
  AttachUserPolicy: () => ({ ...USER, PolicyArn: POLICY_OF_AWS }),
  DetachUserPolicy: () => ({ UserName: 'member', PolicyArn: policyArn }),
  ListAttachedUserPolicies: () => USER,
  AttachGroupPolicy: () => ({ ...GROUP, PolicyArn: POLICY_OF_AWS }),
  DetachGroupPolicy: () => ({ ...GROUP, PolicyArn: policyArn }),
  ListAttachedGroupPolicies: () => GROUP,
  AttachRolePolicy: () => ({ ...EXISTING_ROLE, PolicyArn: POLICY_OF_AWS }),
  DetachRolePolicy: () => ({ ...EXISTING_ROLE, PolicyArn: policyArn }),
  ListAttachedRolePolicies: () => EXISTING_ROLE,
  GenerateServiceLastAccessedDetails: () => ({ Arn: 'arn:aws:iam::000000000000:user/somebody' }),
  GetServiceLastAccessedDetails: () => NO_JOB,
  GetServiceLastAccessedDetailsWithEntities: () => ({ ...NO_JOB, ServiceNamespace: 'iam' }),
  GetAccountSummary: () => ({}),
  GenerateCredentialReport: () => ({}),
  GetCredentialReport: () => ({}),
  GetAccountAuthorizationDetails: () => ({}),
  CreateAccountAlias: () => ({ AccountAlias: 'mine' }),
  ListAccountAliases: () => ({}),
  DeleteAccountAlias: () => ({ AccountAlias: 'theirs' }),
  CreateLoginProfile: () => ({ ...USER, Password: 'correct horse battery' }),
  GetLoginProfile: () => USER,
  UpdateLoginProfile: () => ({ ...USER, Password: 'correct horse battery' }),
  DeleteLoginProfile: () => USER,
  ChangePassword: () => ({ OldPassword: 'x', NewPassword: 'correct horse battery' }),
  GetAccountPasswordPolicy: () => ({}),
  UpdateAccountPasswordPolicy: () => ({ MinimumPasswordLength: 6 }),
  DeleteAccountPasswordPolicy: () => ({}),
  CreateVirtualMFADevice: () => ({ VirtualMFADeviceName: 'phone' }),
  ListVirtualMFADevices: () => ({}),
  DeleteVirtualMFADevice: () => ({ SerialNumber: DEVICE }),
  EnableMFADevice: () => ({ ...USER, ...CODES, SerialNumber: DEVICE }),
  ResyncMFADevice: () => ({ ...USER, ...CODES, SerialNumber: DEVICE }),
  DeactivateMFADevice: () => ({ ...USER, SerialNumber: DEVICE }),
  ListMFADevices: () => USER,
  GetMFADevice: () => ({ ...USER, SerialNumber: DEVICE }),
  TagMFADevice: () => ({ SerialNumber: DEVICE, Tags: TAGS }),
  UntagMFADevice: () => ({ SerialNumber: DEVICE, TagKeys: ['env'] }),
  ListMFADeviceTags: () => ({ SerialNumber: DEVICE }),
  CreateRecoveryCodes: () => USER,
  BeginPasskeyRegistration: () => ({}),
  RegisterPasskey: () => ({
    Name: 'key',
    CredentialId: 'YQ',
    ClientDataJSON: 'YQ',
    AttestationObject: 'YQ',
  }),
  CheckAccess: (id) => ({ InstanceId: id, InstanceOSUser: 'deploy', PrincipalArn: NOBODY }),
  ListReachable: () => ({ PrincipalArn: NOBODY }),
  ListWhoCanReach: (id) => ({ InstanceId: id }),
  PreviewPolicyChange: () => ({ ...USER, PolicyName: 'p' }),
  SimulateCustomPolicy: () => ({ PolicyInputList: [DOCUMENT], ActionNames: ['iam:GetUser'] }),
  SimulatePrincipalPolicy: () => ({ PolicySourceArn: NOBODY, ActionNames: ['iam:GetUser'] }),
  GetContextKeysForCustomPolicy: () => ({ PolicyInputList: [DOCUMENT] }),
  GetContextKeysForPrincipalPolicy: () => ({ PolicySourceArn: NOBODY }),
  AssumeRole: () => ({ RoleArn: 'arn:aws:iam::000000000000:role/none', RoleSessionName: 'work' }),
  GetAccessKeyInfo: () => ({ AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }),
  ListSSHSessions: (id) => ({ InstanceId: id }),
  GetSSHSession: () => ({ SessionId: `s-${'0'.repeat(17)}` }),
  ListRecordings: (id) => ({ InstanceId: id }),
  GetRecording: () => ({ RecordingId: `r-${'0'.repeat(32)}` }),
  ReadRecording: () => ({ RecordingId: `r-${'0'.repeat(32)}` }),
  DeleteRecording: () => ({ RecordingId: `r-${'0'.repeat(32)}` }),
  EndSSHSessions: (id) => ({ InstanceId: id }),
  ListTerminals: (id) => ({ InstanceId: id }),
  EndTerminal: () => ({ TerminalId: `t-${'a'.repeat(32)}` }),
  ListSessions: () => USER,
  RevokeSessions: () => USER,
  CreateOpenIDConnectProvider: () => ({ Url: 'https://id.example.org', ClientIDList: ['x'] }),
  GetOpenIDConnectProvider: () => PROVIDER,
  ListOpenIDConnectProviders: () => ({}),
  DeleteOpenIDConnectProvider: () => PROVIDER,
  UpdateOpenIDConnectProviderThumbprint: () => ({ ...PROVIDER, ThumbprintList: [] }),
  AddClientIDToOpenIDConnectProvider: () => ({ ...PROVIDER, ClientID: 'y' }),
  RemoveClientIDFromOpenIDConnectProvider: () => ({ ...PROVIDER, ClientID: 'x' }),
  TagOpenIDConnectProvider: () => ({ ...PROVIDER, Tags: TAGS }),
  UntagOpenIDConnectProvider: () => ({ ...PROVIDER, TagKeys: ['env'] }),
  ListOpenIDConnectProviderTags: () => PROVIDER,
  PutOpenIDConnectProviderClaims: () => ({ ...PROVIDER, ClaimTags: [{ Claim: 'a', TagKey: 'b' }] }),
}

const RIGHTS = [
  'select * from entities',
  'select * from entity_tags',
  'select * from group_members',
  'select * from inline_policies',
  'select * from roles',
  'select * from profile_roles',
  'select * from policies',
  'select * from policy_versions',
  'select * from attachments',
  'select * from access_keys',
  'select * from passwords',
  'select * from mfa_devices',
  'select * from passkeys',
  'select * from recovery_codes',
  "select * from settings where name in ('password-policy', 'account-alias')",
  'select * from roles',
  'select * from providers',
  'select * from sessions',
  'select * from instances',
  'select * from instance_tags',
  'select * from join_tokens',
  'select * from endpoints',
  'select * from security_groups',
  'select * from instance_security_groups',
  'select * from pending_instances',
  'select * from launch_requests',
]
/** When a key was last used is no right, and is written a minute after it was. */
const exceptUses = (column: string, value: unknown) =>
  column.startsWith('last_used_') ? undefined : value
const rights = () =>
  JSON.stringify(
    RIGHTS.map((sql) => plane.query(sql)),
    exceptUses,
  )

describe('without a permission', () => {
  for (const operation of OPERATIONS) {
    const { name, action, access } = operation
    // Whose proof is in the body has no permissions: they have tests of their own.
    if (operation.needsNoPermission || operation.identify !== undefined) continue
    // Asked at a door of its own, where its denial is tested: http/tunnel-door.test.ts, http/terminal-door.test.ts.
    if (operation.byOwnDoor) continue
    it(`${name} is denied, explained and recorded, and changes nothing`, async () => {
      const fields = REQUESTS[name]?.(instanceId)
      assert.ok(fields !== undefined, 'a new operation needs its line here')
      const before = rights()
      const answer = await nobody.call(name, fields)
      assert.deepEqual([answer.status, answer.code], [400, 'AccessDeniedException'])
      assert.ok(answer.message.includes(`is not authorized to perform: ${action} on resource: `))
      assert.match(answer.body.Explanation, /Least change/)
      const last = plane.trail().at(-1)
      assert.deepEqual(
        [last?.phase, last?.eventName, last?.errorCode, last?.event.readOnly],
        ['complete', name, 'AccessDenied', access === 'read'],
      )
      const recorded = last?.event.additionalEventData.explanation
      // What a trust policy asks for is for those who may read the trail.
      if (name === 'AssumeRole') assert.match(recorded ?? '', /trust policy/)
      else assert.equal(recorded, answer.body.Explanation)
      assert.equal(last?.event.userIdentity.type, 'IAMUser')
      assert.equal(rights(), before)
    })
  }

  it('GetCallerIdentity is answered, even against a Deny, as in AWS', async () => {
    const denied = await plane.user('denied', { Effect: 'Deny', Action: '*', Resource: '*' })
    assert.equal((await denied.call('GetCallerIdentity', {})).status, 200)
  })
})

describe('a permission', () => {
  it('for one user is none for another', async () => {
    const clerk = await plane.user('clerk', {
      Effect: 'Allow',
      Action: 'iam:*',
      Resource: 'arn:aws:iam::*:user/intern-*',
    })
    await clerk.done('CreateUser', { UserName: 'intern-1' })
    const policy = { PolicyName: 'p', PolicyDocument: DOCUMENT }
    for (const UserName of ['clerk', 'nobody']) {
      const answer = await clerk.call('PutUserPolicy', { UserName, ...policy })
      assert.equal(answer.code, 'AccessDeniedException')
    }
  })

  it('for one user does not reach the key of another by its id', async () => {
    const clerk = await plane.user('clerk-2', {
      Effect: 'Allow',
      Action: 'iam:*',
      Resource: 'arn:aws:iam::*:user/clerk-2',
    })
    for (const operation of ['DeleteAccessKey', 'UpdateAccessKey']) {
      const answer = await clerk.call(operation, {
        UserName: 'clerk-2',
        AccessKeyId: nobody.accessKeyId,
        Status: 'Inactive',
      })
      assert.deepEqual([answer.status, answer.code], [404, 'NoSuchEntity'])
    }
    assert.equal((await nobody.call('GetCallerIdentity', {})).status, 200)
  })

  it('for some tags is none for a change of several instances of which one has others', async () => {
    const other = await enrolHost(plane, { env: 'prod' })
    const tagger = await plane.user('tagger', {
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/env': 'dev' } },
    })
    const Tags = [{ Key: 'owner', Value: 'me' }]
    const both = { Resources: [instanceId, other.instanceId], Tags }
    assert.equal((await tagger.call('CreateTags', both)).code, 'AccessDeniedException')
    assert.equal((await tagger.call('CreateTags', { Resources: [instanceId], Tags })).status, 200)
  })

  it('to enrol with some tags is none to enrol with others (would reach what the tag opens)', async () => {
    const enroller = await plane.user('enroller', {
      Effect: 'Allow',
      Action: 'fleetkey:CreateJoinToken',
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:RequestTag/env': 'dev' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['env'] },
      },
    })
    const tokens = (...tags: [string, string][]) =>
      enroller.call('CreateJoinToken', { Tags: tags.map(([Key, Value]) => ({ Key, Value })) })
    assert.equal((await tokens(['env', 'dev'])).status, 200)
    assert.equal((await tokens(['env', 'prod'])).code, 'AccessDeniedException')
    assert.equal((await tokens()).code, 'AccessDeniedException')
    assert.equal((await tokens(['env', 'dev'], ['team', 'x'])).code, 'AccessDeniedException')
    assert.equal((await tokens(['env', 'dev'], ['ENV', 'prod'])).code, 'ValidationException')
  })
})
