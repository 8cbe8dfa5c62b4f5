import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import {
  connectAgent,
  enrolHost,
  FACTS,
  type FakeAgent,
  type Host,
} from '../../testing/fake-agent.ts'

let plane: ControlPlane
let web: Host
let db: Host
let agent: FakeAgent
const LAUNCHED = 'i-0123456789abcdef0'
before(async () => {
  plane = await startControlPlane()
  web = await enrolHost(plane, { Name: 'web-1', env: 'dev' })
  db = await enrolHost(plane, { Name: 'db-1', env: 'prod', Site: 'berlin' })
  agent = await connectAgent(plane, web)
  // The last to come, however long the tests take.
  const now = Date.now() + 600_000
  await plane.store.pendingInstances.create(
    [
      {
        instanceId: LAUNCHED,
        tags: { Name: 'new-1' },
        launch: { imageId: 'img', instanceType: 't.x', reservationId: 'r-0', index: 3 },
        launchedAt: now,
        expiresAt: now + 3_600_000,
        createdBy: 'arn:aws:iam::111122223333:root',
      },
    ],
    { limit: 10 },
  )
})
after(async () => {
  await agent.close()
  await plane.close()
})

const UNKNOWN = 'i-00000000000000000'

async function refused(fields: object, code: string) {
  const answer = await plane.root.call('DescribeInstances', fields)
  assert.deepEqual([answer.status, answer.code], [400, code], JSON.stringify(fields))
  assert.equal(plane.trail().at(-1)?.errorCode, code)
  return answer.message
}

// oxlint-disable-next-line typescript/no-explicit-any -- the tests say what they expect in it
async function instances(fields: object): Promise<any[]> {
  const { Reservations } = await plane.root.done('DescribeInstances', fields)
  return Reservations.flatMap((one: { Instances: object[] }) => one.Instances)
}

const idsOf = async (fields: object) =>
  (await instances(fields)).map(({ InstanceId }) => InstanceId as string)
const filtered = (Name: string, ...Values: string[]) => idsOf({ Filters: [{ Name, Values }] })

const pick = (from: Record<string, unknown>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, from[name]]))

describe('DescribeInstances', () => {
  it('shows what an instance is, what its agent said and whether it is here', async () => {
    const { Reservations } = await plane.root.done('DescribeInstances', {
      InstanceIds: [web.instanceId],
    })
    const [{ Instances, ...reservation }] = Reservations
    assert.deepEqual(reservation, {
      ReservationId: web.instanceId.replace('i-', 'r-'),
      OwnerId: reservation.OwnerId,
      Groups: [],
    })
    const [instance] = Instances
    assert.deepEqual(instance.State, { Code: 16, Name: 'running' })
    assert.equal(instance.StateTransitionReason, '')
    assert.equal(instance.StateReason, undefined)
    assert.equal(instance.PrivateIpAddress, FACTS.addresses4[0])
    assert.equal(instance.PublicIpAddress, undefined)
    assert.equal(instance.KeyName, undefined)
    assert.equal(instance.PrivateDnsName, FACTS.hostname)
    assert.equal(instance.PublicDnsName, '')
    assert.equal(instance.Architecture, 'x86_64')
    assert.equal(instance.ImageId, 'fleetkey-host')
    assert.equal(instance.InstanceType, 'fleetkey.host')
    assert.deepEqual(instance.Placement, {
      AvailabilityZone: 'on-prem-1a',
      AvailabilityZoneId: 'onp1-az1',
      GroupName: '',
      Tenancy: 'default',
    })
    assert.match(instance.VpcId, /^vpc-[0-9a-f]{17}$/)
    assert.match(instance.SubnetId, /^subnet-[0-9a-f]{17}$/)
    assert.match(instance.SecurityGroups[0].GroupId, /^sg-[0-9a-f]{17}$/)
    assert.deepEqual(instance.NetworkInterfaces[0].PrivateIpAddresses, [
      { Primary: true, PrivateIpAddress: FACTS.addresses4[0] },
    ])
    assert.deepEqual(instance.Tags, [
      { Key: 'Name', Value: 'web-1' },
      { Key: 'env', Value: 'dev' },
    ])
    assert.equal(instance.Fleetkey.Hostname, FACTS.hostname)
    assert.equal(instance.Fleetkey.Link.State, 'connected')
    assert.deepEqual(instance.Fleetkey.Abilities, ['sessions'])
  })

  it('leaves out of a list what lists do not show, and nothing that they do', async () => {
    const { Reservations } = await plane.root.done('DescribeInstances', { Detail: 'list' })
    assert.equal(Reservations.length, 1)
    const [{ Instances, ...reservation }] = Reservations
    assert.deepEqual(reservation, {})
    const whole = await instances({})
    for (const [at, listed] of Instances.entries()) {
      const { State, Fleetkey, ...members } = listed
      const { State: state, Fleetkey: host, ...all } = whole[at]
      assert.deepEqual(State, { Name: state.Name })
      assert.deepEqual(members, pick(all, Object.keys(members)))
      if (host === undefined) assert.equal(Fleetkey, undefined)
      else assert.deepEqual(Fleetkey, pick(host, Object.keys(Fleetkey)))
      assert.equal(members['NetworkInterfaces'] ?? Fleetkey?.['HostKeys'], undefined)
    }
    const [first, later] = [JSON.stringify(Instances), JSON.stringify(whole)]
    assert.ok(first.length < later.length / 2, `${first.length} of ${later.length}`)
    const asked = plane.trail().findLast(({ event }) => event.requestParameters?.['detail'])
    assert.deepEqual(asked?.event.requestParameters?.['detail'], 'list')
    await refused({ Detail: 'short' }, 'InvalidParameterValue')
  })

  it('says of one without a link that it is stopped, and why', async () => {
    const [instance] = await instances({ InstanceIds: [db.instanceId] })
    assert.deepEqual(instance.State, { Code: 80, Name: 'stopped' })
    assert.equal(instance.StateReason.Code, 'Server.AgentLinkLost')
    assert.equal(instance.StateTransitionReason, 'Agent link lost')
    const passing = await connectAgent(plane, db)
    assert.deepEqual(await filtered('instance-state-name', 'stopped'), [])
    await passing.close()
    const [later] = await instances({ InstanceIds: [db.instanceId] })
    assert.match(
      later.StateTransitionReason,
      /^Agent link lost \(20\d\d-\d\d-\d\d \d\d:\d\d:\d\d GMT\)$/,
    )
  })

  it('shows public and IPv6 addresses', async () => {
    const facts = {
      ...FACTS,
      addresses4: ['10.0.0.1', '8.8.8.8'],
      addresses6: ['fd00::1', '2001:db8::1'],
    }
    await plane.store.instances.saveFacts(db.instanceId, facts)
    const [instance] = await instances({ InstanceIds: [db.instanceId] })
    assert.equal(instance.PrivateIpAddress, '10.0.0.1')
    assert.equal(instance.PublicIpAddress, '8.8.8.8')
    assert.equal(instance.Ipv6Address, '2001:db8::1')
    const [card] = instance.NetworkInterfaces
    assert.equal(card.Association.PublicIp, '8.8.8.8')
    assert.equal(card.PrivateIpAddress, '10.0.0.1')
    assert.equal(card.NetworkInterfaceId, db.instanceId.replace('i-', 'eni-'))
    assert.deepEqual(card.Ipv6Addresses, [
      { Ipv6Address: 'fd00::1' },
      { Ipv6Address: '2001:db8::1' },
    ])
  })

  it('shows no address and no name that is none: scripts hand them to ssh (a host could run commands where they run)', async () => {
    const option = '-oProxyCommand=touch${IFS}/tmp/x'
    const facts = {
      ...FACTS,
      hostname: option,
      addresses4: [option, '10.0.0.1', 'localhost', '010.0.0.1'],
      addresses6: [option, 'fd00::1', 'fe80::1%eth0'],
    }
    const before = (await plane.store.instances.get(db.instanceId))?.facts ?? FACTS
    await plane.store.instances.saveFacts(db.instanceId, facts)
    const [instance] = await instances({ InstanceIds: [db.instanceId] })
    assert.equal(instance.PrivateIpAddress, '10.0.0.1')
    assert.equal(instance.Ipv6Address, 'fd00::1')
    assert.equal(instance.PrivateDnsName, '')
    const { Fleetkey, ...shown } = instance
    assert.ok(!JSON.stringify(shown).includes('ProxyCommand'))
    assert.deepEqual([Fleetkey.Addresses4, Fleetkey.Addresses6], [['10.0.0.1'], ['fd00::1']])
    await plane.store.instances.saveFacts(db.instanceId, before)
  })

  it('shows one that was launched and has not joined as pending, without what nobody knows', async () => {
    const [instance] = await instances({ InstanceIds: [LAUNCHED] })
    assert.deepEqual(instance.State, { Code: 0, Name: 'pending' })
    assert.equal(instance.ImageId, 'img')
    assert.equal(instance.InstanceType, 't.x')
    assert.equal(instance.AmiLaunchIndex, 3)
    assert.equal(instance.PrivateIpAddress, undefined)
    assert.equal(instance.Architecture, undefined)
    assert.deepEqual(instance.NetworkInterfaces, [])
    assert.equal(instance.Fleetkey, undefined)
  })

  it('puts each into the VPC of its site', async () => {
    const [one] = await instances({ InstanceIds: [web.instanceId] })
    const [other] = await instances({ InstanceIds: [db.instanceId] })
    const [pending] = await instances({ InstanceIds: [LAUNCHED] })
    assert.notEqual(one.VpcId, other.VpcId)
    assert.equal(one.VpcId, pending.VpcId)
    assert.deepEqual(await filtered('vpc-id', other.VpcId), [db.instanceId])
    assert.deepEqual(await filtered('subnet-id', one.SubnetId), [web.instanceId, LAUNCHED])
    assert.deepEqual(await filtered('instance.group-id', other.SecurityGroups[0].GroupId), [
      db.instanceId,
    ])
  })

  it('filters by what each instance has', async () => {
    const all = [web.instanceId, db.instanceId, LAUNCHED]
    assert.deepEqual(await idsOf({}), all)
    for (const [name, value, ids] of [
      ['instance-id', LAUNCHED, [LAUNCHED]],
      ['tag:env', 'dev', [web.instanceId]],
      ['tag:Name', '*-1', all],
      ['tag-key', 'Site', [db.instanceId]],
      ['tag-value', 'berlin', [db.instanceId]],
      ['tag:env', 'DEV', []],
      ['instance-state-name', 'stopped', [db.instanceId]],
      ['instance-state-name', 'p*', [LAUNCHED]],
      ['instance-state-code', '16', [web.instanceId]],
      ['instance-type', 't.x', [LAUNCHED]],
      ['image-id', 'fleetkey-host', [web.instanceId, db.instanceId]],
      ['reservation-id', 'r-0', [LAUNCHED]],
      ['launch-index', '3', [LAUNCHED]],
      ['private-ip-address', '192.0.2.7', [web.instanceId]],
      ['ip-address', '8.8.8.8', [db.instanceId]],
      ['ip-address', '10.0.0.1', []],
      ['ipv6-address', 'fd00::1', [db.instanceId]],
      ['network-interface.addresses.private-ip-address', '10.0.0.1', [db.instanceId]],
      ['network-interface.addresses.association.public-ip', '8.8.8.8', [db.instanceId]],
      ['network-interface.ipv6-addresses.ipv6-address', '2001:*', [db.instanceId]],
      ['architecture', 'x86_64', [web.instanceId, db.instanceId]],
      ['platform-details', 'Linux/UNIX', all],
      ['availability-zone', 'on-prem-1a', all],
      ['availability-zone-id', 'onp1-az1', all],
      ['tenancy', 'default', all],
      ['key-name', '*', []],
      ['private-dns-name', FACTS.hostname, [web.instanceId, db.instanceId]],
      ['dns-name', '*', []],
      ['state-reason-code', 'Server.*', [db.instanceId]],
      ['launch-time', '20??-*', all],
      ['instance.group-name', 'default', all],
    ] as const) {
      assert.deepEqual(await filtered(name, value), ids, `${name} ${value}`)
    }
  })

  it('gives pages, also when the last one shown is gone meanwhile', async () => {
    const passing = await enrolHost(plane, { Name: 'passing' })
    const pages: string[] = []
    let token: string | undefined
    do {
      const next = token === undefined ? {} : { NextToken: token }
      const page = await plane.root.done('DescribeInstances', { MaxResults: 1, ...next })
      const id = page.Reservations[0].Instances[0].InstanceId
      pages.push(id)
      token = page.NextToken
      if (id === passing.instanceId) await plane.root.done('ForgetInstance', { InstanceId: id })
    } while (token !== undefined)
    assert.deepEqual(pages, [web.instanceId, db.instanceId, passing.instanceId, LAUNCHED])
  })

  it('refuses an unknown instance, filter or token', async () => {
    const fields = { InstanceIds: [web.instanceId, UNKNOWN] }
    const message = await refused(fields, 'InvalidInstanceID.NotFound')
    assert.equal(message, `The instance ID '${UNKNOWN}' does not exist`)
    await refused({ InstanceIds: ['i-0\u001b[2J'] }, 'InvalidInstanceID.Malformed')
    await refused({ InstanceIds: ['x'.repeat(1000)] }, 'InvalidInstanceID.Malformed')
    await refused({ InstanceIds: [''] }, 'InvalidInstanceID.Malformed')
    await refused({ Filters: [{ Name: 'constructor', Values: ['x'] }] }, 'InvalidParameterValue')
    await refused({ Filters: [{ Name: 'tag:env', Values: 'dev' }] }, 'SerializationException')
    await refused({ Filters: [null] }, 'SerializationException')
    await refused({ Filters: {} }, 'SerializationException')
    await refused({ NextToken: '%' }, 'InvalidNextToken')
    await refused({ MaxResults: 0 }, 'InvalidParameterValue')
    await refused({ MaxResults: 5, InstanceIds: [web.instanceId] }, 'InvalidParameterCombination')
  })
})

describe('DescribeInstanceStatus', () => {
  const statuses = async (fields: object) => {
    const { InstanceStatuses } = await plane.root.done('DescribeInstanceStatus', fields)
    return InstanceStatuses.map(
      (one: Record<string, { Status: string; Name: string } & string>) => [
        one['InstanceId'],
        one['InstanceState']?.Name,
        one['InstanceStatus']?.Status,
        one['SystemStatus']?.Status,
      ],
    )
  }

  it('tells of those that run, and of all when asked', async () => {
    const running = [web.instanceId, 'running', 'ok', 'ok']
    assert.deepEqual(await statuses({}), [running])
    assert.deepEqual(await statuses({ IncludeAllInstances: true }), [
      running,
      [db.instanceId, 'stopped', 'not-applicable', 'not-applicable'],
      [LAUNCHED, 'pending', 'initializing', 'initializing'],
    ])
    assert.deepEqual(await statuses({ InstanceIds: [db.instanceId] }), [])
  })

  it('is impaired where the agent found what stops logins', async () => {
    await plane.store.instances.saveFacts(web.instanceId, { ...FACTS, problems: ['no sshd'] })
    assert.deepEqual(await statuses({}), [[web.instanceId, 'running', 'impaired', 'ok']])
    const Filters = [{ Name: 'instance-status.reachability', Values: ['passed'] }]
    assert.deepEqual(await statuses({ Filters }), [])
    await plane.store.instances.saveFacts(web.instanceId, FACTS)
  })

  it('refuses what is not there', async () => {
    const { code } = await plane.root.call('DescribeInstanceStatus', { InstanceIds: [UNKNOWN] })
    assert.equal(code, 'InvalidInstanceID.NotFound')
  })
})
