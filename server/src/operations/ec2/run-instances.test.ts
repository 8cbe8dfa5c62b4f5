import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { ApiClient } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { connectAgent, joinHost } from '../../testing/fake-agent.ts'
import { push } from '../../testing/push.ts'

const dir = mkdtempSync(join(tmpdir(), 'fleetkey-run-'))
const DAY_MS = 24 * 60 * 60 * 1000
const HOUR_MS = 60 * 60 * 1000

/** Does what the file `mood` says, and notes what it was told. */
const PROGRAM = [
  '/bin/sh',
  '-c',
  'read -r order; echo "$order" >>"$1/orders"; read -r mood <"$1/mood"; eval "$mood"',
  'sh',
  dir,
]
const setMood = (mood: string) => writeFileSync(join(dir, 'mood'), `${mood}\n`)
function ordersSince<T>(act: () => Promise<T>) {
  writeFileSync(join(dir, 'orders'), '')
  return act().then((result) => ({ result, orders: orders() }))
}
// oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect in it
const orders = (): any[] =>
  readFileSync(join(dir, 'orders'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)

let plane: ControlPlane
let root: ApiClient
before(async () => {
  setMood('true')
  plane = await startControlPlane(
    { launchTimeoutMs: 2000 },
    { images: { vm: { description: 'A machine.', program: PROGRAM }, plain: { description: '' } } },
  )
  ;({ root } = plane)
})
after(async () => {
  await plane.close()
  rmSync(dir, { recursive: true })
})

const ONE = { ImageId: 'fleetkey-host', MinCount: 1, MaxCount: 1 }
const tagged = (tags: Readonly<Record<string, string>>) => ({
  TagSpecifications: [
    {
      ResourceType: 'instance',
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    },
  ],
})

const launch = async (fields: object = {}) => {
  const { Instances, ...reservation } = await root.done('RunInstances', { ...ONE, ...fields })
  return { reservation, instances: Instances, id: Instances[0]?.InstanceId as string }
}
const shown = async (id: string) => {
  const { Reservations } = await root.done('DescribeInstances', { InstanceIds: [id] })
  return Reservations[0].Instances[0]
}
/** Terminated, or not there any more. */
async function isGone(id: string): Promise<boolean> {
  const { code, body } = await root.call('DescribeInstances', { InstanceIds: [id] })
  if (code === 'InvalidInstanceID.NotFound') return true
  return body.Reservations[0].Instances[0].State.Name === 'terminated'
}
const refusal = async (fields: object, client = root) => {
  const { status, code } = await client.call('RunInstances', { ...ONE, ...fields })
  return [status, code]
}

/** The text that a pending instance's host gets. */
async function userDataOf(id: string): Promise<string> {
  const { UserData } = await root.done('DescribeInstanceAttribute', {
    InstanceId: id,
    Attribute: 'userData',
  })
  return Buffer.from(UserData.Value ?? '', 'base64').toString()
}
const tokenIn = (userData: string): string => /fkjoin_[\w-]{43}\.[\w-]*/.exec(userData)?.[0] ?? ''

describe('RunInstances', () => {
  it('makes instances that are pending, as EC2 shows them', async () => {
    const { reservation, instances } = await launch({
      MinCount: 2,
      MaxCount: 3,
      InstanceType: 't3.micro',
      ...tagged({ Name: 'web', env: 'dev' }),
    })
    assert.match(reservation.ReservationId, /^r-[0-9a-f]{17}$/)
    assert.equal(instances.length, 3)
    for (const [index, one] of instances.entries()) {
      assert.match(one.InstanceId, /^i-[0-9a-f]{17}$/)
      assert.deepEqual(one.State, { Code: 0, Name: 'pending' })
      assert.deepEqual(
        [one.ImageId, one.InstanceType, one.AmiLaunchIndex],
        ['fleetkey-host', 't3.micro', index],
      )
      assert.deepEqual(one.Tags, [
        { Key: 'Name', Value: 'web' },
        { Key: 'env', Value: 'dev' },
      ])
      assert.deepEqual(await shown(one.InstanceId), one)
    }
  })

  it('lets one host become each with its user data: same id, tags, image and type', async () => {
    const { id, instances } = await launch({ ...tagged({ Name: 'web-7' }), InstanceType: 'big' })
    const userData = await userDataOf(id)
    assert.match(userData, new RegExp(`^#!/bin/sh\\n# Joins this host to Fleetkey as ${id}\\.`))
    assert.match(userData, new RegExp(`fleetkey agent join '${plane.url}' <<'TOKEN'\n`))
    const host = await joinHost(plane, tokenIn(userData))
    assert.equal(host.instanceId, id)
    assert.equal((await shown(id)).State.Name, 'stopped')
    const agent = await connectAgent(plane, host)
    const running = await shown(id)
    assert.equal(running.State.Name, 'running')
    for (const member of ['Tags', 'ImageId', 'InstanceType', 'VpcId', 'AmiLaunchIndex']) {
      assert.deepEqual(running[member], instances[0][member])
    }
    assert.equal((await push(root, id)).status, 200)
    await agent.close()
    await assert.rejects(joinHost(plane, tokenIn(userData)), /JoinTokenInvalid/)
  })

  it('has the reservation that it was launched in, also after it joined', async () => {
    const { id, reservation } = await launch()
    const reservationOf = async () => {
      const { Reservations } = await root.done('DescribeInstances', { InstanceIds: [id] })
      return Reservations[0].ReservationId as string
    }
    assert.equal(await reservationOf(), reservation.ReservationId)
    await joinHost(plane, tokenIn(await userDataOf(id)))
    assert.equal(await reservationOf(), reservation.ReservationId)
  })

  it('makes the former user data void when it is asked for again', async () => {
    const { id } = await launch()
    const former = tokenIn(await userDataOf(id))
    const latter = tokenIn(await userDataOf(id))
    assert.notEqual(former, latter)
    await assert.rejects(joinHost(plane, former), /JoinTokenInvalid/)
    assert.equal((await joinHost(plane, latter)).instanceId, id)
    assert.equal(await userDataOf(id), '', 'one that has joined has none')
  })

  it("brings the launcher's own user data to the host, and keeps it sealed", async () => {
    const theirs = '#cloud-config\npassword: hunter2-of-theirs\n'
    const UserData = Buffer.from(theirs).toString('base64')
    const { id } = await launch({ UserData })
    const userData = await userDataOf(id)
    assert.match(userData, /^Content-Type: multipart\/mixed; boundary="fleetkey-/)
    const [, part = ''] = /base64\n\n([\w+/=\n]+)\n--/.exec(userData) ?? []
    assert.equal(Buffer.from(part, 'base64').toString(), theirs)
    const atRest = `${plane.databaseBytes()}${plane.log()}`
    for (const text of ['hunter2-of-theirs', UserData, tokenIn(userData)]) {
      assert.ok(!atRest.includes(text), text)
    }
  })

  it('says of a push to a pending one what to do', async () => {
    const { id } = await launch()
    const { status, code, message } = await push(root, id)
    assert.deepEqual([status, code], [400, 'EC2InstanceStateInvalidException'])
    assert.match(message, /is pending: no host has joined .*fleetkey instances user-data i-/)
  })

  it('decides of a push to a pending one by its tags (strangers learn nothing of it)', async () => {
    const dev = await plane.user('dev', {
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/env': 'dev' } },
    })
    const codeOf = async (env: string) => (await push(dev, (await launch(tagged({ env }))).id)).code
    assert.equal(await codeOf('dev'), 'EC2InstanceStateInvalidException')
    assert.equal(await codeOf('prod'), 'AccessDeniedException')
  })

  it('takes tags that change while it is pending along', async () => {
    const { id } = await launch(tagged({ Name: 'a' }))
    await root.done('CreateTags', { Resources: [id], Tags: [{ Key: 'env', Value: 'prod' }] })
    const token = tokenIn(await userDataOf(id))
    await root.done('CreateTags', { Resources: [id], Tags: [{ Key: 'Name', Value: 'b' }] })
    await joinHost(plane, token)
    assert.deepEqual((await shown(id)).Tags, [
      { Key: 'Name', Value: 'b' },
      { Key: 'env', Value: 'prod' },
    ])
    const { event } = plane.trail().findLast(({ eventName }) => eventName === 'EnrolInstance') ?? {}
    const { additionalEventData: facts } = event ?? {}
    assert.equal(facts?.['instanceId'], id)
    assert.equal(facts?.['instanceName'], 'b')
    assert.deepEqual(facts?.['instanceTags'], { Name: 'b', env: 'prod' })
  })

  it('stands in the site of its subnet, or of its tag', async () => {
    const first = await launch(tagged({ Site: 'berlin' }))
    const { SubnetId, VpcId } = first.instances[0]
    const second = await launch({ SubnetId })
    assert.deepEqual(second.instances[0].Tags, [{ Key: 'Site', Value: 'berlin' }])
    assert.equal(second.instances[0].VpcId, VpcId)
    assert.deepEqual(await refusal({ SubnetId, ...tagged({ Site: 'tokyo' }) }), [
      400,
      'InvalidParameterCombination',
    ])
    assert.deepEqual(await refusal({ SubnetId: 'subnet-0' }), [400, 'InvalidSubnetID.NotFound'])
  })

  it('means the same instances by the same client token', async () => {
    const asked = { ClientToken: 'once', MaxCount: 2 }
    const first = await launch(asked)
    const [again, other] = await Promise.all([launch(asked), launch(asked)])
    for (const { instances, reservation } of [again, other]) {
      assert.deepEqual(reservation, first.reservation)
      assert.deepEqual(instances, first.instances)
    }
    assert.deepEqual(await refusal({ ...asked, MaxCount: 3 }), [400, 'IdempotentParameterMismatch'])
    await plane.store.pendingInstances.remove(first.id)
    const [gone, standing] = (await launch(asked)).instances
    assert.deepEqual([gone.InstanceId, gone.State.Name], [first.id, 'terminated'])
    assert.equal(standing.State.Name, 'pending')
  })

  it("takes nobody else's client token for its own (would show whose instances those are)", async () => {
    const other = await plane.user('other', { Effect: 'Allow', Action: '*', Resource: '*' })
    const first = await launch({ ClientToken: 'shared' })
    const second = await other.done('RunInstances', { ...ONE, ClientToken: 'shared' })
    assert.notEqual(second.Instances[0].InstanceId, first.id)
  })

  it('is over after a day in which nobody joined', async () => {
    const { id } = await launch()
    const token = tokenIn(await userDataOf(id))
    const plentyOfTime = plane.clock.aheadMs
    try {
      plane.clock.aheadMs = HOUR_MS + 1000
      await assert.rejects(joinHost(plane, token), /JoinTokenInvalid/)
      assert.equal((await shown(id)).State.Name, 'pending')
      plane.clock.aheadMs = DAY_MS - 60_000
      const late = tokenIn(await userDataOf(id))
      plane.clock.aheadMs = DAY_MS + 1000
      assert.equal(await isGone(id), true)
      await assert.rejects(joinHost(plane, late), /JoinTokenInvalid/)
      assert.equal((await push(root, id)).code, 'EC2InstanceNotFoundException')
    } finally {
      plane.clock.aheadMs = plentyOfTime
    }
  })

  it('refuses what it cannot make, in the codes of EC2', async () => {
    const cases = [
      [{ ImageId: 'ami-00000000' }, 'InvalidAMIID.NotFound'],
      [{ ImageId: undefined }, 'MissingParameter'],
      [{ MinCount: 2, MaxCount: 1 }, 'InvalidParameterValue'],
      [{ MinCount: 0 }, 'InvalidParameterValue'],
      [{ MaxCount: 101 }, 'InvalidParameterValue'],
      [{ InstanceType: 'a b' }, 'InvalidParameterValue'],
      [{ KeyName: 'mine' }, 'InvalidKeyPair.NotFound'],
      [{ IamInstanceProfile: { Name: 'web' } }, 'UnsupportedOperation'],
      [{ SecurityGroups: ['web'] }, 'UnsupportedOperation'],
      [{ SecurityGroupIds: ['sg-0'] }, 'InvalidGroup.NotFound'],
      [{ UserData: '#cloud-config' }, 'InvalidParameterValue'],
      [{ UserData: Buffer.alloc(16 * 1024 + 1).toString('base64') }, 'InvalidParameterValue'],
      [{ TagSpecifications: [{ ResourceType: 'volume', Tags: [] }] }, 'InvalidParameterValue'],
      [tagged({ 'aws:x': 'a' }), 'InvalidParameterValue'],
      [tagged({ Env: 'a', env: 'b' }), 'InvalidParameterValue'],
    ] as const
    const before = (await plane.store.pendingInstances.list(0)).length
    for (const [fields, expected] of cases) {
      assert.deepEqual(await refusal(fields), [400, expected], JSON.stringify(fields).slice(0, 99))
    }
    assert.deepEqual(await refusal({ DryRun: true }), [412, 'DryRunOperation'])
    assert.equal((await plane.store.pendingInstances.list(0)).length, before)
    const [group] = (await launch()).instances[0].SecurityGroups
    await launch({ SecurityGroupIds: [group.GroupId], SecurityGroups: ['default'] })
  })

  it('asks for image, subnet, type and tags', async () => {
    const { SubnetId } = (await launch(tagged({ Site: 'lima' }))).instances[0]
    const launcher = await plane.user('launcher', [
      {
        Effect: 'Allow',
        Action: 'ec2:RunInstances',
        Resource: [
          'arn:aws:ec2:*:*:instance/*',
          'arn:aws:ec2:*::image/plain',
          `arn:aws:ec2:*:*:subnet/${SubnetId}`,
        ],
        Condition: { StringLike: { 'ec2:InstanceType': 't3.*' } },
      },
      {
        Effect: 'Allow',
        Action: 'ec2:CreateTags',
        Resource: 'arn:aws:ec2:*:*:instance/*',
        Condition: { StringEquals: { 'aws:RequestTag/env': 'dev' } },
      },
    ])
    const allowed = { ImageId: 'plain', SubnetId, InstanceType: 't3.micro' }
    const statusOf = async (fields: object) =>
      (await refusal({ ...allowed, ...fields }, launcher))[0]
    assert.equal(await statusOf({}), 200)
    assert.equal(await statusOf(tagged({ env: 'dev' })), 200)
    assert.equal(await statusOf(tagged({ env: 'prod' })), 400)
    assert.equal(await statusOf({ ImageId: 'fleetkey-host' }), 400)
    assert.equal(await statusOf({ InstanceType: 'm5.large' }), 400)
    assert.equal(await statusOf({ SubnetId: undefined }), 400)
  })

  it('shows a policy on tags the site that comes with a subnet (would else be a way round it)', async () => {
    const { SubnetId } = (await launch(tagged({ Site: 'vault' }))).instances[0]
    const launcher = await plane.user('not-in-vault', [
      { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
      {
        Effect: 'Deny',
        Action: 'ec2:RunInstances',
        Resource: 'arn:aws:ec2:*:*:instance/*',
        Condition: { StringEquals: { 'aws:RequestTag/Site': 'vault' } },
      },
    ])
    const denied = [400, 'AccessDeniedException']
    assert.deepEqual(await refusal(tagged({ Site: 'vault' }), launcher), denied)
    assert.deepEqual(await refusal({ SubnetId }, launcher), denied)
    assert.deepEqual(await refusal({ SubnetId: 'subnet-0' }, launcher), [
      400,
      'InvalidSubnetID.NotFound',
    ])
    assert.deepEqual((await refusal({}, launcher))[0], 200)
  })

  it('is on record, without user data', async () => {
    await launch({ UserData: Buffer.from('#!/bin/sh\n').toString('base64'), ...tagged({ a: 'b' }) })
    const { event } =
      plane.trail().findLast(({ event: one }) => one.eventName === 'RunInstances') ?? {}
    assert.deepEqual(event?.requestParameters, {
      imageId: 'fleetkey-host',
      instanceType: 'fleetkey.host',
      minCount: 1,
      maxCount: 1,
      securityGroupIds: [],
      tags: { a: 'b' },
      userData: '<sensitiveDataRemoved>',
    })
  })
})

describe('DescribeInstanceAttribute', () => {
  it('gives the user data only to who may also make join tokens with those tags', async () => {
    const looking = await plane.user('looking', {
      Effect: 'Allow',
      Action: 'ec2:Describe*',
      Resource: '*',
    })
    const enrolling = await plane.user('enrolling', [
      { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'fleetkey:CreateJoinToken',
        Resource: '*',
        Condition: { StringEquals: { 'aws:RequestTag/env': 'dev' } },
      },
    ])
    const dev = (await launch(tagged({ env: 'dev' }))).id
    const prod = (await launch(tagged({ env: 'prod' }))).id
    const codeOf = async (client: ApiClient, InstanceId: string, Attribute = 'userData') =>
      (await client.call('DescribeInstanceAttribute', { InstanceId, Attribute })).code
    assert.equal(await codeOf(looking, dev), 'AccessDeniedException')
    assert.equal(await codeOf(looking, dev, 'instanceType'), undefined)
    assert.equal(await codeOf(enrolling, prod), 'AccessDeniedException')
    assert.equal(await codeOf(enrolling, dev), undefined)
  })

  it('is on record as a write, before the token is made, and the token is nowhere', async () => {
    const { id } = await launch()
    const token = tokenIn(await userDataOf(id))
    const records = plane
      .trail()
      .filter(({ event }) => event.eventName === 'DescribeInstanceAttribute')
    const [intent, outcome] = records.slice(-2)
    assert.deepEqual([intent?.phase, outcome?.phase], ['intent', 'outcome'])
    assert.deepEqual([intent?.event.readOnly, outcome?.event.responseElements], [false, null])
    const secret = token.slice('fkjoin_'.length, -1)
    assert.ok(secret.length >= 43)
    assert.ok(!`${plane.databaseBytes()}${plane.log()}`.includes(secret))
  })

  it('refuses what is not there', async () => {
    const codeOf = async (InstanceId: string, Attribute: string) =>
      (await root.call('DescribeInstanceAttribute', { InstanceId, Attribute })).code
    const { id } = await launch()
    assert.equal(await codeOf('i-00000000000000000', 'userData'), 'InvalidInstanceID.NotFound')
    assert.equal(await codeOf('i-x', 'userData'), 'InvalidInstanceID.Malformed')
    assert.equal(await codeOf(id, 'kernel'), 'InvalidParameterValue')
  })
})

describe('an image with a program', () => {
  it('has it start the machine, which becomes the instance', async () => {
    setMood('true')
    const { result, orders: told } = await ordersSince(() =>
      launch({ ImageId: 'vm', InstanceType: 'small', ...tagged({ Site: 'berlin', Name: 'a b' }) }),
    )
    const [{ userData, ...order }, ...more] = told
    assert.deepEqual(more, [])
    assert.deepEqual(order, {
      verb: 'launch',
      instanceId: result.id,
      imageId: 'vm',
      instanceType: 'small',
      site: 'berlin',
      tags: { Site: 'berlin', Name: 'a b' },
    })
    const token = tokenIn(Buffer.from(userData, 'base64').toString())
    assert.equal((await joinHost(plane, token)).instanceId, result.id)
  })

  for (const { mood, status, code } of [
    { mood: 'exit 1', status: 500, code: 'InternalError' },
    { mood: 'exit 75', status: 500, code: 'InsufficientInstanceCapacity' },
  ]) {
    it(`that fails with "${mood}" leaves nothing pending, and says why in the log only`, async () => {
      setMood(`echo "no template" >&2; ${mood}`)
      const asked = { ...ONE, ImageId: 'vm', ClientToken: `token ${code}` }
      const { result, orders: told } = await ordersSince(() => root.call('RunInstances', asked))
      assert.deepEqual([result.status, result.code], [status, code])
      assert.doesNotMatch(result.text, /template/)
      assert.match(plane.log(), /a launch program failed/)
      assert.match(plane.log(), /no template/)
      assert.equal(await isGone(told[0].instanceId), true)
      const token = tokenIn(Buffer.from(told[0].userData, 'base64').toString())
      await assert.rejects(joinHost(plane, token), /JoinTokenInvalid/)
      // As clients try again.
      setMood('true')
      const again = await root.done('RunInstances', asked)
      assert.equal(again.Instances[0].State.Name, 'pending')
    })
  }

  it('that takes too long is killed, and told to end what it may have made', async () => {
    setMood('if [ "${order#*terminate}" = "$order" ]; then sleep 60; fi')
    const { result, orders: told } = await ordersSince(() =>
      root.call('RunInstances', { ...ONE, ImageId: 'vm' }),
    )
    assert.equal(result.code, 'InternalError')
    assert.deepEqual(
      told.map(({ verb }) => verb),
      ['launch', 'terminate'],
    )
    assert.equal(told[0].instanceId, told[1].instanceId)
    assert.equal(await isGone(told[0].instanceId), true)
  })

  it('launches as many as it can from MinCount on, and otherwise none', async () => {
    // Two that go well.
    const oneTooMany = `n=$(grep -c launch "$1/orders"); [ "$n" -le 2 ] || exit 75`
    setMood(oneTooMany)
    const enough = await ordersSince(() => launch({ ImageId: 'vm', MinCount: 1, MaxCount: 2 }))
    assert.equal(enough.result.instances.length, 2)
    setMood('[ "${order#*terminate}" = "$order" ] || exit 0; mkdir "$1/one" 2>/dev/null || exit 75')
    const tooFew = await ordersSince(() =>
      root.call('RunInstances', { ImageId: 'vm', MinCount: 2, MaxCount: 4 }),
    )
    assert.equal(tooFew.result.code, 'InsufficientInstanceCapacity')
    const launched = tooFew.orders.filter(({ verb }) => verb === 'launch')
    const ended = tooFew.orders.filter(({ verb }) => verb === 'terminate')
    assert.deepEqual([launched.length, ended.length], [4, 1])
    for (const { instanceId } of launched) assert.equal(await isGone(instanceId), true)
    rmSync(join(dir, 'one'), { recursive: true })
    const some = await ordersSince(() => launch({ ImageId: 'vm', MinCount: 1, MaxCount: 4 }))
    assert.equal(some.result.instances.length, 1)
  })

  it('starts no further one when the right was withdrawn while it started the first (a program has 25 seconds)', async () => {
    const launcher = await plane.user('leaving-launcher', {
      Effect: 'Allow',
      Action: 'ec2:*',
      Resource: '*',
    })
    const pendingBefore = (await plane.store.pendingInstances.list(0)).length
    setMood(
      '[ "${order#*terminate}" = "$order" ] || exit 0; until [ -e "$1/go" ]; do sleep 0.02; done',
    )
    writeFileSync(join(dir, 'orders'), '')
    const launching = launcher.call('RunInstances', { ImageId: 'vm', MinCount: 1, MaxCount: 12 })
    const told = (verb: string) => orders().filter((order) => order.verb === verb).length
    while (told('launch') < 8) {
      // oxlint-disable-next-line no-await-in-loop -- that is the waiting
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await root.done('DeleteUserPolicy', { UserName: 'leaving-launcher', PolicyName: 'p' })
    writeFileSync(join(dir, 'go'), '')
    const { code } = await launching
    rmSync(join(dir, 'go'))
    assert.equal(code, 'AccessDeniedException')
    assert.deepEqual([told('launch'), told('terminate')], [8, 8])
    assert.equal((await plane.store.pendingInstances.list(0)).length, pendingBefore)
  })

  it('has it end the machine when the instance is terminated or forgotten, pending or joined', async () => {
    setMood('true')
    for (const operation of ['TerminateInstances', 'ForgetInstance']) {
      for (const isJoined of [false, true]) {
        const { id } = await launch({ ImageId: 'vm', ...tagged({ Name: 'x' }) })
        if (isJoined) await joinHost(plane, tokenIn(await userDataOf(id)))
        const { orders: told } = await ordersSince(() =>
          root.done(
            operation,
            operation === 'ForgetInstance' ? { InstanceId: id } : { InstanceIds: [id] },
          ),
        )
        const order = {
          imageId: 'vm',
          instanceType: 'fleetkey.host',
          site: 'default',
          tags: { Name: 'x' },
        }
        assert.deepEqual(told, [{ ...order, verb: 'terminate', instanceId: id }])
        assert.equal(await isGone(id), true)
      }
    }
  })

  it('says so when the machine may still run, and terminates the others', async () => {
    setMood('true')
    const [one, other] = (await launch({ ImageId: 'vm', MaxCount: 2 })).instances
    setMood(`case "$order" in *${one.InstanceId}*) exit 1;; esac`)
    const ids = [one.InstanceId, other.InstanceId]
    const { status, code, message } = await root.call('TerminateInstances', { InstanceIds: ids })
    assert.deepEqual([status, code], [400, 'IncorrectState'])
    assert.match(
      message,
      new RegExp(`^${one.InstanceId} is no instance any more, .* may still run`),
    )
    assert.deepEqual([await isGone(one.InstanceId), await isGone(other.InstanceId)], [true, true])
  })

  it('ends the machine of one that is terminated while it is started', async () => {
    setMood('case "$order" in *launch*) while [ ! -e "$1/go" ]; do sleep 0.02; done;; esac')
    const { orders: told } = await ordersSince(async () => {
      const launching = launch({ ImageId: 'vm' })
      while (orders().length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
      await plane.store.pendingInstances.remove(orders()[0].instanceId)
      writeFileSync(join(dir, 'go'), '')
      const [shownAs] = (await launching).instances
      assert.equal(shownAs.State.Name, 'terminated')
    })
    rmSync(join(dir, 'go'))
    assert.deepEqual(
      told.map(({ verb }) => verb),
      ['launch', 'terminate'],
    )
  })

  it('is among the images that there are', async () => {
    const { Images } = await root.done('DescribeImages', {})
    const described = Images.map((image: Record<string, string>) => [
      image['ImageId'],
      image['Description'],
    ])
    assert.deepEqual(described.toSorted(), [
      ['fleetkey-host', 'A host of yours, which you start with the user data'],
      ['plain', ''],
      ['vm', 'A machine.'],
    ])
  })

  it('is not asked for an image without one', async () => {
    setMood('exit 1')
    const { orders: told } = await ordersSince(() => launch({ ImageId: 'plain' }))
    assert.deepEqual(told, [])
  })
})
