import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createdPolicy, createdRole } from '../../store/contract/given-identities.ts'
import { openSqliteStore } from '../../store/sqlite/open.ts'
import type { Store } from '../../store/store.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

let plane: ControlPlane
let store: Store
let account = ''
before(async () => {
  plane = await startControlPlane({
    openStore: async (options) => (store = await openSqliteStore(options)),
  })
  account = (await plane.root.done('GetCallerIdentity', {})).Account
})
after(() => plane.close())

async function refused(operation: string, fields: object, status: number, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [status, code])
  return answer.message
}

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const CONNECT = 'arn:aws:iam::aws:policy/EC2InstanceConnect'
const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' }

describe('the permissions boundary of a user', () => {
  it('is shown, limits what its policies allow, and is taken away', async () => {
    const client = await plane.user('bea', EVERYTHING)
    const user = { UserName: 'bea' }
    await plane.root.done('PutUserPermissionsBoundary', { ...user, PermissionsBoundary: READ_ONLY })
    const { User } = await client.done('GetUser', user)
    assert.deepEqual(User.PermissionsBoundary, {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: READ_ONLY,
    })
    const denied = await client.call('CreateUser', { UserName: 'more' })
    assert.equal(denied.code, 'AccessDeniedException')
    assert.match(denied.message, /because no permissions boundary allows the iam:CreateUser action/)
    await plane.root.done('DeleteUserPermissionsBoundary', user)
    await client.done('CreateUser', { UserName: 'more' })
    assert.equal((await client.done('GetUser', user)).User.PermissionsBoundary, undefined)
    await refused('DeleteUserPermissionsBoundary', user, 404, 'NoSuchEntity')
  })

  it('gives nothing by itself', async () => {
    const client = await plane.user('bob')
    const PermissionsBoundary = READ_ONLY
    await plane.root.done('PutUserPermissionsBoundary', { UserName: 'bob', PermissionsBoundary })
    assert.equal((await client.call('ListUsers', {})).code, 'AccessDeniedException')
  })

  it('is a policy of the account too, by its very ARN', async () => {
    const user = { UserName: 'bella' }
    await plane.root.done('CreateUser', user)
    await createdPolicy(store, { name: 'Limit', path: '/limits/' })
    const arn = (rest: string) => ({ ...user, PermissionsBoundary: `arn:aws:iam::${rest}` })
    const put = 'PutUserPermissionsBoundary'
    await plane.root.done(put, arn(`${account}:policy/limits/Limit`))
    const { User } = await plane.root.done('GetUser', user)
    assert.equal(
      User.PermissionsBoundary.PermissionsBoundaryArn,
      `arn:aws:iam::${account}:policy/limits/Limit`,
    )
    const others = [
      `${account}:policy/Limit`,
      `${account}:policy/limits/limit`,
      `000000000000:policy/limits/Limit`,
      'aws:policy/limits/Limit',
    ]
    for (const other of others) {
      const message = await refused(put, arn(other), 404, 'NoSuchEntity')
      assert.equal(message, `Scope ARN: arn:aws:iam::${other} does not exist or is not attachable.`)
    }
    for (const none of [`${account}:role/limits/Limit`, 'aws:policy/', 'aws:policy/a b c d e f']) {
      const message = await refused(put, arn(none), 400, 'ValidationException')
      assert.match(message, /^ARN arn:aws:iam::.* is not valid\.$/)
    }
    await refused(put, { ...user, PermissionsBoundary: 'short' }, 400, 'ValidationException')
    await refused(put, user, 400, 'ValidationException')
    await refused(
      put,
      { ...arn('aws:policy/ReadOnlyAccess'), UserName: 'none' },
      404,
      'NoSuchEntity',
    )
  })

  it('can be demanded of whoever makes users, as AWS advises to delegate', async () => {
    const clerk = await plane.user('clerk', {
      Effect: 'Allow',
      Action: ['iam:CreateUser', 'iam:PutUserPermissionsBoundary'],
      Resource: '*',
      Condition: { StringEquals: { 'iam:PermissionsBoundary': READ_ONLY } },
    })
    const create = (fields: object) => clerk.call('CreateUser', { UserName: 'child', ...fields })
    assert.equal((await create({})).code, 'AccessDeniedException')
    assert.equal((await create({ PermissionsBoundary: CONNECT })).code, 'AccessDeniedException')
    assert.equal((await create({ PermissionsBoundary: READ_ONLY })).status, 200)
    const child = { UserName: 'child' }
    await clerk.done('PutUserPermissionsBoundary', { ...child, PermissionsBoundary: READ_ONLY })
    const put = { ...child, PermissionsBoundary: CONNECT }
    const answer = await clerk.call('PutUserPermissionsBoundary', put)
    assert.equal(answer.code, 'AccessDeniedException')
    assert.equal(
      (await clerk.call('DeleteUserPermissionsBoundary', child)).code,
      'AccessDeniedException',
    )
    const { User } = await plane.root.done('GetUser', child)
    assert.equal(User.PermissionsBoundary.PermissionsBoundaryArn, READ_ONLY)
  })
})

describe('the permission to take a boundary away', () => {
  it('can depend on which one it is', async () => {
    const clerk = await plane.user('remover', {
      Effect: 'Allow',
      Action: 'iam:DeleteUserPermissionsBoundary',
      Resource: '*',
      Condition: { StringEquals: { 'iam:PermissionsBoundary': CONNECT } },
    })
    const put = (UserName: string, PermissionsBoundary: string) =>
      plane.root.done('CreateUser', { UserName, PermissionsBoundary })
    await put('loosely', CONNECT)
    await put('tightly', READ_ONLY)
    const remove = (UserName: string) => clerk.call('DeleteUserPermissionsBoundary', { UserName })
    assert.equal((await remove('tightly')).code, 'AccessDeniedException')
    assert.equal((await remove('loosely')).status, 200)
  })
})

describe('the permissions boundary of a role', () => {
  it('is put, replaced and taken away', async () => {
    const { id } = await createdRole(store, { name: 'ruler' })
    const role = { RoleName: 'ruler' }
    const boundary = async () => {
      const { boundaryId } = (await store.identities.entities.byId(id)) ?? {}
      if (boundaryId === undefined) return undefined
      return (await store.identities.policies.get(boundaryId))?.name
    }
    for (const PermissionsBoundary of [READ_ONLY, CONNECT]) {
      await plane.root.done('PutRolePermissionsBoundary', { ...role, PermissionsBoundary })
      assert.equal(await boundary(), PermissionsBoundary.split('/').at(-1))
    }
    await plane.root.done('DeleteRolePermissionsBoundary', role)
    assert.equal(await boundary(), undefined)
    await refused('DeleteRolePermissionsBoundary', role, 404, 'NoSuchEntity')
    await refused('DeleteRolePermissionsBoundary', { RoleName: 'none' }, 404, 'NoSuchEntity')
  })
})
