import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AccountDetails, ManagedPolicyDetail, UserDetail } from './account-details.ts'
import { farReaching } from './far-reaching.ts'

const PLACE = { region: 'on-prem-1', accountId: '123456789012' }
const PUSH = 'ec2-instance-connect:SendSSHPublicKey'
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
})
const inline = (name: string, document: string) => ({
  PolicyName: name,
  PolicyDocument: document,
})
const managed = (name: string, document: string, uses = 1): ManagedPolicyDetail => ({
  PolicyName: name,
  Arn: `arn:aws:iam::123456789012:policy/${name}`,
  AttachmentCount: uses,
  PolicyVersionList: [
    { IsDefaultVersion: false, Document: policy(allow('*')) },
    { IsDefaultVersion: true, Document: document },
  ],
})
const user = (UserName: string, has: Partial<UserDetail> = {}): UserDetail => ({
  UserName,
  UserPolicyList: [],
  GroupList: [],
  AttachedManagedPolicies: [],
  ...has,
})
const look = (details: Partial<AccountDetails>) => {
  const all = { users: [], groups: [], roles: [], policies: [], ...details }
  const { administrators, rootEverywhere } = farReaching(all, PLACE)
  return { administrators: [...administrators], root: rootEverywhere.map(({ text }) => text) }
}

describe('farReaching', () => {
  it('finds who may do everything: by themselves, by a group, by a managed policy', () => {
    const all = managed('all', policy(allow('*')))
    const { administrators, root } = look({
      users: [
        user('own', { UserPolicyList: [inline('main', policy(allow('*')))] }),
        user('member', { GroupList: ['admins'] }),
        user('attached', { AttachedManagedPolicies: [{ PolicyArn: all.Arn }] }),
        user('clerk', { UserPolicyList: [inline('main', policy(allow('iam:*')))] }),
      ],
      groups: [
        {
          GroupName: 'admins',
          GroupPolicyList: [],
          AttachedManagedPolicies: [{ PolicyArn: all.Arn }],
        },
      ],
      policies: [all],
    })
    assert.deepEqual(administrators, ['own', 'member', 'attached'])
    assert.deepEqual(root, [], 'those of administrators are told as such')
  })

  it('takes nobody for an administrator whom a boundary, a Deny or a second factor holds back', () => {
    const few = managed('few', policy(allow('ec2:*')))
    const withFactor = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
    const { administrators } = look({
      users: [
        user('bounded', {
          UserPolicyList: [inline('main', policy(allow('*')))],
          PermissionsBoundary: { PermissionsBoundaryArn: few.Arn },
        }),
        user('denied', {
          UserPolicyList: [
            inline('main', policy(allow('*'), { ...allow('iam:*'), Effect: 'Deny' })),
          ],
        }),
        user('guarded', { UserPolicyList: [inline('main', policy(allow('*', withFactor)))] }),
      ],
      policies: [few],
    })
    assert.deepEqual(administrators, [])
  })

  it('finds policies that give root on every instance, in the version in force and in use', () => {
    const condition = (about: object) => ({ Condition: about })
    const { root } = look({
      roles: [
        {
          RoleName: 'deploy',
          RolePolicyList: [inline('push', policy(allow(['ec2:*', 'ec2-instance-connect:*'])))],
          AttachedManagedPolicies: [],
        },
      ],
      policies: [
        managed('wide', policy(allow(PUSH))),
        managed('unused', policy(allow(PUSH)), 0),
        managed(
          'as-deploy',
          policy(allow(PUSH, condition({ StringEquals: { 'ec2:osuser': 'deploy' } }))),
        ),
        managed(
          'as-many',
          policy(allow(PUSH, condition({ StringEquals: { 'ec2:osuser': ['ops', 'root'] } }))),
        ),
        managed(
          'staging',
          policy(allow(PUSH, condition({ StringEquals: { 'aws:ResourceTag/env': 'staging' } }))),
        ),
      ],
    })
    assert.deepEqual(root, ['wide', 'as-many', 'push of deploy'])
  })

  it('says nothing, rather than too little, when a policy is missing from the answer', () => {
    assert.throws(
      () => look({ users: [user('a', { AttachedManagedPolicies: [{ PolicyArn: 'arn:x' }] })] }),
      /Load the page again/,
    )
  })
})
