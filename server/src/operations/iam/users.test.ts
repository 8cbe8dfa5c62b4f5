import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'

async function refused(operation: string, fields: object, status: number, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [status, code])
  assert.equal(plane.trail().at(-1)?.errorCode, code)
  return answer.message
}

const names = (users: readonly { UserName: string }[]) => users.map((user) => user.UserName)

describe('users', () => {
  it('are created with path, tags and boundary, shown, listed and deleted', async () => {
    const { User } = await plane.root.done('CreateUser', {
      UserName: 'ann',
      Path: '/dev/eu/',
      Tags: [{ Key: 'Team', Value: 'blue' }],
      PermissionsBoundary: READ_ONLY,
    })
    assert.match(User.UserId, /^AIDA[A-Z2-7]{17}$/)
    assert.match(User.Arn, /^arn:aws:iam::\d{12}:user\/dev\/eu\/ann$/)
    assert.deepEqual([User.UserName, User.Path], ['ann', '/dev/eu/'])
    assert.ok(Math.abs(User.CreateDate - Date.now() / 1000) < 60)
    assert.deepEqual(User.Tags, [{ Key: 'Team', Value: 'blue' }])
    assert.deepEqual(User.PermissionsBoundary, {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: READ_ONLY,
    })
    assert.deepEqual((await plane.root.done('GetUser', { UserName: 'ann' })).User, User)
    const { Users, IsTruncated } = await plane.root.done('ListUsers', {})
    const { Tags, PermissionsBoundary, ...listed } = User
    assert.ok(Tags !== undefined && PermissionsBoundary !== undefined)
    assert.deepEqual([Users, IsTruncated], [[listed], false])
    await plane.root.done('DeleteUser', { UserName: 'ann' })
    assert.deepEqual((await plane.root.done('ListUsers', {})).Users, [])
    await refused('GetUser', { UserName: 'ann' }, 404, 'NoSuchEntity')
  })

  it('have neither tags nor boundary unless given', async () => {
    const { User } = await plane.root.done('CreateUser', { UserName: 'plain' })
    assert.deepEqual(Object.keys(User).toSorted(), [
      'Arn',
      'CreateDate',
      'Path',
      'UserId',
      'UserName',
    ])
    assert.match(User.Arn, /:user\/plain$/)
  })

  it('are refused twice, also in other letters (two users would be one to a person)', async () => {
    await plane.root.done('CreateUser', { UserName: 'twice' })
    for (const UserName of ['twice', 'TWICE']) {
      const message = await refused('CreateUser', { UserName }, 409, 'EntityAlreadyExists')
      assert.equal(message, `User with name ${UserName} already exists.`)
    }
  })

  it('are refused with a name that is a path, a pattern, empty or too long', async () => {
    for (const UserName of ['', 'a/b', '*', 'a b', 'ä', 'a\n', 'x'.repeat(65)]) {
      await refused('CreateUser', { UserName }, 400, 'ValidationException')
    }
    await refused('CreateUser', {}, 400, 'ValidationException')
    await plane.root.done('CreateUser', { UserName: `${'x'.repeat(58)}_+=,.@` })
  })

  it('are refused with a path that does not begin and end with a slash, or could not be an ARN', async () => {
    for (const Path of ['', 'dev', '/dev', 'dev/', '/d v/', '/ä/', `/${'x'.repeat(511)}/`]) {
      await refused('CreateUser', { UserName: 'paths', Path }, 400, 'ValidationException')
    }
    await refused('GetUser', { UserName: 'paths' }, 404, 'NoSuchEntity')
  })

  it('are not made with a boundary that is none (would have none at all)', async () => {
    const fields = { UserName: 'unbound' }
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/NoSuchPolicy'
    const message = await refused(
      'CreateUser',
      { ...fields, PermissionsBoundary },
      404,
      'NoSuchEntity',
    )
    assert.equal(message, `Scope ARN: ${PermissionsBoundary} does not exist or is not attachable.`)
    await refused(
      'CreateUser',
      { ...fields, PermissionsBoundary: 'arn:aws:iam::aws:role/ReadOnlyAccess' },
      400,
      'ValidationException',
    )
    await refused('GetUser', fields, 404, 'NoSuchEntity')
  })

  it('are listed by page and by path', async () => {
    for (const UserName of ['p1', 'P2', 'p3', 'p4', 'p5']) {
      await plane.root.done('CreateUser', { UserName, Path: '/pages/' })
    }
    await plane.root.done('CreateUser', { UserName: 'p6', Path: '/page/' })
    const query = { PathPrefix: '/pages/', MaxItems: 2 }
    const first = await plane.root.done('ListUsers', query)
    assert.deepEqual([names(first.Users), first.IsTruncated], [['p1', 'P2'], true])
    // Who is last on a page may be gone when the next is asked for.
    await plane.root.done('DeleteUser', { UserName: 'P2' })
    const second = await plane.root.done('ListUsers', { ...query, Marker: first.Marker })
    assert.deepEqual([names(second.Users), second.IsTruncated], [['p3', 'p4'], true])
    const third = await plane.root.done('ListUsers', { ...query, Marker: second.Marker })
    assert.deepEqual([names(third.Users), third.IsTruncated], [['p5'], false])
    assert.equal(third.Marker, undefined)
    const all = await plane.root.done('ListUsers', { PathPrefix: '/page' })
    assert.deepEqual(names(all.Users), ['p1', 'p3', 'p4', 'p5', 'p6'])
  })

  it('are not found by another spelling', async () => {
    await plane.root.done('CreateUser', { UserName: 'Spelt' })
    const message = await refused('GetUser', { UserName: 'spelt' }, 404, 'NoSuchEntity')
    assert.equal(message, 'The user with name spelt cannot be found.')
    await refused('DeleteUser', { UserName: 'SPELT', Force: true }, 404, 'NoSuchEntity')
    await plane.root.done('DeleteUser', { UserName: 'Spelt' })
  })
})

describe('GetUser without a name', () => {
  it('shows the caller, found by id', async () => {
    const own = await plane.user('own', { Effect: 'Allow', Action: 'iam:*', Resource: '*' })
    const { User } = await own.done('GetUser', {})
    assert.equal(User.UserName, 'own')
    await plane.root.done('UpdateUser', { UserName: 'own', NewUserName: 'renamed' })
    await plane.root.done('CreateUser', { UserName: 'own' })
    const after = await own.done('GetUser', {})
    assert.deepEqual([after.User.UserName, after.User.UserId], ['renamed', User.UserId])
  })

  it('needs the permission for the own user, on its path', async () => {
    const self = await plane.user('self', {
      Effect: 'Allow',
      Action: 'iam:GetUser',
      Resource: 'arn:aws:iam::*:user/team/${aws:username}',
    })
    assert.equal((await self.call('GetUser', {})).code, 'AccessDeniedException')
    await plane.root.done('UpdateUser', { UserName: 'self', NewPath: '/team/' })
    assert.equal((await self.done('GetUser', {})).User.UserName, 'self')
  })

  it('shows root as the account', async () => {
    const { User } = await plane.root.done('GetUser', {})
    assert.match(User.Arn, /^arn:aws:iam::\d{12}:root$/)
    assert.equal(User.Arn, `arn:aws:iam::${User.UserId}:root`)
  })
})

describe('DeleteUser', () => {
  const user = { UserName: 'dora' }
  const policy = { PolicyName: 'p', PolicyDocument: document() }

  function document() {
    return JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' },
    })
  }

  it('names what must go first, one after the other', async () => {
    await plane.root.done('CreateUser', user)
    await plane.root.done('CreateGroup', { GroupName: 'dancers' })
    const { AccessKey } = await plane.root.done('CreateAccessKey', user)
    await plane.root.done('PutUserPolicy', { ...user, ...policy })
    await plane.root.done('AddUserToGroup', { ...user, GroupName: 'dancers' })
    const told: string[] = []
    const conflict = async () => told.push(await refused('DeleteUser', user, 409, 'DeleteConflict'))
    await conflict()
    await plane.root.done('DeleteAccessKey', { ...user, AccessKeyId: AccessKey.AccessKeyId })
    await conflict()
    await plane.root.done('DeleteUserPolicy', { ...user, PolicyName: 'p' })
    await conflict()
    await plane.root.done('RemoveUserFromGroup', { ...user, GroupName: 'dancers' })
    await plane.root.done('DeleteUser', user)
    assert.deepEqual(told, [
      'Cannot delete entity, must delete access keys first.',
      'Cannot delete entity, must delete policies first.',
      'Cannot delete entity, must remove users from group first.',
    ])
  })

  it('with Force deletes with all that hangs on the user', async () => {
    const client = await plane.user('dora', { Effect: 'Allow', Action: '*', Resource: '*' })
    await plane.root.done('AddUserToGroup', { ...user, GroupName: 'dancers' })
    await plane.root.done('DeleteUser', { ...user, Force: true })
    assert.equal((await client.call('GetUser', {})).code, 'UnrecognizedClientException')
    const { Users } = await plane.root.done('GetGroup', { GroupName: 'dancers' })
    assert.deepEqual(Users, [])
    assert.equal(plane.trail().findLast((r) => r.eventName === 'DeleteUser')?.errorCode, '')
  })

  it('does not slip under a Deny by another spelling', async () => {
    await plane.root.done('CreateUser', { UserName: 'alice', Path: '/staff/' })
    const clerk = await plane.user('clerk', [
      { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
      { Effect: 'Deny', Action: 'iam:*', Resource: 'arn:aws:iam::*:user/staff/alice' },
    ])
    for (const UserName of ['alice', 'ALICE', 'Alice']) {
      const answer = await clerk.call('DeleteUser', { UserName, Force: true })
      assert.ok(answer.status !== 200)
    }
    assert.equal((await plane.root.done('GetUser', { UserName: 'alice' })).User.UserName, 'alice')
  })
})
