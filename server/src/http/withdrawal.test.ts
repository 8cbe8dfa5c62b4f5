import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ApiClient } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, type FakeAgent } from '../testing/fake-agent.ts'
import { push, PUSH_TO_DEV } from '../testing/push.ts'

let plane: ControlPlane
let agent: FakeAgent
before(async () => {
  plane = await startControlPlane()
  agent = await connectAgent(plane, await enrolHost(plane, { env: 'dev' }))
})
after(async () => {
  await agent.close()
  await plane.close()
})

interface Withdrawal {
  readonly by: string
  /** What the next push is refused with. */
  readonly code: string
  readonly withdraw: (user: string, client: ApiClient) => Promise<unknown>
  /** What must be given again for the next round; a user is new each time. */
  readonly after?: () => Promise<unknown>
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
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { ...PUSH_TO_DEV, Effect: 'Deny' },
        }),
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
    withdraw: (UserName) => plane.root.done('DeleteUser', { UserName }),
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
]

describe('a right that was withdrawn', () => {
  let count = 0
  for (const { by, code, withdraw, after: giveBack } of WITHDRAWALS) {
    it(`by ${by} allows no push that starts after the call returned`, async () => {
      for (let round = 0; round < 5; round++) {
        const user = `user-${count++}`
        const client = await plane.user(user, PUSH_TO_DEV)
        assert.equal((await push(client, agent.host.instanceId)).status, 200)
        const hammer = hammering(client)
        await withdraw(user, client)
        const { allowedAfter, codes } = await hammer.withdrawn()
        assert.equal(allowedAfter, 0)
        assert.deepEqual([...codes], [code])
        await giveBack?.()
      }
    })
  }
})

/** Four clients that push without a pause, and eight times more after the withdrawal. */
function hammering(client: ApiClient) {
  let withdrawn = false
  let startedAfter = 0
  let allowedAfter = 0
  const codes = new Set<string | undefined>()
  const work = Array.from({ length: 4 }, async () => {
    while (startedAfter < 8) {
      const isAfter = withdrawn
      if (isAfter) startedAfter++
      const answer = await push(client, agent.host.instanceId)
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
  it('inherits no key, no policy and no id', async () => {
    const first = await plane.user('phoenix', PUSH_TO_DEV)
    const { UserId } = await first.done('GetCallerIdentity', {})
    await plane.root.done('DeleteUser', { UserName: 'phoenix' })
    const second = await plane.user('phoenix')
    assert.equal((await push(first, agent.host.instanceId)).code, 'UnrecognizedClientException')
    assert.equal((await push(second, agent.host.instanceId)).code, 'AccessDeniedException')
    assert.notEqual((await second.done('GetCallerIdentity', {})).UserId, UserId)
    const { Policies } = await plane.root.done('ListUserPolicies', { UserName: 'phoenix' })
    const { AccessKeyMetadata } = await plane.root.done('ListAccessKeys', { UserName: 'phoenix' })
    assert.deepEqual(Policies, [])
    assert.deepEqual(
      AccessKeyMetadata.map((key: { AccessKeyId: string }) => key.AccessKeyId),
      [second.accessKeyId],
    )
  })

  it('does not get another user by a name in other letters', async () => {
    await plane.user('Carol')
    const answer = await plane.root.call('CreateUser', { UserName: 'carol' })
    assert.deepEqual([answer.status, answer.code], [409, 'EntityAlreadyExists'])
  })
})
