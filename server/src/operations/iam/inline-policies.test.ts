import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createdRole } from '../../store/contract/given-identities.ts'
import { openSqliteStore } from '../../store/sqlite/open.ts'
import type { Store } from '../../store/store.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

let plane: ControlPlane
let store: Store
before(async () => {
  plane = await startControlPlane({
    openStore: async (options) => (store = await openSqliteStore(options)),
  })
  await plane.root.done('CreateUser', { UserName: 'pat' })
  await plane.root.done('CreateGroup', { GroupName: 'pat' })
  await createdRole(store, { name: 'pat' })
})
after(() => plane.close())

async function refused(operation: string, fields: object, status: number, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [status, code])
  return answer.message
}

const policy = (...resources: string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'iam:ListUsers', Resource: resources },
  })

/** A document of this size, white space not counted. */
function policyOf(size: number): string {
  const prefix = 'arn:aws:iam::1:user/'
  return policy(prefix.padEnd(prefix.length + size - policy(prefix).length, 'x'))
}

const OWNERS = [
  { noun: 'User', limit: 2048 },
  { noun: 'Group', limit: 5120 },
  { noun: 'Role', limit: 10_240 },
] as const

for (const { noun, limit } of OWNERS) {
  const owner = { [`${noun}Name`]: 'pat' }
  const named = { ...owner, PolicyName: 'p' }
  const kind = noun.toLowerCase()
  const put = `Put${noun}Policy`
  const get = `Get${noun}Policy`
  const remove = `Delete${noun}Policy`
  const list = `List${noun}Policies`

  describe(`inline policies of a ${kind}`, () => {
    it('are put, shown as they were put, listed by name and deleted', async () => {
      const PolicyDocument = `  ${policy('*')}\n`
      await plane.root.done(put, { ...named, PolicyDocument })
      assert.deepEqual(await plane.root.done(get, named), { ...named, PolicyDocument })
      await plane.root.done(put, { ...named, PolicyName: 'q', PolicyDocument })
      assert.deepEqual(await plane.root.done(list, owner), {
        PolicyNames: ['p', 'q'],
        IsTruncated: false,
      })
      const first = await plane.root.done(list, { ...owner, MaxItems: 1 })
      assert.deepEqual([first.PolicyNames, first.IsTruncated], [['p'], true])
      await plane.root.done(remove, named)
      const second = await plane.root.done(list, { ...owner, Marker: first.Marker })
      assert.deepEqual(second, { PolicyNames: ['q'], IsTruncated: false })
      for (const operation of [remove, get]) {
        const message = await refused(operation, named, 404, 'NoSuchEntity')
        assert.equal(message, `The ${kind} policy with name p cannot be found.`)
      }
      await plane.root.done(remove, { ...named, PolicyName: 'q' })
    })

    it('have names that are exact', async () => {
      const shorter = policy('*')
      const longer = policy('*', 'arn:aws:iam::1:user/x')
      await plane.root.done(put, { ...named, PolicyName: 'N', PolicyDocument: shorter })
      await plane.root.done(put, { ...named, PolicyName: 'n', PolicyDocument: longer })
      const shown = await plane.root.done(get, { ...named, PolicyName: 'N' })
      assert.equal(shown.PolicyDocument, shorter)
      for (const PolicyName of ['N', 'n']) await plane.root.done(remove, { ...named, PolicyName })
    })

    it('are refused when they do not parse (would silently allow nothing, or more)', async () => {
      for (const PolicyDocument of ['{', '{}', '[]', policy('*').replace('Effect', 'effect')]) {
        await refused(put, { ...named, PolicyDocument }, 400, 'MalformedPolicyDocument')
      }
      await refused(get, named, 404, 'NoSuchEntity')
    })

    it(`are refused over ${limit} characters in all, white space not counted`, async () => {
      const half = { ...named, PolicyDocument: policyOf(limit / 2) }
      await plane.root.done(put, half)
      const spaced = policyOf(limit / 2).replaceAll(',', `,${' '.repeat(3000)}`)
      await plane.root.done(put, { ...named, PolicyName: 'q', PolicyDocument: spaced })
      const more = { ...named, PolicyName: 'q', PolicyDocument: policyOf(limit / 2 + 1) }
      const message = await refused(put, more, 409, 'LimitExceeded')
      assert.equal(message, `Maximum policy size of ${limit} bytes exceeded for ${kind} pat`)
      // Replaced, not added.
      await plane.root.done(put, half)
      for (const PolicyName of ['p', 'q']) await plane.root.done(remove, { ...named, PolicyName })
    })

    it(`are refused for a ${kind} that is not there`, async () => {
      const none = { [`${noun}Name`]: 'none', PolicyName: 'p' }
      const fields = { ...none, PolicyDocument: policy('*') }
      for (const operation of [put, get, remove, list]) {
        const message = await refused(operation, fields, 404, 'NoSuchEntity')
        assert.equal(message, `The ${kind} with name none cannot be found.`)
      }
      const spelt = { [`${noun}Name`]: 'PAT', PolicyName: 'p', PolicyDocument: policy('*') }
      await refused(put, spelt, 404, 'NoSuchEntity')
    })

    it('are refused with a name that is none', async () => {
      for (const PolicyName of ['', 'a/b', 'x'.repeat(129)]) {
        const fields = { ...named, PolicyName, PolicyDocument: policy('*') }
        await refused(put, fields, 400, 'ValidationException')
      }
    })
  })
}

describe('the permission to change inline policies', () => {
  it('can be bound to a boundary, as AWS advises to delegate', async () => {
    const BOUNDARY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    const clerk = await plane.user('delegate', {
      Effect: 'Allow',
      Action: ['iam:PutUserPolicy', 'iam:DeleteUserPolicy'],
      Resource: '*',
      Condition: { StringEquals: { 'iam:PermissionsBoundary': BOUNDARY } },
    })
    // Nobody hands out what they do not hold: not more than the boundary, here.
    await plane.root.done('AttachUserPolicy', { UserName: 'delegate', PolicyArn: BOUNDARY })
    await plane.root.done('CreateUser', { UserName: 'free' })
    await plane.root.done('CreateUser', { UserName: 'bound', PermissionsBoundary: BOUNDARY })
    const fields = { PolicyName: 'p', PolicyDocument: policy('*') }
    const free = await clerk.call('PutUserPolicy', { ...fields, UserName: 'free' })
    assert.equal(free.code, 'AccessDeniedException')
    const itself = await clerk.call('PutUserPolicy', { ...fields, UserName: 'delegate' })
    assert.equal(itself.code, 'AccessDeniedException')
    const bound = { ...fields, UserName: 'bound' }
    await clerk.done('PutUserPolicy', bound)
    await clerk.done('DeleteUserPolicy', bound)
  })
})
