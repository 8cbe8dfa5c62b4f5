import {
  ADMINISTRATOR,
  ALLOW_ALL,
  allow,
  document,
  IDP,
  OLD_IDP,
  type EscalationWorld,
} from './world.ts'

/** One call that somebody might try. */
export interface Move {
  readonly operation: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** Every operation that changes a right, with everything in the world that it could be pointed at. */
export function movesIn(world: EscalationWorld): readonly Move[] {
  const { accountId, instanceId, oldKey, policy } = world
  const iam = (name: string) => `arn:aws:iam::${accountId}:${name}`
  const moves: Move[] = []
  const add = (operation: string, ...choices: readonly (readonly Record<string, unknown>[])[]) => {
    const combined = choices.reduce<Record<string, unknown>[]>(
      (some, choice) => some.flatMap((one) => choice.map((more) => ({ ...one, ...more }))),
      [{}],
    )
    for (const fields of combined) moves.push({ operation, fields })
  }
  const named = (member: string, ...names: readonly string[]) =>
    names.map((name) => ({ [member]: name }))

  const users = named('UserName', 'mallory', 'peer', 'admin')
  const groups = named('GroupName', 'admins', 'fenced', 'empty')
  const roles = named('RoleName', 'ops', 'account', 'mine', 'evil')
  const policies = named(
    'PolicyArn',
    policy('Power'),
    policy('Latent'),
    policy('Fence'),
    policy('Bound'),
    policy('Mute'),
    ADMINISTRATOR,
  )
  const ours = policies.slice(0, -1)
  const documents = named('PolicyDocument', document(ALLOW_ALL), document(allow('iam:ListRoles')))
  const trust = (AWS: string) =>
    document({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS } })
  const trusts = [iam('user/mallory'), '*']

  for (const [noun, holders] of [
    ['User', users],
    ['Group', groups],
    ['Role', roles],
  ] as const) {
    add(`Put${noun}Policy`, holders, named('PolicyName', 'p', 'muzzle', 'new'), documents)
    add(`Delete${noun}Policy`, holders, named('PolicyName', 'p', 'muzzle', 'by-who'))
    add(`Attach${noun}Policy`, holders, policies)
    add(`Detach${noun}Policy`, holders, policies)
  }
  for (const [noun, holders] of [
    ['User', users],
    ['Role', roles],
  ] as const) {
    add(
      `Put${noun}PermissionsBoundary`,
      holders,
      named('PermissionsBoundary', policy('Wide'), ADMINISTRATOR),
    )
    add(`Delete${noun}PermissionsBoundary`, holders)
    add(`Tag${noun}`, holders, [
      { Tags: [{ Key: 'team', Value: 'ops' }] },
      { Tags: [{ Key: 'Team', Value: 'ops' }] },
    ])
    add(`Untag${noun}`, holders, [{ TagKeys: ['watched'] }])
  }
  add('AddUserToGroup', groups, users)
  add('RemoveUserFromGroup', groups, users)
  add('DeleteGroup', groups, [{ Force: true }, {}])
  add('UpdateGroup', groups, named('NewGroupName', 'others'))
  add('UpdateUser', users, [{ NewUserName: 'chief' }, { NewPath: '/x/' }])
  add('DeleteUser', users, [{ Force: true }])
  add('CreateUser', named('UserName', 'chief', 'new'), [
    {},
    { Tags: [{ Key: 'team', Value: 'ops' }] },
  ])
  add('CreateAccessKey', named('UserName', 'mallory', 'peer', 'admin', 'chief', 'new'))
  add('UpdateAccessKey', [{ UserName: 'admin', AccessKeyId: oldKey.accessKeyId, Status: 'Active' }])
  for (const operation of ['CreateLoginProfile', 'UpdateLoginProfile']) {
    add(operation, [...users, { UserName: 'boss' }], [{ Password: 'another horse battery' }])
  }
  add('CreateGroup', named('GroupName', 'more'))
  add('CreatePolicy', named('PolicyName', 'More'), documents)
  add('CreatePolicyVersion', ours, documents, [{ SetAsDefault: true }, {}])
  add('SetDefaultPolicyVersion', ours, named('VersionId', 'v1', 'v2', 'v3'))
  add('DeletePolicyVersion', ours, named('VersionId', 'v1', 'v2'))
  add('DeletePolicy', ours, [{ Force: true }, {}])
  add('TagPolicy', ours.slice(0, 2), [{ Tags: [{ Key: 'team', Value: 'ops' }] }])
  add(
    'CreateRole',
    named('RoleName', 'evil', 'good'),
    named('AssumeRolePolicyDocument', ...trusts.map(trust)),
  )
  add('UpdateAssumeRolePolicy', roles, named('PolicyDocument', ...trusts.map(trust)))
  add('UpdateRole', roles, [{ MaxSessionDuration: 43_200 }])
  add('DeleteRole', roles, [{ Force: true }])
  add('UpdateAccountPasswordPolicy', [{ MinimumPasswordLength: 6 }])
  add('DeleteAccountPasswordPolicy', [{}])
  add('CreateVirtualMFADevice', named('VirtualMFADeviceName', 'phone'))
  add('CreateRecoveryCodes', users)
  const provider = [{ OpenIDConnectProviderArn: iam(`oidc-provider/${IDP}`) }]
  add('AddClientIDToOpenIDConnectProvider', provider, named('ClientID', 'mine'))
  add('CreateOpenIDConnectProvider', [{ Url: `https://${OLD_IDP}`, ClientIDList: ['mine'] }])
  add('PutOpenIDConnectProviderClaims', provider, [
    { ClaimTags: [{ Claim: 'nickname', TagKey: 'team' }] },
  ])
  add('CreateTags', [{ Resources: [instanceId], Tags: [{ Key: 'env', Value: 'dev' }] }])
  add('DeleteTags', [{ Resources: [instanceId], Tags: [{ Key: 'env' }] }])
  add('CreateJoinToken', [{ Tags: [{ Key: 'env', Value: 'dev' }] }])
  return moves
}
