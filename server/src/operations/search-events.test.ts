import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, type FakeAgent } from '../testing/fake-agent.ts'
import { pushFields } from '../testing/push.ts'
import type { ApiClient } from '../testing/api-client.ts'

let plane: ControlPlane
let agent: FakeAgent
let alice: ApiClient
before(async () => {
  plane = await startControlPlane()
  agent = await connectAgent(plane, await enrolHost(plane, { Name: 'web-1', Env: 'prod' }))
  alice = await plane.user('alice')
  await plane.root.done('SendSSHPublicKey', pushFields(agent.host.instanceId))
  await alice.call('SendSSHPublicKey', pushFields(agent.host.instanceId))
  // What a thing is called later does not change what it was called.
  await plane.root.done('CreateTags', {
    Resources: [agent.host.instanceId],
    Tags: [{ Key: 'Env', Value: 'retired' }],
  })
})
after(async () => {
  await agent.close()
  await plane.close()
})

const found = async (fields: object) => (await plane.root.done('SearchEvents', fields)).Events
const names = async (filters: Readonly<Record<string, string | string[]>>, more: object = {}) => {
  const Filters = Object.entries(filters).map(([Name, value]) => ({
    Name,
    Values: [value].flat(),
  }))
  const events = await found({ Filters, ...more })
  return events.map(
    ({ Record }: { Record: { eventName: string; errorCode?: string } }) =>
      `${Record.eventName} ${Record.errorCode ?? 'ok'}`,
  )
}
async function refused(fields: object, code: string): Promise<string> {
  const answer = await plane.root.call('SearchEvents', fields)
  assert.equal(answer.code, code)
  return answer.message
}

describe('SearchEvents', () => {
  const PUSHED = 'SendSSHPublicKey ok'
  const DENIED = 'SendSSHPublicKey AccessDenied'

  it('finds pushes by the tags that the instance had at the time', async () => {
    assert.deepEqual(await names({ 'tag:Env': 'prod', 'event-name': 'SendSSHPublicKey' }), [
      DENIED,
      PUSHED,
    ])
    assert.deepEqual(await names({ 'tag:Env': 'retired', 'event-name': 'SendSSHPublicKey' }), [])
  })

  it('finds by instance, by its name too, principal, user of the host and outcome together', async () => {
    const instance = [agent.host.instanceId]
    assert.deepEqual(await names({ instance, principal: 'alice' }), [DENIED])
    assert.deepEqual(await names({ instance: 'web-1', outcome: 'denied' }), [DENIED])
    const osUser = String(pushFields('').InstanceOSUser)
    assert.deepEqual(await names({ 'os-user': osUser, outcome: ['ok', 'failed'] }), [PUSHED])
    assert.deepEqual(await names({ 'os-user': osUser, principal: 'bob' }), [])
    assert.deepEqual(await names({ instance, 'os-user': osUser, 'not:outcome': 'ok' }), [DENIED])
    assert.deepEqual(await names({ 'os-user': osUser, 'not:instance': 'web-1' }), [])
  })

  it('finds by address and range of addresses', async () => {
    const of = { 'event-name': 'SendSSHPublicKey' }
    assert.equal((await names({ ...of, 'source-address': '127.0.0.0/8' })).length, 2)
    assert.equal((await names({ ...of, 'source-address': ['10.0.0.0/8', '127.0.0.1'] })).length, 2)
    assert.deepEqual(await names({ ...of, 'source-address': '127.0.0.2' }), [])
  })

  it('finds words anywhere in a record', async () => {
    const Text = 'ALICE "SendSSHPublicKey"'
    assert.deepEqual(await names({ 'event-name': 'SendSSHPublicKey' }, { Text }), [DENIED])
  })

  it('shows an act once, unless every record is asked for; reads that were allowed only then', async () => {
    const of = { 'request-id': (await found({ Filters: [] }))[0].Record.requestID }
    assert.equal((await names(of, { Detail: 'records' })).length, 1)
    const instance = {
      instance: agent.host.instanceId,
      principal: 'root',
      'event-name': 'SendSSHPublicKey',
    }
    assert.deepEqual(await names(instance), [PUSHED])
    assert.deepEqual(await names(instance, { Detail: 'records' }), [PUSHED, PUSHED])
    assert.ok((await names({ 'event-name': 'SearchEvents' })).length > 0)
    assert.deepEqual(await names({ 'event-name': 'SearchEvents' }, { Detail: 'notable' }), [])
  })

  it('gives all of it by pages, either way, and goes on when there is more', async () => {
    const seqs: Record<string, number[]> = { newest: [], oldest: [] }
    const EndTime = Math.floor(Date.now() / 1000) + 3600
    let follow = ''
    const asked = { EndTime, Filters: [{ Name: 'read-only', Values: ['false'] }] }
    for (const Order of ['newest', 'oldest']) {
      let token: { NextToken?: string } = {}
      do {
        const page = await plane.root.done('SearchEvents', {
          ...asked,
          Order,
          MaxResults: 2,
          ...token,
        })
        seqs[Order]?.push(...page.Events.map(({ Seq }: { Seq: number }) => Seq))
        token = page.NextToken === undefined ? {} : { NextToken: page.NextToken }
        follow = page.FollowToken ?? ''
      } while (token.NextToken !== undefined)
    }
    assert.deepEqual(seqs['oldest'], seqs['newest']?.toReversed())
    assert.ok((seqs['oldest']?.length ?? 0) >= 4)
    await plane.root.done('CreateUser', { UserName: 'later' })
    const page = await plane.root.done('SearchEvents', {
      ...asked,
      Order: 'oldest',
      NextToken: follow,
    })
    assert.deepEqual(
      page.Events.map(({ Record }: { Record: { eventName: string } }) => Record.eventName),
      ['CreateUser'],
    )
  })

  it('refuses what is no filter, no range, no time and no token of this question', async () => {
    const filter = (Name: string, Value = 'x') => ({ Filters: [{ Name, Values: [Value] }] })
    assert.match(await refused(filter('users'), 'ValidationException'), /os-user/)
    await refused(filter('constructor'), 'ValidationException')
    await refused(filter('source-address', '10.0.0.1/8'), 'ValidationException')
    await refused({ Filters: [{ Name: 'principal', Values: [] }] }, 'ValidationException')
    await refused({ Text: ' "" ' }, 'ValidationException')
    await refused({ Order: 'random' }, 'ValidationException')
    await refused({ StartTime: 2, EndTime: 1 }, 'InvalidTimeRangeException')
    await refused({ StartTime: 'now' }, 'SerializationException')
    const { NextToken } = await plane.root.done('SearchEvents', { MaxResults: 1 })
    await refused({ ...filter('principal'), NextToken }, 'InvalidNextTokenException')
    await refused({ NextToken: '1 or 1' }, 'InvalidNextTokenException')
    await refused({ NextToken: `${NextToken}A` }, 'InvalidNextTokenException')
  })
})

describe('CountEvents', () => {
  const counted = async (fields: object) =>
    (await plane.root.done('CountEvents', { ...within(), ...fields })) as {
      Series: readonly {
        Name: string
        Counts: readonly number[]
        Total: number
        Reasons?: readonly { Reason: string; Count: number }[]
      }[]
    }
  const within = () => {
    const EndTime = Math.floor(Date.now() / 1000) + 60
    return { StartTime: EndTime - 3600, EndTime, Interval: 600 }
  }
  const pushes = { Name: 'event-name', Values: ['SendSSHPublicKey'] }

  it('counts what fits each of several questions, and the reasons of what was refused', async () => {
    const { Series } = await counted({
      Series: [
        { Name: 'ok', Filters: [pushes, { Name: 'outcome', Values: ['ok'] }] },
        {
          Name: 'refused',
          Filters: [pushes, { Name: 'outcome', Values: ['denied', 'failed'] }],
          ByReason: true,
        },
      ],
    })
    const [ok, denied] = Series
    assert.deepEqual([ok?.Name, ok?.Total, ok?.Counts.length, ok?.Reasons], ['ok', 1, 6, undefined])
    assert.deepEqual(denied?.Reasons, [{ Reason: 'AccessDenied', Count: 1 }])
    assert.equal(denied?.Counts.at(-1), 1)
  })

  it('says what is wrong with the question', async () => {
    const wrong = async (fields: object) => {
      const Series = [{ Name: 'all' }]
      const { code } = await plane.root.call('CountEvents', { Series, ...within(), ...fields })
      return code
    }
    assert.equal(await wrong({ EndTime: 0 }), 'InvalidTimeRangeException')
    assert.equal(await wrong({ Interval: 1 }), 'ValidationException')
    assert.equal(await wrong({ Series: [] }), 'ValidationException')
    for (const Name of ['source-address', 'not:instance']) {
      const Filters = [{ Name, Values: ['10.0.0.1'] }]
      assert.equal(await wrong({ Series: [{ Name: 'x', Filters }] }), 'ValidationException')
    }
  })

  it('is for who may search the trail', async () => {
    const fields = { Series: [{ Name: 'all' }], ...within() }
    assert.equal((await alice.call('CountEvents', fields)).code, 'AccessDeniedException')
  })
})
