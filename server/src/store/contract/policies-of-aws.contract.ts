import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PolicyRow } from '../identity-store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { created, createdPolicy, createdRole, DOCUMENT } from './given-identities.ts'
import { changesRights, NOW } from './given.ts'

const NAMES = [
  'AdministratorAccess',
  'EC2InstanceConnect',
  'IAMFullAccess',
  'IAMReadOnlyAccess',
  'IAMUserChangePassword',
  'ReadOnlyAccess',
]

export function describePoliciesOfAws(now: () => StoreUnderTest): void {
  describe('policies of AWS', () => {
    const identities = () => now().store.identities
    const policies = () => identities().policies
    const found = async (name: string): Promise<PolicyRow> => {
      const row = await policies().find(name, true)
      if (row === undefined) throw new Error(`${name} is missing`)
      return row
    }
    const statements = async (name: string) => {
      const [version, ...more] = await policies().versions((await found(name)).id)
      assert.deepEqual(more, [])
      const { Version, Statement } = JSON.parse(version?.document ?? '') as Record<string, unknown>
      assert.equal(Version, '2012-10-17')
      return [Statement].flat() as Record<string, unknown>[]
    }

    it('come with the store, each with one version', async () => {
      const rows = await policies().list({ scope: 'AWS', onlyAttached: false })
      assert.deepEqual(
        rows.map(({ name }) => name),
        NAMES,
      )
      for (const row of rows) {
        assert.match(row.id, /^ANPA[A-Z2-7]{17}$/)
        assert.deepEqual([row.path, row.defaultVersion, row.ownedByAws], ['/', 1, true])
        assert.ok(row.description.length > 0)
        for (const { Effect } of await statements(row.name)) assert.equal(Effect, 'Allow')
      }
    })

    it('allow what their names say', async () => {
      const allow = (Action: string | string[], Resource: string | string[] = '*') => ({
        Effect: 'Allow',
        Action,
        Resource,
      })
      assert.deepEqual(await statements('AdministratorAccess'), [allow('*')])
      assert.deepEqual(await statements('IAMFullAccess'), [allow('iam:*')])
      assert.deepEqual(await statements('EC2InstanceConnect'), [
        allow(['ec2:DescribeInstances', 'ec2-instance-connect:SendSSHPublicKey']),
      ])
      const [own] = await statements('IAMUserChangePassword')
      assert.equal(own?.['Action'], 'iam:ChangePassword')
      for (const name of ['IAMReadOnlyAccess', 'ReadOnlyAccess']) {
        const actions = (await statements(name)).flatMap(({ Action }) => Action as string[])
        const reads = /^[\w-]+:(Check|Describe|Get|List|Lookup|Preview|Read|Search|Simulate)/
        for (const action of actions) assert.match(action, reads)
      }
    })

    it('are apart from a policy of the account with that name', async () => {
      const { store } = now()
      const before = await found('AdministratorAccess')
      const { id } = await createdPolicy(store, { name: 'AdministratorAccess' })
      assert.equal((await policies().find('AdministratorAccess', false))?.id, id)
      assert.deepEqual(await policies().find('AdministratorAccess', true), before)
      assert.equal((await identities().entities.find('policy', 'AdministratorAccess'))?.id, id)
      const listed = await identities().entities.list({ kind: 'policy' })
      assert.ok(!listed.some((row) => row.id === before.id))
      await identities().entities.delete(id, { force: true })
    })

    it('cannot be changed, versioned, tagged, renamed or deleted', async () => {
      const { store } = now()
      const before = await found('IAMReadOnlyAccess')
      const { id } = before
      const { entities } = identities()
      const added = { document: DOCUMENT, createdAt: NOW, makeDefault: true }
      const stands = /policies of AWS cannot be changed/
      const attempts = async () => {
        await assert.rejects(policies().addVersion(id, added, 5), stands)
        await assert.rejects(policies().setDefaultVersion(id, 1), stands)
        await assert.rejects(entities.rename(id, { name: 'Mine', path: '/x/' }), stands)
        await assert.rejects(entities.changeTags(id, { set: { a: 'b' }, limit: 50 }), stands)
        await assert.rejects(entities.delete(id, { force: false }), stands)
        await assert.rejects(entities.delete(id, { force: true }), stands)
        assert.equal(await policies().deleteVersion(id, 1), 'default')
      }
      assert.equal(await changesRights(store, attempts), false)
      assert.deepEqual(await found('IAMReadOnlyAccess'), before)
    })

    it('are attached and bound with like others, and stay attached when a deletion by force fails', async () => {
      const { store } = now()
      const { id } = await found('ReadOnlyAccess')
      const user = await created(store)
      const role = await createdRole(store, { boundaryId: id })
      assert.equal(await policies().attach(id, user.id, 10), true)
      const [held] = (await identities().rights(user.id))?.policies ?? []
      assert.deepEqual(held?.managed, { policyId: id, path: '/', ownedByAws: true })
      assert.equal((await identities().rights(role.id))?.boundary?.policyName, 'ReadOnlyAccess')
      await identities().entities.setBoundary(role.id, undefined)
      await assert.rejects(identities().entities.delete(id, { force: true }))
      assert.equal((await policies().attachedTo(user.id)).length, 1)
      assert.equal(await policies().detach(id, user.id), true)
    })
  })
}
