import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { connectAgent, enrolHost, prepared } from '../../testing/fake-agent.ts'
import { push, PUSH_TO_DEV } from '../../testing/push.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())

const UNKNOWN = 'i-00000000000000000'
const isThere = async (id: string) =>
  (await plane.root.call('DescribeInstances', { InstanceIds: [id] })).status === 200

async function statesOf(InstanceIds: readonly string[]): Promise<string[]> {
  const { Reservations } = await plane.root.done('DescribeInstances', { InstanceIds })
  return Reservations.map(
    (one: { Instances: { State: { Name: string } }[] }) => one.Instances[0]?.State.Name,
  )
}

async function launched(instanceId: string) {
  const launch = { imageId: 'img', instanceType: 't.x', reservationId: 'r-0', index: 0 }
  const launchedAt = Date.now()
  const rest = { launch, launchedAt, expiresAt: launchedAt + 3_600_000, createdBy: 'root' }
  await plane.store.pendingInstances.create([{ instanceId, tags: { env: 'dev' }, ...rest }], {
    limit: 10,
  })
}

describe('TerminateInstances', () => {
  it('ends enrolments and launches, cuts links, and says what was and is', async () => {
    const web = await enrolHost(plane)
    const db = await enrolHost(plane)
    const pending = 'i-0123456789abcdef0'
    await launched(pending)
    const agent = await connectAgent(plane, web)
    const InstanceIds = [web.instanceId, db.instanceId, pending]
    const { TerminatingInstances } = await plane.root.done('TerminateInstances', { InstanceIds })
    const terminated = { Code: 48, Name: 'terminated' }
    assert.deepEqual(TerminatingInstances, [
      {
        InstanceId: web.instanceId,
        PreviousState: { Code: 16, Name: 'running' },
        CurrentState: terminated,
      },
      {
        InstanceId: db.instanceId,
        PreviousState: { Code: 80, Name: 'stopped' },
        CurrentState: terminated,
      },
      {
        InstanceId: pending,
        PreviousState: { Code: 0, Name: 'pending' },
        CurrentState: terminated,
      },
    ])
    assert.notEqual((await agent.closed).code, 0)
    assert.deepEqual(await plane.store.instances.list(), [])
    assert.deepEqual(await plane.store.pendingInstances.list(Date.now()), [])
  })

  it('leaves what waiters look for: the state, for an hour, to who asks by id', async () => {
    const { instanceId } = await enrolHost(plane, { env: 'dev' })
    const InstanceIds = [instanceId]
    assert.equal(
      (await plane.root.call('TerminateInstances', { InstanceIds, DryRun: true })).status,
      412,
    )
    assert.deepEqual(await statesOf(InstanceIds), ['stopped'])
    await plane.root.done('TerminateInstances', { InstanceIds })
    assert.deepEqual(await statesOf(InstanceIds), ['terminated'])
    const filtered = await plane.root.done('DescribeInstances', {
      InstanceIds,
      Filters: [{ Name: 'tag:env', Values: ['dev'] }],
    })
    assert.deepEqual(filtered, { Reservations: [] })
    const withUnknown = { InstanceIds: [instanceId, UNKNOWN] }
    const answer = await plane.root.call('DescribeInstances', withUnknown)
    assert.equal(answer.message, `The instance ID '${UNKNOWN}' does not exist`)
    plane.clock.aheadMs = 3_601_000
    assert.ok(!(await isThere(instanceId)))
    plane.clock.aheadMs = 0
  })

  it('ends all or none', async () => {
    const { instanceId } = await enrolHost(plane)
    for (const [ids, code] of [
      [[instanceId, UNKNOWN], 'InvalidInstanceID.NotFound'],
      [[instanceId, 'i-*'], 'InvalidInstanceID.Malformed'],
      [[], 'InvalidParameterValue'],
    ] as const) {
      const answer = await plane.root.call('TerminateInstances', { InstanceIds: ids })
      assert.deepEqual([answer.status, answer.code], [400, code])
    }
    assert.ok(!(await isThere(UNKNOWN)), 'what was refused is not shown as terminated')
    assert.equal((await plane.root.call('TerminateInstances', {})).code, 'MissingParameter')
    const both = { InstanceIds: [UNKNOWN, 'i-11111111111111111'] }
    assert.match((await plane.root.call('TerminateInstances', both)).message, /IDs '.*' do not/)
    assert.ok(await isThere(instanceId))
  })

  it('lets no push through that waited for its host meanwhile', async () => {
    const web = await enrolHost(plane, { env: 'dev' })
    const user = await plane.user('pusher', PUSH_TO_DEV)
    const agent = await connectAgent(plane, web, {
      async prepare(message) {
        await plane.root.done('TerminateInstances', { InstanceIds: [web.instanceId] })
        return prepared(message)
      },
    })
    const { status, text } = await push(user, web.instanceId)
    assert.notEqual(status, 200, text)
    assert.deepEqual(agent.grants(), [])
    assert.equal((await push(user, web.instanceId)).code, 'AccessDeniedException')
    assert.equal((await push(plane.root, web.instanceId)).code, 'EC2InstanceNotFoundException')
    await agent.close()
  })

  it('needs the permission on each of them', async () => {
    const dev = await enrolHost(plane, { env: 'dev' })
    const prod = await enrolHost(plane, { env: 'prod' })
    const pending = 'i-0123456789abcdef1'
    await launched(pending)
    const cleaner = await plane.user('cleaner', {
      Effect: 'Allow',
      Action: 'ec2:TerminateInstances',
      Resource: '*',
      Condition: { StringEquals: { 'ec2:ResourceTag/env': 'dev' } },
    })
    const ask = (...ids: string[]) => cleaner.call('TerminateInstances', { InstanceIds: ids })
    assert.equal((await ask(dev.instanceId, prod.instanceId)).code, 'AccessDeniedException')
    assert.equal((await ask(UNKNOWN)).code, 'AccessDeniedException')
    assert.ok(await isThere(dev.instanceId))
    assert.equal((await ask(dev.instanceId, pending)).status, 200)
  })

  it('with DryRun does nothing but say that it could', async () => {
    const { instanceId } = await enrolHost(plane)
    const fields = { InstanceIds: [instanceId], DryRun: true }
    const answer = await plane.root.call('TerminateInstances', fields)
    assert.deepEqual([answer.status, answer.code], [412, 'DryRunOperation'])
    const last = plane.trail().at(-1)
    assert.equal(last?.errorCode, 'DryRunOperation')
    assert.equal(last?.event.requestParameters?.['dryRun'], true)
    assert.ok(await isThere(instanceId))
    const nobody = await plane.user('nobody')
    assert.equal((await nobody.call('TerminateInstances', fields)).code, 'AccessDeniedException')
    const wrong = await plane.root.call('TerminateInstances', { ...fields, InstanceIds: ['x'] })
    assert.equal(wrong.code, 'InvalidInstanceID.Malformed')
  })
})
