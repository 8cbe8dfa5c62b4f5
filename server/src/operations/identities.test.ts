import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())

async function refused(operation: string, fields: object, status: number, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [status, code])
  assert.equal(plane.trail().at(-1)?.errorCode, code)
  return answer.message
}

const policy = (...resources: string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'iam:ListUsers', Resource: resources },
  })

describe('users', () => {
  it('are created, listed and deleted', async () => {
    const { User } = await plane.root.done('CreateUser', { UserName: 'ann' })
    assert.match(User.UserId, /^AIDA[A-Z2-7]{17}$/)
    assert.match(User.Arn, /^arn:aws:iam::\d{12}:user\/ann$/)
    const { Users } = await plane.root.done('ListUsers', {})
    assert.deepEqual(Users, [User])
    await plane.root.done('DeleteUser', { UserName: 'ann' })
    assert.deepEqual((await plane.root.done('ListUsers', {})).Users, [])
  })

  it('are refused twice, unknown, or with a name that is a path or pattern', async () => {
    await plane.root.done('CreateUser', { UserName: 'twice' })
    const again = await refused('CreateUser', { UserName: 'twice' }, 409, 'EntityAlreadyExists')
    assert.equal(again, 'User with name twice already exists.')
    await refused('DeleteUser', { UserName: 'none' }, 404, 'NoSuchEntity')
    for (const UserName of ['', 'a/b', '*', 'a b', 'ä', 'x'.repeat(65)]) {
      await refused('CreateUser', { UserName }, 400, 'ValidationException')
    }
    await refused('CreateUser', {}, 400, 'ValidationException')
  })
})

describe('inline policies', () => {
  const named = { UserName: 'pat', PolicyName: 'p' }
  before(() => plane.root.done('CreateUser', { UserName: 'pat' }))

  it('are put, listed as they were put, and deleted', async () => {
    const PolicyDocument = policy('*')
    await plane.root.done('PutUserPolicy', { ...named, PolicyDocument })
    const { Policies } = await plane.root.done('ListUserPolicies', { UserName: 'pat' })
    assert.deepEqual(Policies, [{ PolicyName: 'p', PolicyDocument }])
    await plane.root.done('DeleteUserPolicy', named)
    await refused('DeleteUserPolicy', named, 404, 'NoSuchEntity')
  })

  it('are refused when they do not parse (would silently allow nothing, or more)', async () => {
    for (const PolicyDocument of ['{', '{}', '[]', policy('*').replace('Effect', 'effect')]) {
      const fields = { ...named, PolicyDocument }
      await refused('PutUserPolicy', fields, 400, 'MalformedPolicyDocument')
    }
  })

  it('are refused over 2048 characters in all, white space not counted', async () => {
    const long = policy(`arn:aws:iam::1:user/${'x'.repeat(1500)}`)
    const spaced = long.replaceAll(',', `,${' '.repeat(3000)}`)
    await plane.root.done('PutUserPolicy', { ...named, PolicyDocument: spaced })
    await plane.root.done('PutUserPolicy', { ...named, PolicyDocument: long })
    const second = { ...named, PolicyName: 'q', PolicyDocument: long }
    const message = await refused('PutUserPolicy', second, 409, 'LimitExceeded')
    assert.equal(message, 'Maximum policy size of 2048 bytes exceeded for user pat')
  })

  it('are refused for a user who is not there', async () => {
    const fields = { ...named, UserName: 'none', PolicyDocument: policy('*') }
    await refused('PutUserPolicy', fields, 404, 'NoSuchEntity')
    await refused('ListUserPolicies', { UserName: 'none' }, 404, 'NoSuchEntity')
  })
})

describe('access keys', () => {
  const user = { UserName: 'kim' }
  before(() => plane.root.done('CreateUser', user))

  it('show their secret once, at most two a user', async () => {
    const { AccessKey } = await plane.root.done('CreateAccessKey', user)
    assert.match(AccessKey.AccessKeyId, /^AKIA[A-Z2-7]{16}$/)
    assert.match(AccessKey.SecretAccessKey, /^[A-Za-z0-9+/]{40}$/)
    assert.equal(AccessKey.Status, 'Active')
    await plane.root.done('CreateAccessKey', user)
    const message = await refused('CreateAccessKey', user, 409, 'LimitExceeded')
    assert.equal(message, 'Cannot exceed quota for AccessKeysPerUser: 2')
    const listed = await plane.root.call('ListAccessKeys', user)
    assert.equal(listed.body.AccessKeyMetadata.length, 2)
    assert.ok(!listed.text.includes(AccessKey.SecretAccessKey))
    const created = plane.trail().filter((record) => record.eventName === 'CreateAccessKey')
    for (const { event } of created) assert.equal(event.responseElements, null)
  })

  it('are refused with another status, or unknown', async () => {
    const key = { ...user, AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }
    await refused('UpdateAccessKey', { ...key, Status: 'active' }, 400, 'ValidationException')
    await refused('UpdateAccessKey', { ...key, Status: 'Active' }, 404, 'NoSuchEntity')
    await refused('DeleteAccessKey', key, 404, 'NoSuchEntity')
    await refused('CreateAccessKey', { UserName: 'none' }, 404, 'NoSuchEntity')
  })
})
