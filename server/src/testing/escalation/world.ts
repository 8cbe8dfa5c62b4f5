import type { ApiClient } from '../api-client.ts'
import type { ControlPlane } from '../control-plane.ts'
import { enrolHost } from '../fake-agent.ts'

/** A world with everything in it that has ever been a step up: behind a Deny, a boundary, a tag, a name, an old version, a trust. */
export interface EscalationWorld {
  readonly accountId: string
  readonly instanceId: string
  readonly mallory: ApiClient
  /** Of the administrator, switched off long ago; mallory still has its secret. */
  readonly oldKey: ApiClient
  readonly policy: (name: string) => string
}

export const IDP = 'idp.example'
export const OLD_IDP = 'old-idp.example'

export const ALLOW_ALL = { Effect: 'Allow', Action: '*', Resource: '*' }
export const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess'

export const document = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement })

export const allow = (Action: string | readonly string[], Condition: object = {}): object => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  Condition,
})

export const deny = (Action: string | readonly string[]): object => ({
  ...allow(Action),
  Effect: 'Deny',
})

/** What one may only under another name, with another tag, or without a tag that one has. */
const byWho = [
  allow('fleetkey:ForgetInstance', { StringEquals: { 'aws:username': 'chief' } }),
  allow('fleetkey:CreateJoinToken', { StringEquals: { 'aws:PrincipalTag/team': 'ops' } }),
  allow('fleetkey:RevokeJoinToken', { StringNotEquals: { 'aws:PrincipalTag/watched': 'yes' } }),
]

export async function buildWorld(plane: ControlPlane): Promise<EscalationWorld> {
  const { root } = plane
  const { Account: accountId } = await root.done('GetCallerIdentity', {})
  const iam = (name: string) => `arn:aws:iam::${accountId}:${name}`
  const policy = (name: string) => iam(`policy/${name}`)
  const { instanceId } = await enrolHost(plane, { env: 'prod' })

  const create = (PolicyName: string, ...statements: readonly object[]) =>
    root.done('CreatePolicy', { PolicyName, PolicyDocument: document(...statements) })
  await create('Power', ALLOW_ALL)
  await create(
    'Latent',
    allow([
      'fleetkey:SearchEvents',
      'ec2:DescribeInstances',
      'iam:ListUsers',
      'iam:GetAccountSummary',
      'fleetkey:ListJoinTokens',
    ]),
  )
  await root.done('CreatePolicyVersion', {
    PolicyArn: policy('Latent'),
    PolicyDocument: document(ALLOW_ALL),
  })
  await create('Fence', deny('fleetkey:SearchEvents'))
  await root.done('CreatePolicyVersion', {
    PolicyArn: policy('Fence'),
    PolicyDocument: document(deny('fleetkey:RevokeJoinToken')),
  })
  await create('Bound', { ...ALLOW_ALL, Action: undefined, NotAction: 'ec2:DescribeInstances' })
  await root.done('CreatePolicyVersion', {
    PolicyArn: policy('Bound'),
    PolicyDocument: document(ALLOW_ALL),
  })
  await create('Wide', ALLOW_ALL)
  await create('Mute', deny('fleetkey:ListJoinTokens'))

  for (const GroupName of ['admins', 'fenced', 'empty'])
    await root.done('CreateGroup', { GroupName })
  await root.done('AttachGroupPolicy', { GroupName: 'admins', PolicyArn: ADMINISTRATOR })
  await root.done('AttachGroupPolicy', { GroupName: 'fenced', PolicyArn: policy('Fence') })
  await root.done('PutGroupPolicy', {
    GroupName: 'fenced',
    PolicyName: 'muzzle',
    PolicyDocument: document(deny('iam:GetAccountSummary')),
  })

  const admin = await plane.user('admin', ALLOW_ALL)
  await root.done('AddUserToGroup', { GroupName: 'admins', UserName: 'admin' })
  await root.done('CreateLoginProfile', { UserName: 'admin', Password: 'correct horse battery' })
  await root.done('UpdateAccessKey', {
    UserName: 'admin',
    AccessKeyId: admin.accessKeyId,
    Status: 'Inactive',
  })
  await plane.user('peer')
  await root.done('CreateUser', { UserName: 'boss' })
  await root.done('AddUserToGroup', { GroupName: 'admins', UserName: 'boss' })

  const mallory = await plane.user('mallory')
  const UserName = 'mallory'
  await root.done('AddUserToGroup', { GroupName: 'fenced', UserName })
  await root.done('AttachUserPolicy', { UserName, PolicyArn: policy('Latent') })
  await root.done('AttachUserPolicy', { UserName, PolicyArn: policy('Mute') })
  await root.done('PutUserPermissionsBoundary', { UserName, PermissionsBoundary: policy('Bound') })
  await root.done('TagUser', { UserName, Tags: [{ Key: 'watched', Value: 'yes' }] })
  const put = (PolicyName: string, ...statements: readonly object[]) =>
    root.done('PutUserPolicy', { UserName, PolicyName, PolicyDocument: document(...statements) })
  await put('muzzle', deny('iam:ListUsers'))
  await put('by-who', ...byWho)
  await put(
    'by-tag',
    allow('ec2-instance-connect:SendSSHPublicKey', {
      StringEquals: { 'aws:ResourceTag/env': 'dev' },
    }),
  )

  const role = (RoleName: string, AWS: string, Condition: object = {}) =>
    root.done('CreateRole', {
      RoleName,
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS },
        Condition,
      }),
    })
  const rolePolicy = (RoleName: string, ...statements: readonly object[]) =>
    root.done('PutRolePolicy', {
      RoleName,
      PolicyName: 'p',
      PolicyDocument: document(...statements),
    })
  // Only the administrator may come in; and whoever may by being somebody else.
  await role('ops', iam('user/admin'))
  await rolePolicy('ops', ALLOW_ALL)
  await role('by-tag', '*', { StringEquals: { 'aws:PrincipalTag/team': 'ops' } })
  await rolePolicy('by-tag', ALLOW_ALL)
  await role('by-name', '*', { ArnLike: { 'aws:PrincipalArn': iam('user/chief') } })
  await rolePolicy('by-name', ALLOW_ALL)
  await role('by-role-name', '*', { ArnLike: { 'aws:PrincipalArn': iam('role/evil') } })
  await rolePolicy('by-role-name', ALLOW_ALL)
  // Delegated to the account's own policies, of which nobody's but the administrator's let in.
  await role('account', accountId)
  await rolePolicy('account', ALLOW_ALL)
  await root.done('PutRolePermissionsBoundary', {
    RoleName: 'account',
    PermissionsBoundary: policy('Fence'),
  })
  // Mallory's own role: it would have much, but for its boundary, its Denies and its tags.
  const RoleName = 'mine'
  await role(RoleName, iam('user/mallory'))
  await rolePolicy(RoleName, allow('fleetkey:SearchEvents'), ...byWho)
  await root.done('PutRolePolicy', {
    RoleName,
    PolicyName: 'muzzle',
    PolicyDocument: document(
      deny(['fleetkey:SearchEvents', 'iam:ListUsers', 'iam:GetAccountSummary']),
    ),
  })
  await root.done('AttachRolePolicy', { RoleName, PolicyArn: policy('Latent') })
  await root.done('AttachRolePolicy', { RoleName, PolicyArn: policy('Mute') })
  await root.done('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: policy('Bound') })
  await root.done('TagRole', { RoleName, Tags: [{ Key: 'watched', Value: 'yes' }] })

  // Two providers vouch for people, of which one is gone.
  for (const name of [IDP, OLD_IDP]) {
    await root.done('CreateOpenIDConnectProvider', {
      Url: `https://${name}`,
      ClientIDList: ['theirs'],
    })
  }
  await root.done('CreateRole', {
    RoleName: 'web',
    AssumeRolePolicyDocument: document({
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: [IDP, OLD_IDP].map((name) => iam(`oidc-provider/${name}`)) },
      Condition: { StringEquals: { [`${IDP}:aud`]: ['mine', 'theirs'] } },
    }),
  })
  await rolePolicy('web', ALLOW_ALL)
  await root.done('DeleteOpenIDConnectProvider', {
    OpenIDConnectProviderArn: iam(`oidc-provider/${OLD_IDP}`),
  })

  return { accountId, instanceId, mallory, oldKey: admin, policy }
}
