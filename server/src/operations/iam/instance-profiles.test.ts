import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { givenRole, trusting } from '../../testing/given-role.ts'

let plane: ControlPlane
let account = ''
before(async () => {
  plane = await startControlPlane()
  account = (await plane.root.done('GetCallerIdentity', {})).Account
})
after(() => plane.close())

async function refused(operation: string, fields: object, status: number, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [status, code], answer.text)
  return answer.message
}

const done = (operation: string, fields: object) => plane.root.done(operation, fields)
const create = async (InstanceProfileName: string, more: object = {}) =>
  (await done('CreateInstanceProfile', { InstanceProfileName, ...more })).InstanceProfile
const role = async () => {
  const { name } = await givenRole(plane, { trust: trusting(account) })
  return { RoleName: name }
}

describe('instance profiles', () => {
  it('are created, shown and listed as in AWS', async () => {
    const Tags = [{ Key: 'team', Value: 'blue' }]
    const made = await create('full', { Path: '/web/', Tags })
    assert.match(made.InstanceProfileId, /^AIPA[A-Z2-7]{17}$/)
    assert.deepEqual(
      [made.Arn, made.Path, made.Roles, made.Tags],
      [`arn:aws:iam::${account}:instance-profile/web/full`, '/web/', [], Tags],
    )
    const named = { InstanceProfileName: 'full' }
    assert.deepEqual((await done('GetInstanceProfile', named)).InstanceProfile, made)
    const { Tags: _tags, ...listed } = made
    const list = (PathPrefix?: string) =>
      done('ListInstanceProfiles', { PathPrefix: PathPrefix ?? null })
    assert.deepEqual((await list('/web/')).InstanceProfiles, [listed])
    assert.deepEqual((await list()).InstanceProfiles, [listed])
    assert.deepEqual((await list('/db/')).InstanceProfiles, [])
    assert.equal(
      await refused(
        'CreateInstanceProfile',
        { InstanceProfileName: 'FULL' },
        409,
        'EntityAlreadyExists',
      ),
      'Instance Profile FULL already exists.',
    )
  })

  it('come in pages', async () => {
    for (const letter of ['a', 'B', 'c']) await create(`page-${letter}`, { Path: '/page/' })
    const ask = { PathPrefix: '/page/', MaxItems: 2 }
    const first = await done('ListInstanceProfiles', ask)
    const second = await done('ListInstanceProfiles', { ...ask, Marker: first.Marker })
    assert.deepEqual([first.IsTruncated, second.IsTruncated], [true, false])
    const names = [...first.InstanceProfiles, ...second.InstanceProfiles].map(
      (one: { InstanceProfileName: string }) => one.InstanceProfileName,
    )
    assert.deepEqual(names, ['page-a', 'page-B', 'page-c'])
  })

  it('are not found under another spelling, in the words of AWS', async () => {
    await create('spelled')
    for (const operation of ['GetInstanceProfile', 'DeleteInstanceProfile']) {
      assert.equal(
        await refused(operation, { InstanceProfileName: 'Spelled' }, 404, 'NoSuchEntity'),
        'Instance Profile Spelled cannot be found.',
      )
    }
    await refused(
      'CreateInstanceProfile',
      { InstanceProfileName: 'a b' },
      400,
      'ValidationException',
    )
  })

  it('have one role, which they show, and which shows them', async () => {
    const named = { InstanceProfileName: 'held' }
    await create('held')
    const [one, other] = [await role(), await role()]
    assert.deepEqual(await done('AddRoleToInstanceProfile', { ...named, ...one }), {})
    const { Role } = await done('GetRole', one)
    const { Description: _d, MaxSessionDuration: _m, RoleLastUsed: _l, ...core } = Role
    const { InstanceProfile } = await done('GetInstanceProfile', named)
    assert.deepEqual(InstanceProfile.Roles, [core])
    const listed = await done('ListInstanceProfilesForRole', one)
    assert.deepEqual(listed, { InstanceProfiles: [InstanceProfile], IsTruncated: false })
    assert.deepEqual((await done('ListInstanceProfilesForRole', other)).InstanceProfiles, [])
    for (const another of [one, other]) {
      assert.equal(
        await refused('AddRoleToInstanceProfile', { ...named, ...another }, 409, 'LimitExceeded'),
        'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
      )
    }
    await refused('RemoveRoleFromInstanceProfile', { ...named, ...other }, 404, 'NoSuchEntity')
    await done('RemoveRoleFromInstanceProfile', { ...named, ...one })
    await refused('RemoveRoleFromInstanceProfile', { ...named, ...one }, 404, 'NoSuchEntity')
    await done('AddRoleToInstanceProfile', { ...named, ...other })
  })

  it('are asked about only when both are there', async () => {
    await create('lonely')
    const here = await role()
    const gone = { RoleName: 'none' }
    for (const operation of ['AddRoleToInstanceProfile', 'RemoveRoleFromInstanceProfile']) {
      const profile = { InstanceProfileName: 'lonely' }
      await refused(operation, { ...profile, ...gone }, 404, 'NoSuchEntity')
      await refused(operation, { InstanceProfileName: 'none', ...here }, 404, 'NoSuchEntity')
    }
    await refused('ListInstanceProfilesForRole', gone, 404, 'NoSuchEntity')
  })

  it('hold themselves and their role, unless by force', async () => {
    const conflict = 'Cannot delete entity, must remove roles from instance profile first.'
    for (const name of ['kept', 'kept-too']) await create(name)
    const one = await role()
    for (const InstanceProfileName of ['kept', 'kept-too']) {
      await done('AddRoleToInstanceProfile', { InstanceProfileName, ...one })
    }
    const named = { InstanceProfileName: 'kept' }
    assert.equal(await refused('DeleteInstanceProfile', named, 409, 'DeleteConflict'), conflict)
    assert.equal(await refused('DeleteRole', one, 409, 'DeleteConflict'), conflict)
    await done('DeleteInstanceProfile', { ...named, Force: true })
    await refused('GetInstanceProfile', named, 404, 'NoSuchEntity')
    await done('DeleteRole', { ...one, Force: true })
    const left = await done('GetInstanceProfile', { InstanceProfileName: 'kept-too' })
    assert.deepEqual(left.InstanceProfile.Roles, [])
    await done('DeleteInstanceProfile', { InstanceProfileName: 'kept-too' })
  })

  it('are counted', async () => {
    const count = async () => (await done('GetAccountSummary', {})).SummaryMap.InstanceProfiles
    const before = await count()
    await create('counted')
    assert.equal(await count(), before + 1)
  })
})

describe('giving a role to an instance profile', () => {
  const ADD = {
    Effect: 'Allow',
    Action: 'iam:AddRoleToInstanceProfile',
    Resource: 'arn:aws:iam::*:instance-profile/passed-*',
  }
  const pass = (service: string) => ({
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: 'arn:aws:iam::*:role/*',
    Condition: { StringEquals: { 'iam:PassedToService': service } },
  })

  it('needs iam:PassRole on the role, to EC2', async () => {
    await create('passed-1')
    const { RoleName } = await role()
    const fields = { InstanceProfileName: 'passed-1', RoleName }
    const without = await plane.user('without', ADD)
    const elsewhere = await plane.user('elsewhere', [ADD, pass('lambda.amazonaws.com')])
    for (const client of [without, elsewhere]) {
      const { code, message } = await client.call('AddRoleToInstanceProfile', fields)
      assert.equal(code, 'AccessDeniedException')
      assert.ok(
        message.includes(
          `is not authorized to perform: iam:PassRole on resource: arn:aws:iam::${account}:role/${RoleName}`,
        ),
        message,
      )
    }
    const only = await plane.user('only', pass('ec2.amazonaws.com'))
    const { message } = await only.call('AddRoleToInstanceProfile', fields)
    assert.match(
      message,
      /perform: iam:AddRoleToInstanceProfile on resource: \S+:instance-profile\/passed-1/,
    )
    const both = await plane.user('both', [ADD, pass('ec2.amazonaws.com')])
    await both.done('AddRoleToInstanceProfile', fields)
  })

  it('of another path is asked for on its own ARN', async () => {
    await create('passed-2', { Path: '/secret/' })
    const client = await plane.user('pathless', [ADD, pass('ec2.amazonaws.com')])
    const fields = { InstanceProfileName: 'passed-2', ...(await role()) }
    const { message } = await client.call('AddRoleToInstanceProfile', fields)
    assert.match(message, /instance-profile\/secret\/passed-2/)
  })

  it('with tags at its creation needs the permission to tag', async () => {
    const maker = await plane.user('maker', {
      Effect: 'Allow',
      Action: 'iam:CreateInstanceProfile',
      Resource: '*',
    })
    const fields = { InstanceProfileName: 'tagged', Tags: [{ Key: 'a', Value: 'b' }] }
    const { message } = await maker.call('CreateInstanceProfile', fields)
    assert.match(message, /perform: iam:TagInstanceProfile on resource/)
    await maker.done('CreateInstanceProfile', { InstanceProfileName: 'untagged' })
  })
})
