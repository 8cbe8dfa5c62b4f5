import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

let plane: ControlPlane
let account = ''
before(async () => {
  plane = await startControlPlane()
  account = (await plane.root.done('GetCallerIdentity', {})).Account
})
after(() => plane.close())

const PROFILE = { InstanceProfileName: 'web' }
const allowing = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } })
const trusting = (principal: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' },
  })

async function refused(operation: string, fields: object, status: number, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [status, code], answer.text)
  return answer.message
}

describe('the account', () => {
  it('has one alias at most; a new one takes its place', async () => {
    const aliases = async () => (await plane.root.done('ListAccountAliases', {})).AccountAliases
    assert.deepEqual(await aliases(), [])
    await plane.root.done('CreateAccountAlias', { AccountAlias: 'acme' })
    await plane.root.done('CreateAccountAlias', { AccountAlias: 'acme-2' })
    assert.deepEqual(await plane.root.done('ListAccountAliases', {}), {
      AccountAliases: ['acme-2'],
      IsTruncated: false,
    })
    const same = { AccountAlias: 'acme-2' }
    const message = await refused('CreateAccountAlias', same, 409, 'EntityAlreadyExists')
    assert.equal(message, 'The account alias acme-2 already exists.')
    await refused('DeleteAccountAlias', { AccountAlias: 'acme' }, 404, 'NoSuchEntity')
    await plane.root.done('DeleteAccountAlias', same)
    assert.deepEqual(await aliases(), [])
    for (const AccountAlias of ['ab', 'Acme', '-acme', 'acme-', 'ac--me', 'a'.repeat(64), 'a.b']) {
      await refused('CreateAccountAlias', { AccountAlias }, 400, 'ValidationException')
    }
  })

  it('is counted', async () => {
    const summary = async (): Promise<Record<string, number>> =>
      (await plane.root.done('GetAccountSummary', {})).SummaryMap
    const before = await summary()
    await plane.root.done('CreateUser', { UserName: 'counted' })
    await plane.root.done('CreateGroup', { GroupName: 'counted' })
    await plane.root.done('CreateRole', {
      RoleName: 'counted',
      AssumeRolePolicyDocument: trusting('*'),
    })
    const { Policy } = await plane.root.done('CreatePolicy', {
      PolicyName: 'counted',
      PolicyDocument: allowing('iam:GetUser'),
    })
    await plane.root.done('CreatePolicyVersion', {
      PolicyArn: Policy.Arn,
      PolicyDocument: allowing('iam:GetRole'),
    })
    const after = await summary()
    const grown = Object.entries(after)
      .map(([name, count]) => [name, count - (before[name] ?? Number.NaN)] as const)
      .filter(([, more]) => more !== 0)
    assert.deepEqual(Object.fromEntries(grown), {
      Users: 1,
      Groups: 1,
      Roles: 1,
      Policies: 1,
      PolicyVersionsInUse: 2,
    })
    assert.deepEqual(
      [after['AccountAccessKeysPresent'], after['AccountMFAEnabled'], after['PolicySizeQuota']],
      [1, 0, 6144],
    )
  })
})

describe('the authorization details', () => {
  before(async () => {
    const { root } = plane
    await root.done('CreatePolicy', {
      PolicyName: 'held',
      Path: '/p/',
      Description: 'what all hold',
      PolicyDocument: allowing('iam:ListUsers'),
    })
    const PolicyArn = `arn:aws:iam::${account}:policy/p/held`
    const boundary = { PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
    const Tags = [{ Key: 'Team', Value: 'blue' }]
    await root.done('CreateGroup', { GroupName: 'staff', Path: '/g/' })
    await root.done('CreateUser', { UserName: 'ann', Path: '/u/', Tags, ...boundary })
    await root.done('AddUserToGroup', { UserName: 'ann', GroupName: 'staff' })
    await root.done('CreateRole', {
      RoleName: 'deploy',
      Path: '/r/',
      Tags,
      ...boundary,
      AssumeRolePolicyDocument: trusting(`arn:aws:iam::${account}:user/u/ann`),
    })
    await root.done('CreateInstanceProfile', { ...PROFILE, Path: '/i/' })
    await root.done('AddRoleToInstanceProfile', { ...PROFILE, RoleName: 'deploy' })
    for (const [noun, holder] of [
      ['User', { UserName: 'ann' }],
      ['Group', { GroupName: 'staff' }],
      ['Role', { RoleName: 'deploy' }],
    ] as const) {
      await root.done(`Attach${noun}Policy`, { ...holder, PolicyArn })
      const PolicyDocument = allowing(`iam:Get${noun}`)
      await root.done(`Put${noun}Policy`, { ...holder, PolicyName: 'inline', PolicyDocument })
    }
    await root.done('CreatePolicyVersion', {
      PolicyArn,
      PolicyDocument: allowing('iam:ListRoles'),
      SetAsDefault: true,
    })
  })

  it('are complete', async () => {
    const details = await plane.root.done('GetAccountAuthorizationDetails', {})
    const byName = (list: Record<string, unknown>[], member: string, name: string) =>
      list.find((one) => one[member] === name)
    const { User } = await plane.root.done('GetUser', { UserName: 'ann' })
    const { Group } = await plane.root.done('GetGroup', { GroupName: 'staff' })
    const { Role } = await plane.root.done('GetRole', { RoleName: 'deploy' })
    const PolicyArn = `arn:aws:iam::${account}:policy/p/held`
    const { Policy } = await plane.root.done('GetPolicy', { PolicyArn })
    const AttachedManagedPolicies = [{ PolicyName: 'held', PolicyArn }]
    const inline = (noun: string) => [
      { PolicyName: 'inline', PolicyDocument: allowing(`iam:Get${noun}`) },
    ]
    assert.deepEqual(byName(details.UserDetailList, 'UserName', 'ann'), {
      ...User,
      GroupList: ['staff'],
      UserPolicyList: inline('User'),
      AttachedManagedPolicies,
    })
    assert.deepEqual(byName(details.GroupDetailList, 'GroupName', 'staff'), {
      ...Group,
      GroupPolicyList: inline('Group'),
      AttachedManagedPolicies,
    })
    const { MaxSessionDuration, ...role } = Role
    assert.equal(MaxSessionDuration, 3600)
    assert.deepEqual(byName(details.RoleDetailList, 'RoleName', 'deploy'), {
      ...role,
      InstanceProfileList: [(await plane.root.done('GetInstanceProfile', PROFILE)).InstanceProfile],
      RolePolicyList: inline('Role'),
      AttachedManagedPolicies,
    })
    const { Tags, ...policy } = Policy
    assert.deepEqual(Tags, [])
    const versions = []
    for (const VersionId of ['v2', 'v1']) {
      const version = await plane.root.done('GetPolicyVersion', { PolicyArn, VersionId })
      versions.push(version.PolicyVersion)
    }
    assert.deepEqual(byName(details.Policies, 'PolicyName', 'held'), {
      ...policy,
      PolicyVersionList: versions,
    })
    assert.ok(byName(details.Policies, 'Arn', 'arn:aws:iam::aws:policy/ReadOnlyAccess'))
  })

  it('are filtered by kind, and come in pages that lose nothing', async () => {
    const ask = (fields: object) => plane.root.done('GetAccountAuthorizationDetails', fields)
    const count = (answer: Record<string, unknown[]>) =>
      ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'].map(
        (member) => answer[member]?.length,
      )
    const all = count(await ask({}))
    assert.ok(all.every((many) => many !== undefined && many > 0))
    const [users, , roles] = all
    assert.deepEqual(count(await ask({ Filter: ['Role', 'User'] })), [users, 0, roles, 0])
    const local = await ask({ Filter: ['LocalManagedPolicy'] })
    const ofAws = await ask({ Filter: ['AWSManagedPolicy'] })
    assert.equal(local.Policies.length + ofAws.Policies.length, all[3])
    assert.ok(ofAws.Policies.every((one: { Arn: string }) => one.Arn.includes(':aws:policy/')))

    const seen = [0, 0, 0, 0]
    let page: Record<string, unknown> | undefined
    do {
      page = await ask({ MaxItems: 2, Marker: page?.['Marker'] ?? null })
      const counted = count(page as Record<string, unknown[]>)
      counted.forEach((many, index) => (seen[index] = (seen[index] ?? 0) + (many ?? 0)))
    } while (page?.['IsTruncated'])
    assert.deepEqual(seen, all)
    await refused('GetAccountAuthorizationDetails', { Filter: ['Key'] }, 400, 'ValidationException')
  })
})
