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

const ids = (answer: { AccessKeyMetadata: readonly { AccessKeyId: string }[] }) =>
  answer.AccessKeyMetadata.map((key) => key.AccessKeyId)

const UNKNOWN = 'AKIAAAAAAAAAAAAAAAAA'
const OWN_KEYS = {
  Effect: 'Allow',
  Action: 'iam:*AccessKey*',
  Resource: 'arn:aws:iam::*:user/${aws:username}',
}

describe('access keys', () => {
  const user = { UserName: 'kim' }
  before(() => plane.root.done('CreateUser', user))

  it('show their secret once, at most two a user', async () => {
    const { AccessKey } = await plane.root.done('CreateAccessKey', user)
    assert.match(AccessKey.AccessKeyId, /^AKIA[A-Z2-7]{16}$/)
    assert.match(AccessKey.SecretAccessKey, /^[A-Za-z0-9+/]{40}$/)
    assert.deepEqual([AccessKey.UserName, AccessKey.Status], ['kim', 'Active'])
    plane.clock.aheadMs += 1000
    const second = await plane.root.done('CreateAccessKey', user)
    const message = await refused('CreateAccessKey', user, 409, 'LimitExceeded')
    assert.equal(message, 'Cannot exceed quota for AccessKeysPerUser: 2')
    const listed = await plane.root.call('ListAccessKeys', user)
    const { SecretAccessKey, ...shown } = AccessKey
    assert.deepEqual(listed.body.AccessKeyMetadata[0], shown)
    assert.deepEqual(ids(listed.body), [AccessKey.AccessKeyId, second.AccessKey.AccessKeyId])
    assert.ok(!listed.text.includes(SecretAccessKey))
    const { event } = plane
      .trail()
      .find((one) => one.phase === 'outcome' && one.eventName === 'CreateAccessKey') ?? {
      event: {},
    }
    assert.ok(JSON.stringify(event).includes(AccessKey.AccessKeyId))
    for (const record of plane.trail()) {
      assert.ok(!JSON.stringify(record).includes(SecretAccessKey))
    }
  })

  it('are listed by page, oldest first', async () => {
    const first = await plane.root.done('ListAccessKeys', { ...user, MaxItems: 1 })
    assert.equal(first.IsTruncated, true)
    const second = await plane.root.done('ListAccessKeys', { ...user, Marker: first.Marker })
    assert.equal(second.IsTruncated, false)
    const all = await plane.root.done('ListAccessKeys', user)
    assert.deepEqual([...ids(first), ...ids(second)], ids(all))
  })

  it('are refused with another status, or unknown', async () => {
    const key = { ...user, AccessKeyId: UNKNOWN }
    await refused('UpdateAccessKey', { ...key, Status: 'active' }, 400, 'ValidationException')
    await refused('UpdateAccessKey', { ...key, Status: 'Active' }, 404, 'NoSuchEntity')
    const message = await refused('DeleteAccessKey', key, 404, 'NoSuchEntity')
    assert.equal(message, `The Access Key with id ${UNKNOWN} cannot be found.`)
    for (const operation of ['CreateAccessKey', 'ListAccessKeys']) {
      await refused(operation, { UserName: 'none' }, 404, 'NoSuchEntity')
    }
    await refused('GetAccessKeyLastUsed', { AccessKeyId: UNKNOWN }, 404, 'NoSuchEntity')
    await refused('GetAccessKeyLastUsed', { AccessKeyId: 'short' }, 400, 'ValidationException')
  })
})

describe('without a user name', () => {
  it('the keys are the own ones, also after a rename', async () => {
    const own = await plane.user('rotating', OWN_KEYS)
    const { AccessKey } = await own.done('CreateAccessKey', {})
    assert.equal(AccessKey.UserName, 'rotating')
    await plane.root.done('UpdateUser', { UserName: 'rotating', NewUserName: 'rotated' })
    await plane.root.done('CreateUser', { UserName: 'rotating' })
    const both = new Set([own.accessKeyId, AccessKey.AccessKeyId])
    assert.deepEqual(new Set(ids(await own.done('ListAccessKeys', {}))), both)
    const key = { AccessKeyId: AccessKey.AccessKeyId }
    await own.done('UpdateAccessKey', { ...key, Status: 'Inactive' })
    const { AccessKeyMetadata } = await own.done('ListAccessKeys', {})
    assert.deepEqual(AccessKeyMetadata.map((one: { Status: string }) => one.Status).toSorted(), [
      'Active',
      'Inactive',
    ])
    await own.done('DeleteAccessKey', key)
    assert.deepEqual(ids(await own.done('ListAccessKeys', {})), [own.accessKeyId])
  })

  it('root means its own, two of them, and never those of a user', async () => {
    const { AccessKey } = await plane.root.done('CreateAccessKey', {})
    assert.equal(AccessKey.UserName, undefined)
    const message = await refused('CreateAccessKey', {}, 409, 'LimitExceeded')
    assert.equal(message, 'Cannot exceed quota for AccessKeysPerUser: 2')
    const { AccessKeyMetadata } = await plane.root.done('ListAccessKeys', {})
    assert.equal(AccessKeyMetadata.length, 2)
    const { accessKeyId } = await plane.user('bystander')
    await refused('DeleteAccessKey', { AccessKeyId: accessKeyId }, 404, 'NoSuchEntity')
    await plane.root.done('DeleteAccessKey', { AccessKeyId: AccessKey.AccessKeyId })
    assert.deepEqual(ids(await plane.root.done('ListAccessKeys', {})), [plane.root.accessKeyId])
  })

  it('nobody else reaches the keys of root', async () => {
    const admin = await plane.user('admin', { Effect: 'Allow', Action: '*', Resource: '*' })
    for (const fields of [{}, { UserName: 'admin' }]) {
      const answer = await admin.call('DeleteAccessKey', {
        ...fields,
        AccessKeyId: plane.root.accessKeyId,
      })
      assert.deepEqual([answer.status, answer.code], [404, 'NoSuchEntity'])
    }
    assert.deepEqual(ids(await admin.done('ListAccessKeys', {})), [admin.accessKeyId])
  })

  it('needs the permission on the own user', async () => {
    const nobody = await plane.user('powerless')
    const answer = await nobody.call('CreateAccessKey', {})
    assert.equal(answer.code, 'AccessDeniedException')
    assert.match(answer.message, /on resource: arn:aws:iam::\d{12}:user\/powerless /)
  })
})

describe('GetAccessKeyLastUsed', () => {
  it('tells whose key it is and what it was last used for', async () => {
    const client = await plane.user('used')
    const key = { AccessKeyId: client.accessKeyId }
    assert.deepEqual(await plane.root.done('GetAccessKeyLastUsed', key), {
      UserName: 'used',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
    })
    await client.done('GetCallerIdentity', {})
    // Uses are written behind the requests, and at the latest when the server stops.
    await plane.restart()
    const { AccessKeyLastUsed: seen } = await plane.root.done('GetAccessKeyLastUsed', key)
    assert.deepEqual([seen.ServiceName, seen.Region], ['sts', 'on-prem-1'])
    assert.ok(Math.abs(seen.LastUsedDate - Date.now() / 1000) < 120)
  })

  it('is asked of the user whose key it is (would tell what keys others have)', async () => {
    const asking = await plane.user('asking', OWN_KEYS)
    const other = await plane.user('other')
    const of = (AccessKeyId: string) => asking.call('GetAccessKeyLastUsed', { AccessKeyId })
    assert.equal((await of(asking.accessKeyId)).body.UserName, 'asking')
    for (const id of [other.accessKeyId, plane.root.accessKeyId, UNKNOWN]) {
      assert.equal((await of(id)).code, 'AccessDeniedException')
    }
    const { body } = await plane.root.call('GetAccessKeyLastUsed', {
      AccessKeyId: plane.root.accessKeyId,
    })
    assert.equal(body.UserName, undefined)
  })
})
