import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { QUOTAS, type CountedKind } from '@fleetkey/iam/quotas'
import {
  createdPolicy,
  createdProvider,
  createdRole,
  created,
} from '../../store/contract/given-identities.ts'
import type { Store } from '../../store/store.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())

const statement = (more: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] })

interface Case {
  readonly kind: CountedKind
  readonly operation: string
  readonly fields: (name: string) => object
  readonly make: (store: Store) => Promise<{ readonly id: string }>
  /** Of GetAccountSummary; AWS gives none for providers. */
  readonly quota: string | undefined
}

const CASES: readonly Case[] = [
  {
    kind: 'user',
    operation: 'CreateUser',
    fields: (UserName) => ({ UserName }),
    make: (store) => created(store),
    quota: 'UsersQuota',
  },
  {
    kind: 'group',
    operation: 'CreateGroup',
    fields: (GroupName) => ({ GroupName }),
    make: (store) => created(store, {}, 'group'),
    quota: 'GroupsQuota',
  },
  {
    kind: 'role',
    operation: 'CreateRole',
    fields: (RoleName) => ({
      RoleName,
      AssumeRolePolicyDocument: statement({
        Principal: { AWS: '111122223333' },
        Action: 'sts:AssumeRole',
      }),
    }),
    make: (store) => createdRole(store),
    quota: 'RolesQuota',
  },
  {
    kind: 'policy',
    operation: 'CreatePolicy',
    fields: (PolicyName) => ({
      PolicyName,
      PolicyDocument: statement({ Action: 'iam:GetUser', Resource: '*' }),
    }),
    make: (store) => createdPolicy(store),
    quota: 'PoliciesQuota',
  },
  {
    kind: 'provider',
    operation: 'CreateOpenIDConnectProvider',
    fields: (name) => ({ Url: `https://${name}.example.org`, ClientIDList: ['x'] }),
    make: (store) => createdProvider(store),
    quota: undefined,
  },
  {
    kind: 'profile',
    operation: 'CreateInstanceProfile',
    fields: (InstanceProfileName) => ({ InstanceProfileName }),
    make: (store) => created(store, {}, 'profile'),
    quota: 'InstanceProfilesQuota',
  },
]

describe('an account', () => {
  for (const { kind, operation, fields, make, quota } of CASES) {
    it(`is full with so many of kind ${kind}, until one goes`, async () => {
      const { root, store } = plane
      const { entities } = store.identities
      const limit = QUOTAS.perAccount[kind]
      await root.done(operation, fields('first'))
      const taken = await root.call(operation, fields('first'))
      assert.equal(taken.code, 'EntityAlreadyExists')
      const missing = limit - (await entities.count(kind)) - 1
      const rows = await Promise.all(Array.from({ length: missing }, () => make(store)))
      await root.done(operation, fields('last'))
      assert.equal(await entities.count(kind), limit)
      const { status, code, message } = await root.call(operation, fields('more'))
      assert.deepEqual([status, code], [409, 'LimitExceeded'])
      assert.match(message, new RegExp(`^Cannot exceed quota for \\w+PerAccount: ${limit}$`))
      assert.equal(await entities.count(kind), limit)
      await entities.delete(rows[0]?.id ?? '', { force: true })
      await root.done(operation, fields('more'))
      if (quota === undefined) return
      const { SummaryMap } = await root.done('GetAccountSummary', {})
      assert.equal(SummaryMap[quota], limit)
    })
  }
})
