import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createdPolicy, createdRole } from '../../store/contract/given-identities.ts'
import { openSqliteStore } from '../../store/sqlite/open.ts'
import type { Store } from '../../store/store.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

let plane: ControlPlane
let store: Store
/** The account's policy that is tagged. */
let policyArn = ''
let serialNumber = ''
before(async () => {
  plane = await startControlPlane({
    openStore: async (options) => (store = await openSqliteStore(options)),
  })
  const { User } = await plane.root.done('CreateUser', { UserName: 'tagged' })
  await plane.root.done('CreateInstanceProfile', { InstanceProfileName: 'tagged' })
  const device = { VirtualMFADeviceName: 'tagged', Path: '/d/' }
  const { VirtualMFADevice } = await plane.root.done('CreateVirtualMFADevice', device)
  serialNumber = VirtualMFADevice.SerialNumber
  await createdRole(store, { name: 'tagged' })
  await createdPolicy(store, { name: 'tagged', path: '/p/' })
  policyArn = User.Arn.replace('user/tagged', 'policy/p/tagged')
})
after(() => plane.close())

async function refused(operation: string, fields: object, status: number, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [status, code])
  return answer.message
}

const tags = (all: Readonly<Record<string, string>>) =>
  Object.entries(all).map(([Key, Value]) => ({ Key, Value }))
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ Key: `k${from + index}`, Value: '' }))

const KINDS = [
  { noun: 'User', member: 'UserName', named: () => 'tagged', none: 'none' },
  { noun: 'Role', member: 'RoleName', named: () => 'tagged', none: 'none' },
  { noun: 'InstanceProfile', member: 'InstanceProfileName', named: () => 'tagged', none: 'none' },
  {
    noun: 'MFADevice',
    member: 'SerialNumber',
    named: () => serialNumber,
    none: 'arn:aws:iam::123456789012:mfa/none',
  },
  {
    noun: 'Policy',
    member: 'PolicyArn',
    named: () => policyArn,
    none: 'arn:aws:iam::123456789012:policy/none',
  },
] as const

for (const { noun, member, named, none } of KINDS) {
  const tag = `Tag${noun}`
  const untag = `Untag${noun}`
  const list = `List${noun}Tags`
  const listed = async () => (await plane.root.done(list, { [member]: named() })).Tags
  const clear = async () => {
    const TagKeys = (await listed()).map((one: { Key: string }) => one.Key)
    await plane.root.done(untag, { [member]: named(), TagKeys })
  }

  describe(`tags of a ${noun.toLowerCase()}`, () => {
    it('are set, changed, listed and removed; keys know no case', async () => {
      const it = { [member]: named() }
      await plane.root.done(tag, { ...it, Tags: tags({ Team: 'blue', 'cost:center': '' }) })
      assert.deepEqual(await listed(), tags({ Team: 'blue', 'cost:center': '' }))
      await plane.root.done(tag, { ...it, Tags: tags({ TEAM: 'red' }) })
      assert.deepEqual(await listed(), tags({ TEAM: 'red', 'cost:center': '' }))
      await plane.root.done(untag, { ...it, TagKeys: ['team', 'unknown'] })
      assert.deepEqual(await listed(), tags({ 'cost:center': '' }))
      await clear()
      assert.deepEqual(await listed(), [])
    })

    it('are fifty at most, and none is set when it would be more', async () => {
      const it = { [member]: named() }
      await plane.root.done(tag, { ...it, Tags: numbered(1, 49) })
      const message = await refused(tag, { ...it, Tags: numbered(50, 51) }, 409, 'LimitExceeded')
      assert.equal(message, 'The number of tags has reached the maximum limit.')
      assert.equal((await listed()).length, 49)
      await plane.root.done(tag, { ...it, Tags: numbered(49, 50) })
      await refused(tag, { ...it, Tags: numbered(1, 51) }, 400, 'ValidationException')
      const first = await plane.root.done(list, { ...it, MaxItems: 30 })
      const second = await plane.root.done(list, { ...it, Marker: first.Marker })
      assert.deepEqual([first.Tags.length, second.Tags.length, second.IsTruncated], [30, 20, false])
      await clear()
    })

    it('are refused with one key twice, a key of AWS, or what is no tag', async () => {
      const it = { [member]: named() }
      const twice = { ...it, Tags: tags({ a: '1', A: '2' }) }
      const message = await refused(tag, twice, 400, 'InvalidInput')
      assert.equal(
        message,
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      )
      await refused(tag, { ...it, Tags: tags({ 'AWS:x': '' }) }, 400, 'InvalidInput')
      const bad = [
        { '': 'v' },
        { 'a\n': 'v' },
        { 'a*': '' },
        { k: 'a*' },
        { ['k'.repeat(129)]: '' },
      ]
      for (const one of [...bad, { k: 'v'.repeat(257) }]) {
        await refused(tag, { ...it, Tags: tags(one) }, 400, 'ValidationException')
      }
      await refused(tag, { ...it, Tags: [{ Value: 'v' }] }, 400, 'ValidationException')
      await refused(tag, { ...it, Tags: [{ Key: 'k' }] }, 400, 'ValidationException')
      assert.deepEqual(await listed(), [])
      await plane.root.done(tag, { ...it, Tags: tags({ ['ü'.repeat(128)]: 'é'.repeat(256) }) })
      await clear()
    })

    it('keep keys that JavaScript has a meaning for', async () => {
      const Tags = [{ Key: '__proto__', Value: 'x' }]
      await plane.root.done(tag, { [member]: named(), Tags })
      assert.deepEqual(await listed(), Tags)
      await clear()
    })

    it('are refused for what is not there', async () => {
      for (const operation of [tag, untag, list]) {
        const fields = { [member]: none, Tags: [], TagKeys: [] }
        await refused(operation, fields, 404, 'NoSuchEntity')
      }
    })
  })
}

describe('tags of a policy that comes with Fleetkey', () => {
  it('are none, and stay so', async () => {
    const policy = { PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
    const fields = { ...policy, Tags: tags({ a: 'b' }), TagKeys: ['a'] }
    for (const operation of ['TagPolicy', 'UntagPolicy']) {
      const message = await refused(operation, fields, 400, 'AccessDeniedException')
      assert.equal(message, 'Policy is outside your own account.')
    }
    assert.deepEqual((await plane.root.done('ListPolicyTags', policy)).Tags, [])
  })
})

describe('the permission to tag', () => {
  it('can ask for tags of the request and of the user', async () => {
    const tagger = await plane.user('tagger', [
      {
        Effect: 'Allow',
        Action: ['iam:TagUser', 'iam:UntagUser'],
        Resource: '*',
        Condition: {
          StringEquals: { 'aws:ResourceTag/team': 'blue' },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['level', 'team'] },
        },
      },
      {
        Effect: 'Deny',
        Action: 'iam:TagUser',
        Resource: '*',
        Condition: { StringEquals: { 'aws:RequestTag/level': 'top' } },
      },
    ])
    await plane.root.done('CreateUser', { UserName: 'b1', Tags: tags({ team: 'blue' }) })
    await plane.root.done('CreateUser', { UserName: 'r1', Tags: tags({ team: 'red' }) })
    const call = (UserName: string, all: Readonly<Record<string, string>>) =>
      tagger.call('TagUser', { UserName, Tags: tags(all) })
    assert.equal((await call('b1', { level: 'low' })).status, 200)
    assert.equal((await call('b1', { LEVEL: 'top' })).code, 'AccessDeniedException')
    assert.equal((await call('b1', { level: 'low', other: '' })).code, 'AccessDeniedException')
    assert.equal((await call('r1', { level: 'low' })).code, 'AccessDeniedException')
    const untag = (TagKeys: readonly string[]) =>
      tagger.call('UntagUser', { UserName: 'b1', TagKeys })
    assert.equal((await untag(['other'])).code, 'AccessDeniedException')
    assert.equal((await untag(['level'])).status, 200)
  })

  it('is needed to create a user with tags (would be a way around it)', async () => {
    const creator = await plane.user('creator', [
      { Effect: 'Allow', Action: 'iam:CreateUser', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'iam:TagUser',
        Resource: '*',
        Condition: { StringEquals: { 'aws:RequestTag/team': 'blue' } },
      },
    ])
    const create = (UserName: string, team?: string) =>
      creator.call('CreateUser', {
        UserName,
        ...(team === undefined ? {} : { Tags: tags({ team }) }),
      })
    assert.equal((await create('n1')).status, 200)
    assert.equal((await create('n2', 'blue')).status, 200)
    const answer = await create('n3', 'red')
    assert.equal(answer.code, 'AccessDeniedException')
    assert.match(answer.message, /iam:TagUser/)
  })

  it('changes what a policy that asks for tags of the caller allows', async () => {
    const caller = await plane.user('badge', {
      Effect: 'Allow',
      Action: 'iam:ListUsers',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/badge': 'gold' } },
    })
    assert.equal((await caller.call('ListUsers', {})).code, 'AccessDeniedException')
    await plane.root.done('TagUser', { UserName: 'badge', Tags: tags({ badge: 'gold' }) })
    assert.equal((await caller.call('ListUsers', {})).status, 200)
    await plane.root.done('UntagUser', { UserName: 'badge', TagKeys: ['badge'] })
    assert.equal((await caller.call('ListUsers', {})).code, 'AccessDeniedException')
  })
})
