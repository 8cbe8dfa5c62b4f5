import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

let plane: ControlPlane
let account = ''
before(async () => {
  plane = await startControlPlane()
  account = (await plane.root.done('GetCallerIdentity', {})).Account
  await plane.root.done('CreateUser', { UserName: 'ann' })
  await plane.root.done('CreateGroup', { GroupName: 'staff', Path: '/eu/' })
  await plane.root.done('CreateRole', { RoleName: 'deploy', AssumeRolePolicyDocument: TRUST })
})
after(() => plane.close())

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
})
const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' },
})
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'

async function refused(operation: string, fields: object, status: number, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [status, code], answer.text)
  return answer.message
}

async function policy(PolicyName: string, Path = '/'): Promise<string> {
  const fields = { PolicyName, Path, PolicyDocument: DOCUMENT }
  return (await plane.root.done('CreatePolicy', fields)).Policy.Arn
}

const HOLDERS = [
  { noun: 'User', holder: { UserName: 'ann' } },
  { noun: 'Group', holder: { GroupName: 'staff' } },
  { noun: 'Role', holder: { RoleName: 'deploy' } },
] as const

for (const { noun, holder } of HOLDERS) {
  const attach = (PolicyArn: string) =>
    plane.root.done(`Attach${noun}Policy`, { ...holder, PolicyArn })
  const detach = (PolicyArn: string) =>
    plane.root.done(`Detach${noun}Policy`, { ...holder, PolicyArn })
  const attached = async (fields: object = {}) =>
    await plane.root.done(`ListAttached${noun}Policies`, { ...holder, ...fields })
  const arns = async (fields: object = {}): Promise<string[]> =>
    (await attached(fields)).AttachedPolicies.map((one: { PolicyArn: string }) => one.PolicyArn)

  describe(`policies of a ${noun.toLowerCase()}`, () => {
    it('are attached, once however often, listed and detached', async () => {
      const own = await policy(`of-${noun}`, '/x/')
      for (const arn of [own, own, READ_ONLY]) await attach(arn)
      assert.deepEqual(await attached(), {
        AttachedPolicies: [
          { PolicyName: `of-${noun}`, PolicyArn: own },
          { PolicyName: 'ReadOnlyAccess', PolicyArn: READ_ONLY },
        ],
        IsTruncated: false,
      })
      assert.deepEqual(await arns({ PathPrefix: '/x/' }), [own])
      const { Policy } = await plane.root.done('GetPolicy', { PolicyArn: own })
      assert.equal(Policy.AttachmentCount, 1)
      await detach(own)
      await detach(READ_ONLY)
      assert.deepEqual(await arns(), [])
      const again = { ...holder, PolicyArn: own }
      const message = await refused(`Detach${noun}Policy`, again, 404, 'NoSuchEntity')
      assert.equal(message, `Policy ${own} was not found.`)
    })

    it('are ten at most, and come in pages', async () => {
      const ten = []
      for (let count = 0; count < 10; count++) ten.push(await policy(`ten-${noun}-${count}`))
      for (const arn of ten) await attach(arn)
      const eleventh = { ...holder, PolicyArn: READ_ONLY }
      const message = await refused(`Attach${noun}Policy`, eleventh, 409, 'LimitExceeded')
      assert.equal(message, `Cannot exceed quota for PoliciesPer${noun}: 10`)
      await attach(ten[0] ?? '')
      const first = await attached({ MaxItems: 4 })
      assert.deepEqual([first.AttachedPolicies.length, first.IsTruncated], [4, true])
      const rest = await arns({ Marker: first.Marker })
      const firstArns = first.AttachedPolicies.map((one: { PolicyArn: string }) => one.PolicyArn)
      assert.deepEqual([...firstArns, ...rest], ten)
      for (const arn of ten) await detach(arn)
    })

    it('are refused when holder or policy is not there', async () => {
      const PolicyArn = `arn:aws:iam::${account}:policy/none`
      const none = Object.fromEntries(Object.keys(holder).map((key) => [key, 'none']))
      const kind = noun.toLowerCase()
      for (const verb of ['Attach', 'Detach']) {
        const fields = { ...none, PolicyArn: READ_ONLY }
        const message = await refused(`${verb}${noun}Policy`, fields, 404, 'NoSuchEntity')
        assert.equal(message, `The ${kind} with name none cannot be found.`)
      }
      await refused(`ListAttached${noun}Policies`, none, 404, 'NoSuchEntity')
      const missing = await refused(
        `Attach${noun}Policy`,
        { ...holder, PolicyArn },
        404,
        'NoSuchEntity',
      )
      assert.equal(missing, `Policy ${PolicyArn} does not exist or is not attachable.`)
    })
  })
}

describe('who has a policy', () => {
  it('is listed by kind and use, in pages', async () => {
    const PolicyArn = await policy('shared')
    for (const { noun, holder } of HOLDERS) {
      await plane.root.done(`Attach${noun}Policy`, { ...holder, PolicyArn })
    }
    await plane.root.done('CreateUser', { UserName: 'bob', Path: '/eu/' })
    for (const UserName of ['ann', 'bob']) {
      const bounded = { UserName, PermissionsBoundary: PolicyArn }
      await plane.root.done('PutUserPermissionsBoundary', bounded)
    }
    const named = async (fields: object = {}) => {
      const answer = await plane.root.done('ListEntitiesForPolicy', { PolicyArn, ...fields })
      const { PolicyUsers: users, PolicyGroups: groups, PolicyRoles: roles } = answer
      return [
        users.map((user: { UserName: string }) => user.UserName),
        groups.map((group: { GroupName: string }) => group.GroupName),
        roles.map((role: { RoleName: string }) => role.RoleName),
      ]
    }
    assert.deepEqual(await named(), [['ann', 'bob'], ['staff'], ['deploy']])
    const usage = (PolicyUsageFilter: string) => named({ PolicyUsageFilter })
    assert.deepEqual(await usage('PermissionsPolicy'), [['ann'], ['staff'], ['deploy']])
    assert.deepEqual(await usage('PermissionsBoundary'), [['ann', 'bob'], [], []])
    assert.deepEqual(await named({ EntityFilter: 'Role' }), [[], [], ['deploy']])
    assert.deepEqual(await named({ EntityFilter: 'AWSManagedPolicy' }), [[], [], []])
    assert.deepEqual(await named({ PathPrefix: '/eu/' }), [['bob'], ['staff'], []])

    const first = await plane.root.done('ListEntitiesForPolicy', { PolicyArn, MaxItems: 3 })
    assert.equal(first.IsTruncated, true)
    const marker = { Marker: first.Marker }
    assert.deepEqual(await named({ MaxItems: 3 }), [['ann'], ['staff'], ['deploy']])
    assert.deepEqual(await named(marker), [['bob'], [], []])
    const { User } = await plane.root.done('GetUser', { UserName: 'bob' })
    const { PolicyUsers } = await plane.root.done('ListEntitiesForPolicy', { PolicyArn, ...marker })
    assert.deepEqual(PolicyUsers, [{ UserName: 'bob', UserId: User.UserId }])
    await refused('ListEntitiesForPolicy', { PolicyArn: `${PolicyArn}x` }, 404, 'NoSuchEntity')
    const wrong = { PolicyArn, EntityFilter: 'Users' }
    await refused('ListEntitiesForPolicy', wrong, 400, 'ValidationException')
  })
})

describe('permission to hand out policies', () => {
  it('may be limited to some policies and to bounded users', async () => {
    const given = await policy('given')
    const kept = await policy('kept')
    const statement = {
      Effect: 'Allow',
      Action: ['iam:AttachUserPolicy', 'iam:DetachUserPolicy', 'iam:ListUsers'],
      Resource: '*',
      Condition: {
        ArnEqualsIfExists: { 'iam:PolicyARN': given },
        StringEqualsIfExists: { 'iam:PermissionsBoundary': READ_ONLY },
        Null: { 'iam:PermissionsBoundary': 'false' },
      },
    }
    const clerk = await plane.user('clerk', statement)
    // Nobody hands out what they do not hold: not more than this, here.
    await plane.root.done('AttachUserPolicy', { UserName: 'clerk', PolicyArn: READ_ONLY })
    for (const UserName of ['free', 'bounded']) await plane.root.done('CreateUser', { UserName })
    const boundary = { UserName: 'bounded', PermissionsBoundary: READ_ONLY }
    await plane.root.done('PutUserPermissionsBoundary', boundary)
    const codes = []
    for (const [UserName, PolicyArn] of [
      ['bounded', given],
      ['bounded', kept],
      ['free', given],
    ]) {
      codes.push((await clerk.call('AttachUserPolicy', { UserName, PolicyArn })).code)
    }
    assert.deepEqual(codes, [undefined, 'AccessDeniedException', 'AccessDeniedException'])
    const detaching = { UserName: 'bounded', PolicyArn: given }
    assert.equal((await clerk.call('DetachUserPolicy', detaching)).status, 200)
  })
})
