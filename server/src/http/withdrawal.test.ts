import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ApiClient, ApiResponse } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, prepared, type FakeAgent } from '../testing/fake-agent.ts'
import { assume, documentOf, givenRole, trusting, trustingProvider } from '../testing/given-role.ts'
import { startOidcIssuer, type OidcIssuer } from '../testing/oidc-issuer.ts'
import { push, PUSH_TO_DEV } from '../testing/push.ts'

/** How often each is withdrawn while it is used: a race that is lost now and then shows in `withdrawal.long.test.ts`. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 1)

let plane: ControlPlane
let agent: FakeAgent
let issuer: OidcIssuer
let account = ''
/** Done, once, while a push waits for its host. */
let whileWaiting: (() => Promise<unknown>) | undefined
before(async () => {
  plane = await startControlPlane()
  account = (await plane.root.done('GetCallerIdentity', {})).Account
  agent = await connectAgent(plane, await enrolHost(plane, { env: 'dev' }), {
    async prepare(message) {
      const act = whileWaiting
      whileWaiting = undefined
      await act?.()
      return prepared(message)
    },
  })
  issuer = await startOidcIssuer()
})
after(async () => {
  await agent.close()
  await issuer.close()
  await plane.close()
})

interface Withdrawal {
  readonly by: string
  /** What is done again and again: a push unless said otherwise. */
  readonly act?: Act
  /** What the next one is refused with. */
  readonly code: string
  /** Gives the right that is withdrawn. Without it, the user has a policy that allows to push. */
  readonly give?: (user: string) => Promise<ApiClient>
  readonly withdraw: (user: string, client: ApiClient) => Promise<unknown>
  /** What must be given again for the next round; a user is new each time. */
  readonly after?: () => Promise<unknown>
}

interface Act {
  readonly name: string
  readonly by: (client: ApiClient, user: string) => Promise<ApiResponse>
}

const PUSH: Act = { name: 'push', by: (client) => push(client, agent.host.instanceId) }

const ASSUME: Act = {
  name: 'AssumeRole',
  by: (client, user) =>
    client.call('AssumeRole', { RoleArn: roleArnOf(user), RoleSessionName: 'work' }),
}

const WITHDRAWALS: readonly Withdrawal[] = [
  {
    by: 'DeleteUserPolicy',
    code: 'AccessDeniedException',
    withdraw: (UserName) => plane.root.done('DeleteUserPolicy', { UserName, PolicyName: 'p' }),
  },
  {
    by: 'PutUserPolicy of a narrower policy',
    code: 'AccessDeniedException',
    withdraw: (UserName) =>
      plane.root.done('PutUserPolicy', {
        UserName,
        PolicyName: 'p',
        PolicyDocument: documentOf({ ...PUSH_TO_DEV, Effect: 'Deny' }),
      }),
  },
  {
    by: 'UpdateAccessKey to Inactive',
    code: 'UnrecognizedClientException',
    withdraw: (UserName, { accessKeyId }) =>
      plane.root.done('UpdateAccessKey', {
        UserName,
        AccessKeyId: accessKeyId,
        Status: 'Inactive',
      }),
  },
  {
    by: 'DeleteAccessKey',
    code: 'UnrecognizedClientException',
    withdraw: (UserName, { accessKeyId }) =>
      plane.root.done('DeleteAccessKey', { UserName, AccessKeyId: accessKeyId }),
  },
  {
    by: 'DeleteUser',
    code: 'UnrecognizedClientException',
    withdraw: (UserName) => plane.root.done('DeleteUser', { UserName, Force: true }),
  },
  {
    by: 'UpdateUser, of a name that the policy asks for',
    code: 'AccessDeniedException',
    give: (user) =>
      plane.user(user, {
        ...PUSH_TO_DEV,
        Condition: { StringEquals: { 'aws:username': user } },
      }),
    withdraw: (UserName) =>
      plane.root.done('UpdateUser', { UserName, NewUserName: `${UserName}-renamed` }),
  },
  {
    by: 'PutUserPermissionsBoundary',
    code: 'AccessDeniedException',
    withdraw: (UserName) =>
      plane.root.done('PutUserPermissionsBoundary', {
        UserName,
        PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      }),
  },
  {
    by: 'TagUser, of a tag that the policy asks for',
    code: 'AccessDeniedException',
    give: badged,
    withdraw: (UserName) =>
      plane.root.done('TagUser', { UserName, Tags: [{ Key: 'badge', Value: 'lead' }] }),
  },
  {
    by: 'UntagUser, of a tag that the policy asks for',
    code: 'AccessDeniedException',
    give: badged,
    withdraw: (UserName) => plane.root.done('UntagUser', { UserName, TagKeys: ['badge'] }),
  },
  {
    by: 'RemoveUserFromGroup',
    code: 'AccessDeniedException',
    give: grouped,
    withdraw: (UserName) =>
      plane.root.done('RemoveUserFromGroup', { UserName, GroupName: groupOf(UserName) }),
  },
  {
    by: 'DeleteGroupPolicy',
    code: 'AccessDeniedException',
    give: grouped,
    withdraw: (user) =>
      plane.root.done('DeleteGroupPolicy', { GroupName: groupOf(user), PolicyName: 'p' }),
  },
  {
    by: 'PutGroupPolicy of a narrower policy',
    code: 'AccessDeniedException',
    give: grouped,
    withdraw: (user) =>
      plane.root.done('PutGroupPolicy', {
        GroupName: groupOf(user),
        PolicyName: 'p',
        PolicyDocument: documentOf({ ...PUSH_TO_DEV, Effect: 'Deny' }),
      }),
  },
  {
    by: 'DeleteGroup',
    code: 'AccessDeniedException',
    give: grouped,
    withdraw: (user) => plane.root.done('DeleteGroup', { GroupName: groupOf(user), Force: true }),
  },
  {
    by: 'AddUserToGroup, of one with a Deny',
    code: 'AccessDeniedException',
    async give(user) {
      await grouped(`${user}-other`, 'Deny')
      return await plane.user(user, PUSH_TO_DEV)
    },
    withdraw: (UserName) =>
      plane.root.done('AddUserToGroup', { UserName, GroupName: groupOf(`${UserName}-other`) }),
  },
  {
    by: 'DetachUserPolicy',
    code: 'AccessDeniedException',
    give: attached,
    withdraw: (UserName) =>
      plane.root.done('DetachUserPolicy', { UserName, PolicyArn: policyArnOf(UserName) }),
  },
  {
    by: 'DetachGroupPolicy',
    code: 'AccessDeniedException',
    give: attachedToGroup,
    withdraw: (user) =>
      plane.root.done('DetachGroupPolicy', {
        GroupName: groupOf(user),
        PolicyArn: policyArnOf(user),
      }),
  },
  {
    by: 'AttachUserPolicy, of one with a Deny',
    code: 'AccessDeniedException',
    async give(user) {
      await managed(user, 'Deny')
      return await pusher(user)
    },
    withdraw: (UserName) =>
      plane.root.done('AttachUserPolicy', { UserName, PolicyArn: policyArnOf(UserName) }),
  },
  {
    by: 'CreatePolicyVersion of a narrower default',
    code: 'AccessDeniedException',
    give: attached,
    withdraw: (user) => addVersion(user, { SetAsDefault: true }),
  },
  {
    by: 'SetDefaultPolicyVersion',
    code: 'AccessDeniedException',
    async give(user) {
      const client = await attached(user)
      await addVersion(user, {})
      return client
    },
    withdraw: (user) =>
      plane.root.done('SetDefaultPolicyVersion', {
        PolicyArn: policyArnOf(user),
        VersionId: 'v2',
      }),
  },
  {
    by: 'DeletePolicy by force',
    code: 'AccessDeniedException',
    give: attachedToGroup,
    withdraw: (user) =>
      plane.root.done('DeletePolicy', { PolicyArn: policyArnOf(user), Force: true }),
  },
  {
    by: 'CreatePolicyVersion of a narrower permissions boundary',
    code: 'AccessDeniedException',
    async give(user) {
      await managed(user)
      const client = await pusher(user)
      const bounded = { UserName: user, PermissionsBoundary: policyArnOf(user) }
      await plane.root.done('PutUserPermissionsBoundary', bounded)
      return client
    },
    withdraw: (user) => addVersion(user, { SetAsDefault: true }),
  },
  {
    by: 'DeleteTags',
    code: 'AccessDeniedException',
    withdraw: () =>
      plane.root.done('DeleteTags', {
        Resources: [agent.host.instanceId],
        Tags: [{ Key: 'env' }],
      }),
    after: () =>
      plane.root.done('CreateTags', {
        Resources: [agent.host.instanceId],
        Tags: [{ Key: 'env', Value: 'dev' }],
      }),
  },
  {
    by: 'EndSession, by the session itself',
    code: 'UnrecognizedClientException',
    give: userSession,
    withdraw: (_user, session) => session.done('EndSession', {}),
  },
  {
    by: "RevokeSessions of a user's sessions",
    code: 'UnrecognizedClientException',
    give: userSession,
    withdraw: (UserName) => plane.root.done('RevokeSessions', { UserName }),
  },
  {
    by: 'UpdateAccessKey to Inactive of the key that a session was made with',
    code: 'UnrecognizedClientException',
    give: userSession,
    withdraw: async (UserName) =>
      plane.root.done('UpdateAccessKey', {
        UserName,
        AccessKeyId: await keyOf(UserName),
        Status: 'Inactive',
      }),
  },
  {
    by: "DeleteAccessKey of root's key that a session was made with",
    code: 'UnrecognizedClientException',
    give: rootSession,
    withdraw: () => plane.root.done('DeleteAccessKey', { AccessKeyId: secondRootKey }),
  },
  {
    by: 'DeleteAccessKey of the key at the start of a chain of sessions',
    code: 'UnrecognizedClientException',
    give: chainedSession,
    withdraw: async (UserName) =>
      plane.root.done('DeleteAccessKey', { UserName, AccessKeyId: await keyOf(UserName) }),
  },
  {
    by: "RevokeSessions of a role's sessions",
    code: 'UnrecognizedClientException',
    give: chainedSession,
    withdraw: async (_user, session) =>
      plane.root.done('RevokeSessions', { RoleName: await roleOf(session) }),
  },
  {
    by: 'DeleteUser of the user at the start of a chain of sessions',
    code: 'UnrecognizedClientException',
    give: chainedSession,
    withdraw: (UserName) => plane.root.done('DeleteUser', { UserName, Force: true }),
  },
  {
    by: 'DeleteRole',
    code: 'UnrecognizedClientException',
    give: roleSession,
    withdraw: (user) => plane.root.done('DeleteRole', { RoleName: roleNameOf(user), Force: true }),
  },
  {
    by: 'DeleteRolePolicy',
    code: 'AccessDeniedException',
    give: roleSession,
    withdraw: (user) =>
      plane.root.done('DeleteRolePolicy', { RoleName: roleNameOf(user), PolicyName: 'p' }),
  },
  {
    by: 'PutRolePolicy of a narrower policy',
    code: 'AccessDeniedException',
    give: roleSession,
    withdraw: (user) =>
      plane.root.done('PutRolePolicy', {
        RoleName: roleNameOf(user),
        PolicyName: 'p',
        PolicyDocument: documentOf({ ...PUSH_TO_DEV, Action: 'ec2:DescribeInstances' }),
      }),
  },
  {
    by: 'PutRolePermissionsBoundary',
    code: 'AccessDeniedException',
    give: roleSession,
    withdraw: (user) =>
      plane.root.done('PutRolePermissionsBoundary', {
        RoleName: roleNameOf(user),
        PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      }),
  },
  {
    by: 'DetachRolePolicy',
    code: 'AccessDeniedException',
    async give(user) {
      await managed(user)
      const session = await roleSession(user)
      const RoleName = roleNameOf(user)
      await plane.root.done('AttachRolePolicy', { RoleName, PolicyArn: policyArnOf(user) })
      await plane.root.done('DeleteRolePolicy', { RoleName, PolicyName: 'p' })
      return session
    },
    withdraw: (user) =>
      plane.root.done('DetachRolePolicy', {
        RoleName: roleNameOf(user),
        PolicyArn: policyArnOf(user),
      }),
  },
  {
    by: 'AttachRolePolicy, of one with a Deny',
    code: 'AccessDeniedException',
    async give(user) {
      await managed(user, 'Deny')
      return await roleSession(user)
    },
    withdraw: (user) =>
      plane.root.done('AttachRolePolicy', {
        RoleName: roleNameOf(user),
        PolicyArn: policyArnOf(user),
      }),
  },
  {
    by: 'UntagRole, of a tag that the policy asks for',
    code: 'AccessDeniedException',
    give: (user) =>
      roleSession(user, {
        policy: {
          ...PUSH_TO_DEV,
          Condition: { StringEquals: { 'aws:PrincipalTag/badge': 'gold' } },
        },
        change: { tags: { badge: 'gold' } },
      }),
    withdraw: (user) =>
      plane.root.done('UntagRole', { RoleName: roleNameOf(user), TagKeys: ['badge'] }),
  },
  {
    by: 'UpdateAssumeRolePolicy',
    act: ASSUME,
    code: 'AccessDeniedException',
    give: trusted,
    withdraw: (user) =>
      plane.root.done('UpdateAssumeRolePolicy', {
        RoleName: roleNameOf(user),
        PolicyDocument: documentOf(trusting(`arn:aws:iam::${account}:role/${roleNameOf(user)}`)),
      }),
  },
  {
    by: 'DeleteRole of a role that is being assumed',
    act: ASSUME,
    code: 'AccessDeniedException',
    give: trusted,
    withdraw: (user) => plane.root.done('DeleteRole', { RoleName: roleNameOf(user), Force: true }),
  },
  {
    by: 'DeleteOpenIDConnectProvider',
    code: 'UnrecognizedClientException',
    give: federatedSession,
    withdraw: () => {
      const OpenIDConnectProviderArn = `arn:aws:iam::${account}:oidc-provider/${issuer.name}`
      return plane.root.done('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn })
    },
  },
]

async function userSession(user: string): Promise<ApiClient> {
  return plane.as((await (await pusher(user)).done('GetSessionToken', {})).Credentials)
}

let secondRootKey = ''

async function rootSession(): Promise<ApiClient> {
  const { AccessKey } = await plane.root.done('CreateAccessKey', {})
  secondRootKey = AccessKey.AccessKeyId
  const root = plane.as(AccessKey)
  return plane.as((await root.done('GetSessionToken', {})).Credentials)
}

async function chainedSession(user: string): Promise<ApiClient> {
  const client = await plane.user(user)
  const { UserId } = await client.done('GetCallerIdentity', {})
  const first = await givenRole(plane, { trust: trusting(UserId) })
  const second = await givenRole(plane, { trust: trusting(first.id), policy: PUSH_TO_DEV })
  return assume(plane, await assume(plane, client, first), second)
}

async function federatedSession(): Promise<ApiClient> {
  const registered = { Url: issuer.url, ClientIDList: ['fleetkey'] }
  await plane.root.done('CreateOpenIDConnectProvider', registered)
  const { arn } = await givenRole(plane, {
    trust: trustingProvider(issuer.name),
    policy: PUSH_TO_DEV,
  })
  const { body } = await plane.unsigned('AssumeRoleWithWebIdentity', {
    RoleArn: arn,
    RoleSessionName: 'ann',
    WebIdentityToken: issuer.token(),
  })
  return plane.as(body.Credentials)
}

const roleNameOf = (user: string): string => `role-of-${user}`

const roleArnOf = (user: string): string => `arn:aws:iam::${account}:role/${roleNameOf(user)}`

/** A user who may assume a role that may push. */
async function trusted(user: string, role: object = {}): Promise<ApiClient> {
  const client = await plane.user(user)
  const { UserId } = await client.done('GetCallerIdentity', {})
  const name = roleNameOf(user)
  await givenRole(plane, { name, trust: trusting(UserId), policy: PUSH_TO_DEV, ...role })
  return client
}

/** A session of that role. */
async function roleSession(user: string, role: object = {}): Promise<ApiClient> {
  const { body } = await ASSUME.by(await trusted(user, role), user)
  return plane.as(body.Credentials)
}

async function keyOf(UserName: string): Promise<string> {
  return (await plane.root.done('ListAccessKeys', { UserName })).AccessKeyMetadata[0].AccessKeyId
}

async function roleOf(session: ApiClient): Promise<string> {
  return (await session.done('GetCallerIdentity', {})).Arn.split('/')[1]
}

function groupOf(user: string): string {
  return `group-of-${user}`
}

function pusher(user: string): Promise<ApiClient> {
  return plane.user(user, PUSH_TO_DEV)
}

/** A user whose policy asks for a tag that it has. */
async function badged(user: string): Promise<ApiClient> {
  const client = await plane.user(user, {
    ...PUSH_TO_DEV,
    Condition: { StringEquals: { 'aws:PrincipalTag/badge': 'gold' } },
  })
  await plane.root.done('TagUser', { UserName: user, Tags: [{ Key: 'badge', Value: 'gold' }] })
  return client
}

/** A user who may push as member of a group. */
async function grouped(user: string, Effect = 'Allow'): Promise<ApiClient> {
  const client = await plane.user(user)
  const GroupName = groupOf(user)
  await plane.root.done('CreateGroup', { GroupName })
  await plane.root.done('PutGroupPolicy', {
    GroupName,
    PolicyName: 'p',
    PolicyDocument: documentOf({ ...PUSH_TO_DEV, Effect }),
  })
  await plane.root.done('AddUserToGroup', { GroupName, UserName: user })
  return client
}

function policyArnOf(user: string): string {
  return `arn:aws:iam::${account}:policy/policy-of-${user}`
}

async function managed(user: string, Effect = 'Allow') {
  await plane.root.done('CreatePolicy', {
    PolicyName: `policy-of-${user}`,
    PolicyDocument: documentOf({ ...PUSH_TO_DEV, Effect }),
  })
}

/** A user who may push by a managed policy. */
async function attached(user: string): Promise<ApiClient> {
  await managed(user)
  const client = await plane.user(user)
  const attachment = { UserName: user, PolicyArn: policyArnOf(user) }
  await plane.root.done('AttachUserPolicy', attachment)
  return client
}

/** A user who may push by a managed policy of a group. */
async function attachedToGroup(user: string): Promise<ApiClient> {
  await managed(user)
  const client = await grouped(user)
  const GroupName = groupOf(user)
  await plane.root.done('DeleteGroupPolicy', { GroupName, PolicyName: 'p' })
  await plane.root.done('AttachGroupPolicy', { GroupName, PolicyArn: policyArnOf(user) })
  return client
}

/** One that allows another action. */
async function addVersion(user: string, more: object) {
  await plane.root.done('CreatePolicyVersion', {
    PolicyArn: policyArnOf(user),
    PolicyDocument: documentOf({ ...PUSH_TO_DEV, Action: 'ec2:DescribeInstances' }),
    ...more,
  })
}

describe('a right that was withdrawn', () => {
  let count = 0
  for (const { by, act = PUSH, code, give = pusher, withdraw, after: giveBack } of WITHDRAWALS) {
    it(`by ${by} allows no ${act.name} that starts after the call returned`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const user = `user-${count++}`
        const client = await give(user)
        const once = () => act.by(client, user)
        assert.equal((await once()).status, 200)
        const hammer = hammering(once)
        await withdraw(user, client)
        const { allowedAfter, codes } = await hammer.withdrawn()
        assert.equal(allowedAfter, 0)
        assert.deepEqual([...codes], [code])
        await giveBack?.()
      }
    })

    if (act !== PUSH) continue
    it(`by ${by} allows no push that waits for its host meanwhile (would install after the call returned)`, async () => {
      const user = `user-${count++}`
      const client = await give(user)
      const grants = agent.grants().length
      whileWaiting = () => withdraw(user, client)
      const answer = await push(client, agent.host.instanceId)
      assert.equal(answer.code, code)
      assert.equal(agent.grants().length, grants)
      const last = plane.trail().at(-1)
      assert.deepEqual(
        [last?.phase, last?.event.requestID],
        ['outcome', answer.headers['x-amzn-requestid']],
      )
      await giveBack?.()
    })
  }
})

/** Four that do it without a pause, and eight times more after the withdrawal. */
function hammering(act: () => Promise<ApiResponse>) {
  let withdrawn = false
  let startedAfter = 0
  let allowedAfter = 0
  const codes = new Set<string | undefined>()
  const work = Array.from({ length: 4 }, async () => {
    while (startedAfter < 8) {
      const isAfter = withdrawn
      if (isAfter) startedAfter++
      const answer = await act()
      if (!isAfter) continue
      if (answer.status === 200) allowedAfter++
      else codes.add(answer.code)
    }
  })
  return {
    async withdrawn() {
      withdrawn = true
      await Promise.all(work)
      return { allowedAfter, codes }
    },
  }
}

describe('a user who is deleted and made again', () => {
  it('inherits no key, policy, group, tag, boundary and no id', async () => {
    const first = await plane.user('phoenix', PUSH_TO_DEV)
    const user = { UserName: 'phoenix' }
    await plane.root.done('TagUser', { ...user, Tags: [{ Key: 'badge', Value: 'gold' }] })
    await plane.root.done('PutUserPermissionsBoundary', {
      ...user,
      PermissionsBoundary: 'arn:aws:iam::aws:policy/EC2InstanceConnect',
    })
    await plane.root.done('CreateGroup', { GroupName: 'ashes' })
    await plane.root.done('AddUserToGroup', { ...user, GroupName: 'ashes' })
    const { UserId } = await first.done('GetCallerIdentity', {})
    await plane.root.done('DeleteUser', { ...user, Force: true })
    const second = await plane.user('phoenix')
    assert.equal((await push(first, agent.host.instanceId)).code, 'UnrecognizedClientException')
    assert.equal((await push(second, agent.host.instanceId)).code, 'AccessDeniedException')
    assert.notEqual((await second.done('GetCallerIdentity', {})).UserId, UserId)
    const { User } = await plane.root.done('GetUser', user)
    assert.deepEqual([User.Tags, User.PermissionsBoundary], [undefined, undefined])
    const { PolicyNames } = await plane.root.done('ListUserPolicies', user)
    const { Groups } = await plane.root.done('ListGroupsForUser', user)
    assert.deepEqual([PolicyNames, Groups], [[], []])
    const { Users } = await plane.root.done('GetGroup', { GroupName: 'ashes' })
    assert.deepEqual(Users, [])
    const { AccessKeyMetadata } = await plane.root.done('ListAccessKeys', user)
    assert.deepEqual(
      AccessKeyMetadata.map((key: { AccessKeyId: string }) => key.AccessKeyId),
      [second.accessKeyId],
    )
  })

  it('is in no group that was deleted and made again under its name', async () => {
    const member = await grouped('remaining')
    const group = { GroupName: groupOf('remaining') }
    assert.equal((await push(member, agent.host.instanceId)).status, 200)
    await plane.root.done('DeleteGroup', { ...group, Force: true })
    await plane.root.done('CreateGroup', group)
    const document = documentOf(PUSH_TO_DEV)
    await plane.root.done('PutGroupPolicy', { ...group, PolicyName: 'p', PolicyDocument: document })
    assert.equal((await push(member, agent.host.instanceId)).code, 'AccessDeniedException')
  })

  it('does not get another user by a name in other letters', async () => {
    await plane.user('Carol')
    const answer = await plane.root.call('CreateUser', { UserName: 'carol' })
    assert.deepEqual([answer.status, answer.code], [409, 'EntityAlreadyExists'])
  })
})
