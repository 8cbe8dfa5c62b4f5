import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { assume, givenRole, trusting as trustingIn } from '../../testing/given-role.ts'

let plane: ControlPlane
let account = ''
before(async () => {
  plane = await startControlPlane()
  account = (await plane.root.done('GetCallerIdentity', {})).Account
  await plane.root.done('CreateUser', { UserName: 'ann', Path: '/dev/' })
})
after(() => plane.close())

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const annArn = () => `arn:aws:iam::${account}:user/dev/ann`

const trusting = (principal: unknown, more: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more }],
  })
const trustingAnn = () => trusting({ AWS: annArn() })

async function refused(operation: string, fields: object, status: number, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [status, code], answer.text)
  assert.equal(plane.trail().at(-1)?.errorCode, code)
  return answer.message
}

async function created(RoleName: string, more: object = {}) {
  const fields = { RoleName, AssumeRolePolicyDocument: trustingAnn(), ...more }
  return (await plane.root.done('CreateRole', fields)).Role
}

const trustOf = async (RoleName: string): Promise<string> =>
  (await plane.root.done('GetRole', { RoleName })).Role.AssumeRolePolicyDocument

const storedTrust = (RoleName: string) =>
  plane.query(
    'select r.trust_policy as trust from roles r join entities e on e.id = r.role_id where e.name = ?',
    RoleName,
  )[0]?.['trust']

describe('roles', () => {
  it('are created with all that they may have, shown, listed and deleted', async () => {
    const role = await created('full', {
      Path: '/ops/night/',
      Description: 'for the night watch',
      MaxSessionDuration: 7200,
      PermissionsBoundary: READ_ONLY,
      Tags: [{ Key: 'Team', Value: 'blue' }],
    })
    const { RoleId, CreateDate, ...rest } = role
    assert.match(RoleId, /^AROA[A-Z2-7]{17}$/)
    assert.ok(Math.abs(CreateDate - Date.now() / 1000) < 60)
    assert.deepEqual(rest, {
      Path: '/ops/night/',
      RoleName: 'full',
      Arn: `arn:aws:iam::${account}:role/ops/night/full`,
      AssumeRolePolicyDocument: trustingAnn(),
      Description: 'for the night watch',
      MaxSessionDuration: 7200,
      PermissionsBoundary: {
        PermissionsBoundaryType: 'Policy',
        PermissionsBoundaryArn: READ_ONLY,
      },
      Tags: [{ Key: 'Team', Value: 'blue' }],
      RoleLastUsed: {},
    })
    assert.deepEqual((await plane.root.done('GetRole', { RoleName: 'full' })).Role, role)
    const { PermissionsBoundary, Tags, RoleLastUsed, ...listed } = role
    assert.ok([PermissionsBoundary, Tags, RoleLastUsed].every((part) => part !== undefined))
    const list = await plane.root.done('ListRoles', { PathPrefix: '/ops/' })
    assert.deepEqual(list, { Roles: [listed], IsTruncated: false })
    await plane.root.done('DeleteRole', { RoleName: 'full' })
    assert.deepEqual((await plane.root.done('ListRoles', { PathPrefix: '/ops/' })).Roles, [])
    const message = await refused('GetRole', { RoleName: 'full' }, 404, 'NoSuchEntity')
    assert.equal(message, 'The role with name full cannot be found.')
  })

  it('have sessions of an hour, no description, no boundary and no tags unless given', async () => {
    const { Description, MaxSessionDuration, PermissionsBoundary, Tags, Path } =
      await created('plain')
    assert.deepEqual(
      [Description, MaxSessionDuration, PermissionsBoundary, Tags, Path],
      [undefined, 3600, undefined, undefined, '/'],
    )
  })

  it('are refused twice, regardless of case', async () => {
    await created('Twice')
    const fields = { RoleName: 'twice', AssumeRolePolicyDocument: trustingAnn() }
    const message = await refused('CreateRole', fields, 409, 'EntityAlreadyExists')
    assert.equal(message, 'Role with name twice already exists.')
  })

  it('are refused with limits that AWS does not have', async () => {
    const AssumeRolePolicyDocument = trustingAnn()
    const wrong = [
      { RoleName: 'x'.repeat(65) },
      { RoleName: 'a/b' },
      { MaxSessionDuration: 3599 },
      { MaxSessionDuration: 43_201 },
      { Path: 'ops' },
      { Description: 'x'.repeat(1001) },
      { Description: '\u0001' },
      { PermissionsBoundary: 'arn:aws:iam::aws:role/ReadOnlyAccess' },
      { AssumeRolePolicyDocument: '' },
    ]
    for (const fields of wrong) {
      const given = { RoleName: 'wrong', AssumeRolePolicyDocument, ...fields }
      await refused('CreateRole', given, 400, 'ValidationException')
    }
  })

  it('are refused with a boundary that does not exist (would be without one)', async () => {
    const PermissionsBoundary = `arn:aws:iam::${account}:policy/none`
    const fields = { RoleName: 'b', AssumeRolePolicyDocument: trustingAnn(), PermissionsBoundary }
    await refused('CreateRole', fields, 404, 'NoSuchEntity')
  })

  it('are listed in pages, by name', async () => {
    for (const name of ['c', 'a', 'B']) await created(name, { Path: '/paged/' })
    const PathPrefix = '/paged/'
    const first = await plane.root.done('ListRoles', { PathPrefix, MaxItems: 2 })
    const second = await plane.root.done('ListRoles', { PathPrefix, Marker: first.Marker })
    const names = [...first.Roles, ...second.Roles].map((role) => role.RoleName)
    assert.deepEqual([names, first.IsTruncated, second.IsTruncated], [['a', 'B', 'c'], true, false])
    await refused('ListRoles', { Marker: 'mine' }, 400, 'ValidationException')
  })

  it('change their description and the length of new sessions; what is left out stays', async () => {
    const RoleName = 'changing'
    await created(RoleName, { Description: 'before' })
    await plane.root.done('UpdateRole', { RoleName, MaxSessionDuration: 43_200 })
    const { Role } = await plane.root.done('GetRole', { RoleName })
    assert.deepEqual([Role.Description, Role.MaxSessionDuration], ['before', 43_200])
    await plane.root.done('UpdateRole', { RoleName, Description: 'after' })
    const again = await plane.root.done('UpdateRoleDescription', { RoleName, Description: '' })
    assert.deepEqual([again.Role.Description, again.Role.MaxSessionDuration], [undefined, 43_200])
    const none = { RoleName: 'none', Description: 'x' }
    await refused('UpdateRole', none, 404, 'NoSuchEntity')
    await refused('UpdateRoleDescription', none, 404, 'NoSuchEntity')
  })

  it('cannot be deleted while policies hang on them, but by force', async () => {
    const RoleName = 'holding'
    await created(RoleName)
    await plane.root.done('AttachRolePolicy', { RoleName, PolicyArn: READ_ONLY })
    assert.equal(
      await refused('DeleteRole', { RoleName }, 409, 'DeleteConflict'),
      'Cannot delete entity, must detach all policies first.',
    )
    await plane.root.done('DeleteRole', { RoleName, Force: true })
    await refused('DeleteRole', { RoleName }, 404, 'NoSuchEntity')
  })
})

describe('the last use of a role', () => {
  it('is that of its sessions, and outlives a restart', async () => {
    const name = 'used'
    const role = await givenRole(plane, { name, trust: trustingIn('*') })
    const lastUse = async () =>
      (await plane.root.done('GetRole', { RoleName: name })).Role.RoleLastUsed
    const user = await plane.user('user-of-role')
    const session = await assume(plane, user, role)
    assert.deepEqual(await lastUse(), {})
    await session.done('GetCallerIdentity', {})
    const usedAt = Date.now() / 1000
    // Uses are written now and then, and when the server stops.
    await plane.restart()
    const { LastUsedDate, Region } = await lastUse()
    assert.ok(Math.abs(LastUsedDate - usedAt) < 5)
    assert.equal(Region, 'on-prem-1')
    const details = await plane.root.done('GetAccountAuthorizationDetails', { Filter: ['Role'] })
    const detail = details.RoleDetailList.find((one: { RoleName: string }) => one.RoleName === name)
    assert.deepEqual(detail.RoleLastUsed, { LastUsedDate, Region })
  })
})

describe('the trust policy of a role', () => {
  it('is stored with ids, shown with ARNs, and otherwise as it was written', async () => {
    const text = `{ "Version": "2012-10-17",\n  "Statement": {"Effect":"Allow", "Principal":{"AWS":[ "${annArn()}", "${account}"]},
      "Action" : "sts:AssumeRole"}}`
    await created('written', { AssumeRolePolicyDocument: text })
    const { User } = await plane.root.done('GetUser', { UserName: 'ann' })
    assert.equal(storedTrust('written'), text.replace(annArn(), User.UserId))
    assert.equal(await trustOf('written'), text)
  })

  it('follows a user who is renamed', async () => {
    await plane.root.done('CreateUser', { UserName: 'maiden' })
    const document = trusting({ AWS: `arn:aws:iam::${account}:user/maiden` })
    await created('renamed', { AssumeRolePolicyDocument: document })
    await plane.root.done('UpdateUser', { UserName: 'maiden', NewUserName: 'married' })
    assert.equal(await trustOf('renamed'), document.replace('maiden', 'married'))
  })

  it('does not come to trust who is made anew under a deleted name, user or role', async () => {
    await created('guest')
    await plane.root.done('CreateUser', { UserName: 'phoenix' })
    const document = trusting({
      AWS: [
        `arn:aws:iam::${account}:user/phoenix`,
        `arn:aws:iam::${account}:role/guest`,
        `arn:aws:sts::${account}:assumed-role/guest/s`,
      ],
    })
    await created('host', { AssumeRolePolicyDocument: document })
    const bound = storedTrust('host')
    await plane.root.done('DeleteUser', { UserName: 'phoenix' })
    await plane.root.done('DeleteRole', { RoleName: 'guest' })
    await plane.root.done('CreateUser', { UserName: 'phoenix' })
    await created('guest')
    const shown = await trustOf('host')
    assert.equal(shown, bound)
    assert.match(shown, /"AIDA\w{17}","AROA\w{17}","AROA\w{17}:s"/)
    // Saved again as it is shown, it is refused: whom the ids meant is gone.
    const again = { RoleName: 'host', PolicyDocument: shown }
    const message = await refused('UpdateAssumeRolePolicy', again, 400, 'MalformedPolicyDocument')
    assert.match(message, /^Invalid principal in policy: "AWS":"AIDA\w{17}"$/)
  })

  it('is replaced whole, or not at all', async () => {
    const RoleName = 'replaced'
    await created(RoleName)
    const everyone = trusting(
      { AWS: '*' },
      { Condition: { Bool: { 'aws:SecureTransport': true } } },
    )
    await plane.root.done('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: everyone })
    assert.equal(await trustOf(RoleName), everyone)
    const nobody = trusting({ AWS: `arn:aws:iam::${account}:user/none` })
    const fields = { RoleName, PolicyDocument: nobody }
    assert.equal(
      await refused('UpdateAssumeRolePolicy', fields, 400, 'MalformedPolicyDocument'),
      `Invalid principal in policy: "AWS":"arn:aws:iam::${account}:user/none"`,
    )
    assert.equal(await trustOf(RoleName), everyone)
    const unknown = { RoleName: 'none', PolicyDocument: everyone }
    await refused('UpdateAssumeRolePolicy', unknown, 404, 'NoSuchEntity')
  })

  it('is refused when it is no trust policy, names nobody, or a provider that is not registered', async () => {
    const federated = (name: string) => trusting({ Federated: name })
    const wrong = [
      '{',
      trusting('*'),
      trusting(undefined),
      trusting({ AWS: annArn() }, { Resource: '*' }),
      trusting({ AWS: `arn:aws:iam::${account}:user/ann` }),
      federated(`arn:aws:iam::${account}:oidc-provider/id.example.org`),
      federated('id.example.org'),
      trustingAnn().replace('sts:AssumeRole', 'ec2:DescribeInstances'),
    ]
    for (const document of wrong) {
      const role = { RoleName: 'wrong', AssumeRolePolicyDocument: document }
      await refused('CreateRole', role, 400, 'MalformedPolicyDocument')
    }
  })

  it('is refused over 2048 characters, white space not counted', async () => {
    const padded = (count: number, pad: string) =>
      trusting({ AWS: annArn() }, { Condition: { StringEquals: { 'aws:x': pad.repeat(count) } } })
    const room = 2048 - padded(0, '').length
    await created('long', { AssumeRolePolicyDocument: padded(room, 'x').replaceAll(',', ',  ') })
    const over = { RoleName: 'over', AssumeRolePolicyDocument: padded(room + 1, 'x') }
    const message = await refused('CreateRole', over, 409, 'LimitExceeded')
    assert.equal(message, 'Cannot exceed quota for ACLSizePerRole: 2048')
  })
})

describe('permission for roles', () => {
  const clerk = (name: string, ...statements: object[]) =>
    plane.user(
      name,
      statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })) as never,
    )

  it('to create them with tags is one more than without', async () => {
    const creator = await clerk('creator', { Action: 'iam:CreateRole' })
    const fields = { RoleName: 'tagged', AssumeRolePolicyDocument: trustingAnn() }
    const tagged = { ...fields, Tags: [{ Key: 'Team', Value: 'blue' }] }
    const answer = await creator.call('CreateRole', tagged)
    assert.equal(answer.code, 'AccessDeniedException')
    assert.match(answer.message, /not authorized to perform: iam:TagRole on resource: /)
    assert.equal((await creator.call('CreateRole', fields)).status, 200)
  })

  it('may ask for a path, a boundary, and tags in the request', async () => {
    const creator = await clerk('careful', {
      Action: ['iam:CreateRole', 'iam:TagRole'],
      Resource: `arn:aws:iam::${account}:role/ops/*`,
      Condition: {
        StringEquals: { 'iam:PermissionsBoundary': READ_ONLY, 'aws:RequestTag/Team': 'blue' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team'] },
      },
    })
    const right = {
      Path: '/ops/',
      PermissionsBoundary: READ_ONLY,
      Tags: [{ Key: 'Team', Value: 'blue' }],
    }
    const wrong = [
      { Path: '/' },
      { PermissionsBoundary: undefined },
      { PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      { Tags: [{ Key: 'Team', Value: 'red' }] },
      { Tags: [...right.Tags, { Key: 'More', Value: '' }] },
    ]
    const fields = { RoleName: 'careful', AssumeRolePolicyDocument: trustingAnn(), ...right }
    for (const change of wrong) {
      const answer = await creator.call('CreateRole', { ...fields, ...change })
      assert.equal(answer.code, 'AccessDeniedException')
    }
    assert.equal((await creator.call('CreateRole', fields)).status, 200)
  })

  it('is for the path and the tags that a role has, whatever the request says', async () => {
    await created('owned', { Path: '/ops/', Tags: [{ Key: 'Owner', Value: 'ann' }] })
    await created('other', { Path: '/ops/' })
    const owner = await clerk(
      'owner',
      {
        Action: ['iam:UpdateAssumeRolePolicy', 'iam:DeleteRole'],
        Resource: `arn:aws:iam::${account}:role/ops/*`,
        Condition: { StringEquals: { 'aws:ResourceTag/Owner': 'ann' } },
      },
      { Action: 'iam:ListRoles', Resource: `arn:aws:iam::${account}:role/ops/*` },
    )
    const PolicyDocument = trustingAnn()
    const change = (RoleName: string) =>
      owner.call('UpdateAssumeRolePolicy', { RoleName, PolicyDocument })
    assert.equal((await change('other')).code, 'AccessDeniedException')
    assert.equal((await change('owned')).status, 200)
    assert.equal((await owner.call('DeleteRole', { RoleName: 'owned' })).status, 200)
    assert.equal((await owner.call('ListRoles', { PathPrefix: '/ops/' })).status, 200)
    assert.equal((await owner.call('ListRoles', {})).code, 'AccessDeniedException')
  })
})

describe('the trail of roles', () => {
  it('holds both documents as they were said: who was trusted by ARN, and the answer', async () => {
    const RoleName = 'recorded'
    await created(RoleName)
    await plane.root.done('UpdateAssumeRolePolicy', {
      RoleName,
      PolicyDocument: trusting({ AWS: '*' }),
    })
    const [make, change] = plane
      .trail()
      .filter(({ phase, event }) => {
        const { roleName } = (event.requestParameters ?? {}) as { roleName?: string }
        return phase === 'outcome' && roleName === RoleName
      })
      .map(({ event }) => event)
    assert.deepEqual(make?.requestParameters, {
      roleName: RoleName,
      path: '/',
      assumeRolePolicyDocument: trustingAnn(),
      maxSessionDuration: 3600,
      tags: [],
    })
    const answered = JSON.stringify(make?.responseElements)
    assert.ok(answered.includes(`"AssumeRolePolicyDocument":${JSON.stringify(trustingAnn())}`))
    assert.deepEqual(change?.requestParameters, {
      roleName: RoleName,
      policyDocument: trusting({ AWS: '*' }),
    })
  })
})
