import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())

async function refused(operation: string, fields: object, status: number, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [status, code])
  return answer.message
}

const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statement })

describe('groups', () => {
  it('are created, shown with their users, listed and deleted', async () => {
    const { Group } = await plane.root.done('CreateGroup', { GroupName: 'ops', Path: '/eu/' })
    assert.match(Group.GroupId, /^AGPA[A-Z2-7]{17}$/)
    assert.match(Group.Arn, /^arn:aws:iam::\d{12}:group\/eu\/ops$/)
    assert.deepEqual([Group.GroupName, Group.Path], ['ops', '/eu/'])
    assert.ok(Math.abs(Group.CreateDate - Date.now() / 1000) < 60)
    const { User } = await plane.root.done('CreateUser', { UserName: 'olga' })
    await plane.root.done('AddUserToGroup', { GroupName: 'ops', UserName: 'olga' })
    const shown = await plane.root.done('GetGroup', { GroupName: 'ops' })
    assert.deepEqual(shown, { Group, Users: [User], IsTruncated: false })
    assert.deepEqual(await plane.root.done('ListGroups', {}), {
      Groups: [Group],
      IsTruncated: false,
    })
    assert.deepEqual(await plane.root.done('ListGroupsForUser', { UserName: 'olga' }), {
      Groups: [Group],
      IsTruncated: false,
    })
    await plane.root.done('DeleteGroup', { GroupName: 'ops', Force: true })
    await refused('GetGroup', { GroupName: 'ops' }, 404, 'NoSuchEntity')
    const { Groups } = await plane.root.done('ListGroupsForUser', { UserName: 'olga' })
    assert.deepEqual(Groups, [])
  })

  it('are refused twice, unknown, or with a name that is none', async () => {
    await plane.root.done('CreateGroup', { GroupName: 'Twice' })
    const again = await refused('CreateGroup', { GroupName: 'twice' }, 409, 'EntityAlreadyExists')
    assert.equal(again, 'Group with name twice already exists.')
    const message = await refused('GetGroup', { GroupName: 'none' }, 404, 'NoSuchEntity')
    assert.equal(message, 'The group with name none cannot be found.')
    await refused('DeleteGroup', { GroupName: 'none' }, 404, 'NoSuchEntity')
    for (const GroupName of ['', 'a/b', '*', 'x'.repeat(129)]) {
      await refused('CreateGroup', { GroupName }, 400, 'ValidationException')
    }
    await plane.root.done('CreateGroup', { GroupName: 'x'.repeat(128) })
  })

  it('name what must go before they can be deleted', async () => {
    const group = { GroupName: 'held' }
    await plane.root.done('CreateGroup', group)
    await plane.root.done('CreateUser', { UserName: 'hal' })
    await plane.root.done('AddUserToGroup', { ...group, UserName: 'hal' })
    const policy = { ...group, PolicyName: 'p' }
    await plane.root.done('PutGroupPolicy', {
      ...policy,
      PolicyDocument: document({ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }),
    })
    const first = await refused('DeleteGroup', group, 409, 'DeleteConflict')
    assert.equal(first, 'Cannot delete entity, must delete policies first.')
    await plane.root.done('DeleteGroupPolicy', policy)
    const second = await refused('DeleteGroup', group, 409, 'DeleteConflict')
    assert.equal(second, 'Cannot delete entity, must remove users from group first.')
    await plane.root.done('RemoveUserFromGroup', { ...group, UserName: 'hal' })
    await plane.root.done('DeleteGroup', group)
  })

  it('are listed by page and path', async () => {
    for (const GroupName of ['g1', 'G2', 'g3']) {
      await plane.root.done('CreateGroup', { GroupName, Path: '/listed/' })
    }
    const query = { PathPrefix: '/listed/', MaxItems: 2 }
    const { Groups, Marker } = await plane.root.done('ListGroups', query)
    const rest = await plane.root.done('ListGroups', { ...query, Marker })
    const names = [...Groups, ...rest.Groups].map((group: { GroupName: string }) => group.GroupName)
    assert.deepEqual([names, rest.IsTruncated], [['g1', 'G2', 'g3'], false])
  })
})

describe('membership', () => {
  it('is told by page, of a group and of a user', async () => {
    await plane.root.done('CreateGroup', { GroupName: 'crowd' })
    for (const UserName of ['c1', 'c2', 'c3']) {
      await plane.root.done('CreateUser', { UserName })
      await plane.root.done('AddUserToGroup', { GroupName: 'crowd', UserName })
    }
    const query = { GroupName: 'crowd', MaxItems: 2 }
    const { Users, Marker, IsTruncated } = await plane.root.done('GetGroup', query)
    assert.deepEqual([Users.length, IsTruncated], [2, true])
    const rest = await plane.root.done('GetGroup', { ...query, Marker })
    assert.deepEqual([rest.Users[0].UserName, rest.IsTruncated], ['c3', false])
    await plane.root.done('CreateGroup', { GroupName: 'club' })
    await plane.root.done('AddUserToGroup', { GroupName: 'club', UserName: 'c1' })
    const one = await plane.root.done('ListGroupsForUser', { UserName: 'c1', MaxItems: 1 })
    assert.deepEqual([one.Groups[0].GroupName, one.IsTruncated], ['club', true])
    const two = await plane.root.done('ListGroupsForUser', { UserName: 'c1', Marker: one.Marker })
    assert.deepEqual([two.Groups[0].GroupName, two.IsTruncated], ['crowd', false])
  })

  it('is of ten groups at most, and twice is once', async () => {
    const user = { UserName: 'joiner' }
    await plane.root.done('CreateUser', user)
    for (let number = 1; number <= 11; number++) {
      await plane.root.done('CreateGroup', { GroupName: `j${number}` })
    }
    for (let number = 1; number <= 10; number++) {
      await plane.root.done('AddUserToGroup', { ...user, GroupName: `j${number}` })
    }
    await plane.root.done('AddUserToGroup', { ...user, GroupName: 'j10' })
    const eleventh = { ...user, GroupName: 'j11' }
    const message = await refused('AddUserToGroup', eleventh, 409, 'LimitExceeded')
    assert.equal(message, 'Cannot exceed quota for GroupsPerUser: 10')
    const { Groups } = await plane.root.done('ListGroupsForUser', user)
    assert.equal(Groups.length, 10)
  })

  it('is refused where there is no such group, user or membership', async () => {
    await plane.root.done('CreateGroup', { GroupName: 'empty' })
    await plane.root.done('CreateUser', { UserName: 'loner' })
    const both = { GroupName: 'empty', UserName: 'loner' }
    for (const operation of ['AddUserToGroup', 'RemoveUserFromGroup']) {
      await refused(operation, { ...both, GroupName: 'none' }, 404, 'NoSuchEntity')
      await refused(operation, { ...both, UserName: 'none' }, 404, 'NoSuchEntity')
    }
    await refused('RemoveUserFromGroup', both, 404, 'NoSuchEntity')
    await refused('ListGroupsForUser', { UserName: 'none' }, 404, 'NoSuchEntity')
  })

  it('gives what the policies of the group allow, and their Deny', async () => {
    await plane.root.done('CreateGroup', { GroupName: 'readers' })
    const reader = await plane.user('reader')
    const member = { GroupName: 'readers', UserName: 'reader' }
    const put = (Effect: string) =>
      plane.root.done('PutGroupPolicy', {
        GroupName: 'readers',
        PolicyName: 'p',
        PolicyDocument: document({ Effect, Action: 'iam:ListGroups', Resource: '*' }),
      })
    await put('Allow')
    assert.equal((await reader.call('ListGroups', {})).code, 'AccessDeniedException')
    await plane.root.done('AddUserToGroup', member)
    assert.equal((await reader.call('ListGroups', {})).status, 200)
    await put('Deny')
    const denied = await reader.call('ListGroups', {})
    assert.equal(denied.code, 'AccessDeniedException')
    assert.match(denied.message, /with an explicit deny/)
    await put('Allow')
    await plane.root.done('RemoveUserFromGroup', member)
    assert.equal((await reader.call('ListGroups', {})).code, 'AccessDeniedException')
  })

  it('needs a permission on the group, found by its stored path', async () => {
    await plane.root.done('CreateGroup', { GroupName: 'admins', Path: '/top/' })
    await plane.root.done('CreateGroup', { GroupName: 'juniors' })
    const clerk = await plane.user('group-clerk', [
      { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
      { Effect: 'Deny', Action: 'iam:*', Resource: 'arn:aws:iam::*:group/top/*' },
    ])
    const own = { UserName: 'group-clerk' }
    for (const GroupName of ['admins', 'ADMINS']) {
      const answer = await clerk.call('AddUserToGroup', { ...own, GroupName })
      assert.ok(answer.status !== 200)
    }
    await clerk.done('AddUserToGroup', { ...own, GroupName: 'juniors' })
    const { Users } = await plane.root.done('GetGroup', { GroupName: 'admins' })
    assert.deepEqual(Users, [])
  })
})
