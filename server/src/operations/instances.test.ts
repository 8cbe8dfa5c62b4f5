import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { CHAIN_START, checkLink, type ChainLink } from '@fleetkey/domain/trail-chain'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, FACTS, type FakeAgent, type Host } from '../testing/fake-agent.ts'

let plane: ControlPlane
let web: Host
let db: Host
let agent: FakeAgent
before(async () => {
  plane = await startControlPlane()
  web = await enrolHost(plane, { Name: 'web-1', env: 'dev' })
  db = await enrolHost(plane, { Name: 'db-1', env: 'prod' })
  agent = await connectAgent(plane, web)
})
after(async () => {
  await agent.close()
  await plane.close()
})

const UNKNOWN = 'i-00000000000000000'

async function refused(operation: string, fields: object, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [400, code])
  assert.equal(plane.trail().at(-1)?.errorCode, code)
  return answer.message
}

async function idsOf(fields: object): Promise<string[]> {
  const { Reservations } = await plane.root.done('DescribeInstances', fields)
  return Reservations.map(
    (one: { Instances: { InstanceId: string }[] }) => one.Instances[0]?.InstanceId,
  )
}
const filtered = (Name: string, ...Values: string[]) => idsOf({ Filters: [{ Name, Values }] })

describe('DescribeInstances', () => {
  it('shows what an instance is, what its agent said and whether it is here', async () => {
    const { Reservations } = await plane.root.done('DescribeInstances', {
      InstanceIds: [web.instanceId],
    })
    const [instance] = Reservations[0].Instances
    assert.deepEqual(instance.State, { Code: 16, Name: 'running' })
    assert.equal(instance.PrivateIpAddress, FACTS.addresses4[0])
    assert.deepEqual(instance.Tags, [
      { Key: 'Name', Value: 'web-1' },
      { Key: 'env', Value: 'dev' },
    ])
    assert.equal(instance.Fleetkey.Hostname, FACTS.hostname)
    assert.equal(instance.Fleetkey.Link.State, 'connected')
  })

  it('filters by all filters, each by any value, with wildcards', async () => {
    assert.deepEqual(await filtered('tag:env', 'dev', 'test'), [web.instanceId])
    assert.deepEqual(await filtered('tag:Name', '*-1'), [web.instanceId, db.instanceId])
    assert.deepEqual(await filtered('instance-state-name', 'stopped'), [db.instanceId])
    assert.deepEqual(await filtered('tag:toString', '*'), [])
    assert.deepEqual(await filtered('tag:env', 'DEV'), [])
    assert.deepEqual(
      await idsOf({
        Filters: [
          { Name: 'tag-key', Values: ['env'] },
          { Name: 'private-ip-address', Values: ['203.0.113.1'] },
        ],
      }),
      [],
    )
  })

  it('gives pages', async () => {
    const first = await plane.root.done('DescribeInstances', { MaxResults: 1 })
    const NextToken: string = first.NextToken
    const second = await plane.root.done('DescribeInstances', { MaxResults: 1, NextToken })
    assert.equal(second.NextToken, undefined)
    const ids = [first, second].map((page) => page.Reservations[0].Instances[0].InstanceId)
    assert.deepEqual(ids, [web.instanceId, db.instanceId])
  })

  it('refuses an unknown instance, filter or token', async () => {
    const fields = { InstanceIds: [web.instanceId, UNKNOWN] }
    const message = await refused('DescribeInstances', fields, 'InvalidInstanceID.NotFound')
    assert.equal(message, `The instance ID '${UNKNOWN}' does not exist`)
    for (const broken of [
      { Filters: [{ Name: 'constructor', Values: ['x'] }] },
      { Filters: [{ Name: 'tag:env', Values: 'dev' }] },
      { Filters: [null] },
      { Filters: {} },
      { NextToken: '%' },
      { MaxResults: 0 },
      { InstanceIds: ['i-0\u001b[2J'] },
      { InstanceIds: ['x'.repeat(1000)] },
    ]) {
      await refused('DescribeInstances', broken, 'ValidationException')
    }
  })
})

describe('tags', () => {
  const change = (operation: string, ...Tags: object[]) =>
    plane.root.done(operation, { Resources: [db.instanceId], Tags })
  const tags = () =>
    plane
      .query(
        'select key, value from instance_tags where instance_id = ? order by key',
        db.instanceId,
      )
      .map((row) => `${String(row['key'])}=${String(row['value'])}`)

  it('are added, overwritten and removed, one given with a value only where it has that', async () => {
    await change('CreateTags', { Key: 'team', Value: 'a' }, { Key: 'empty' })
    await change('CreateTags', { Key: 'team', Value: 'b' })
    assert.deepEqual(tags(), ['Name=db-1', 'empty=', 'env=prod', 'team=b'])
    await change('DeleteTags', { Key: 'team', Value: 'a' }, { Key: 'empty' }, { Key: 'none' })
    assert.deepEqual(tags(), ['Name=db-1', 'env=prod', 'team=b'])
    await change('DeleteTags', { Key: 'team' })
  })

  it('are refused when they would leave open which of two decides, too many, or malformed', async () => {
    const before = tags()
    const request = (...Tags: unknown[]) => ({ Resources: [db.instanceId], Tags })
    const many = Array.from({ length: 49 }, (_, n) => ({ Key: `k${n}`, Value: '' }))
    await refused('CreateTags', request({ Key: 'ENV', Value: 'x' }), 'ValidationException')
    const full = await plane.root.call('CreateTags', request(...many))
    assert.deepEqual([full.status, full.code], [409, 'LimitExceeded'])
    for (const broken of [{ Key: 'aws:x' }, { Key: 1 }, { Key: 'a', Value: null }, null, 'x']) {
      await refused('CreateTags', request(broken), 'ValidationException')
    }
    await refused('CreateTags', request(), 'ValidationException')
    assert.deepEqual(tags(), before)
  })

  it('of several instances are changed for all or none', async () => {
    const before = tags()
    const fields = { Resources: [db.instanceId, UNKNOWN], Tags: [{ Key: 'x', Value: 'y' }] }
    await refused('CreateTags', fields, 'InvalidInstanceID.NotFound')
    assert.deepEqual(tags(), before)
    for (const Resources of [[], 'all', ['../x'], [`${web.instanceId}\n`]]) {
      await refused('CreateTags', { ...fields, Resources }, 'ValidationException')
    }
  })
})

describe('ForgetInstance', () => {
  it('removes the instance, and a second time there is none', async () => {
    const { instanceId } = await enrolHost(plane)
    await plane.root.done('ForgetInstance', { InstanceId: instanceId })
    assert.ok(!(await idsOf({})).includes(instanceId))
    await refused('ForgetInstance', { InstanceId: instanceId }, 'InvalidInstanceID.NotFound')
    await refused('ForgetInstance', { InstanceId: '*' }, 'ValidationException')
  })
})

describe('join tokens', () => {
  it('are listed without their secret, and revoked once', async () => {
    const made = await plane.root.done('CreateJoinToken', { Name: 'x', ExpiresInSeconds: 60 })
    const list = await plane.root.call('ListJoinTokens', {})
    assert.ok(!list.text.includes(made.JoinToken.slice(7, 50)))
    const states = new Map<string, string>(
      list.body.JoinTokens.map((one: Record<string, string>) => [one['JoinTokenId'], one['State']]),
    )
    assert.equal(states.get(made.JoinTokenId), 'unused')
    assert.ok([...states.values()].includes('used'))
    await plane.root.done('RevokeJoinToken', { JoinTokenId: made.JoinTokenId })
    const again = await plane.root.call('RevokeJoinToken', { JoinTokenId: made.JoinTokenId })
    assert.deepEqual([again.status, again.code], [404, 'NoSuchEntity'])
  })

  it('live for an hour at most, and their tags follow the rules of tags', async () => {
    for (const broken of [
      { ExpiresInSeconds: 3601 },
      { ExpiresInSeconds: 59 },
      {
        Tags: [
          { Key: 'env', Value: 'a' },
          { Key: 'env', Value: 'b' },
        ],
      },
      {
        Tags: [
          { Key: 'env', Value: 'a' },
          { Key: 'Env', Value: 'b' },
        ],
      },
      { Name: 'a\nb' },
      { Tags: [{ Key: 'aws:x', Value: '' }] },
      { Tags: 'env=dev' },
    ]) {
      await refused('CreateJoinToken', broken, 'ValidationException')
    }
  })
})

describe('the trail', () => {
  it('is found by event, user, instance and request, newest first, in pages', async () => {
    const { Events, NextToken } = await plane.root.done('LookupEvents', {
      EventName: 'EnrolInstance',
      InstanceId: web.instanceId,
      MaxResults: 1,
    })
    assert.equal(Events[0].Record.additionalEventData.phase, 'outcome')
    const more = await plane.root.done('LookupEvents', {
      RequestId: Events[0].Record.requestID,
      NextToken,
    })
    assert.equal(more.Events[0].Record.additionalEventData.phase, 'intent')
    const none = await plane.root.done('LookupEvents', { UserName: 'nobody', StartTime: 0 })
    assert.deepEqual(none.Events, [])
    await refused('LookupEvents', { NextToken: '1 or 1' }, 'ValidationException')
    await refused('LookupEvents', { StartTime: 'now' }, 'SerializationException')
  })

  it('is a chain that holds from its first record to its head', async () => {
    let previous: ChainLink = CHAIN_START
    let head: ChainLink = CHAIN_START
    do {
      const page = await plane.root.done('ReadTrail', { AfterSeq: previous.seq, MaxResults: 20 })
      if (head.seq === 0) head = { seq: page.Head.Seq, hash: page.Head.Hash }
      for (const { Seq: seq, Hash: hash, Record: record } of page.Entries) {
        const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex')
        assert.equal(checkLink(previous, { seq, hash, record }, sha256Hex), undefined)
        previous = { seq, hash }
        if (seq === head.seq) assert.equal(hash, head.hash)
      }
    } while (previous.seq < head.seq)
    assert.ok(head.seq > 20)
  })
})
