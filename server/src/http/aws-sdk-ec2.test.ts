import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  EC2,
  EC2ServiceException,
  paginateDescribeInstanceConnectEndpoints,
} from '@aws-sdk/client-ec2'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { joinHost } from '../testing/fake-agent.ts'

let plane: ControlPlane
let ec2: EC2
before(async () => {
  plane = await startControlPlane()
  const { accessKeyId, secretAccessKey } = plane.root
  ec2 = new EC2({
    endpoint: plane.url,
    region: 'on-prem-1',
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  })
})
after(async () => {
  ec2.destroy()
  await plane.close()
})

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    assert.ok(error instanceof EC2ServiceException)
    return `${error.$metadata.httpStatusCode} ${error.name}`
  }
  return 'done'
}

describe("AWS's SDK for JavaScript, unmodified: endpoints", () => {
  it('makes, finds, changes and deletes them', async () => {
    // A site comes into being with what stands in it.
    const launched = await ec2.runInstances({
      ImageId: 'fleetkey-host',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Site', Value: 'berlin' }] }],
    })
    const { SubnetId, VpcId } = launched.Instances?.[0] ?? {}
    const asked = { SubnetId, ClientToken: 'once' }
    const made = await ec2.createInstanceConnectEndpoint({
      ...asked,
      TagSpecifications: [
        { ResourceType: 'instance-connect-endpoint', Tags: [{ Key: 'Name', Value: 'Tür' }] },
      ],
    })
    const endpoint = made.InstanceConnectEndpoint
    assert.deepEqual(
      [endpoint?.State, endpoint?.VpcId, endpoint?.Tags, made.ClientToken],
      ['create-complete', VpcId, [{ Key: 'Name', Value: 'Tür' }], 'once'],
    )
    const again = await ec2.createInstanceConnectEndpoint(asked)
    assert.deepEqual(again.InstanceConnectEndpoint, endpoint)
    const Filters = [
      { Name: 'state', Values: ['create-complete', 'update-in-progress', 'update-complete'] },
      { Name: 'vpc-id', Values: [VpcId ?? ''] },
    ]
    const found = await ec2.describeInstanceConnectEndpoints({ Filters })
    assert.deepEqual(found.InstanceConnectEndpoints, [endpoint])
    const named = { InstanceConnectEndpointId: endpoint?.InstanceConnectEndpointId }
    const changed = await ec2.modifyInstanceConnectEndpoint({ ...named, IpAddressType: 'ipv4' })
    assert.equal(changed.Return, true)
    const deleted = await ec2.deleteInstanceConnectEndpoint(named)
    assert.deepEqual(deleted.InstanceConnectEndpoint, {
      ...endpoint,
      IpAddressType: 'ipv4',
      State: 'delete-in-progress',
    })
    assert.deepEqual(
      (await ec2.describeInstanceConnectEndpoints({ Filters })).InstanceConnectEndpoints,
      [],
    )
  })

  it('goes through pages', async () => {
    for (const Site of ['a', 'b', 'c'])
      await plane.root.done('CreateInstanceConnectEndpoint', { Site })
    const seen: unknown[] = []
    for await (const page of paginateDescribeInstanceConnectEndpoints(
      { client: ec2, pageSize: 3 },
      {},
    )) {
      seen.push(...(page.InstanceConnectEndpoints ?? []))
    }
    assert.equal(seen.length, 4)
  })

  it("gets AWS's codes", async () => {
    const InstanceConnectEndpointId = 'eice-00000000000000000'
    const ofNone = ec2.deleteInstanceConnectEndpoint({ InstanceConnectEndpointId })
    assert.equal(await codeOf(ofNone), '400 InvalidInstanceConnectEndpointId.NotFound')
    const badly = ec2.deleteInstanceConnectEndpoint({ InstanceConnectEndpointId: 'x' })
    assert.equal(await codeOf(badly), '400 InvalidInstanceConnectEndpointId.Malformed')
    const nowhere = ec2.createInstanceConnectEndpoint({ SubnetId: 'subnet-0' })
    assert.equal(await codeOf(nowhere), '400 InvalidSubnetID.NotFound')
    const dry = ec2.deleteInstanceConnectEndpoint({ InstanceConnectEndpointId, DryRun: true })
    assert.equal(await codeOf(dry), '412 DryRunOperation')
  })
})

describe("AWS's SDK for JavaScript, unmodified: launches", () => {
  it('launches, reads the user data, and sees what became of it', async () => {
    const { Instances, ReservationId } = await ec2.runInstances({
      ImageId: 'fleetkey-host',
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      UserData: Buffer.from('#cloud-config\n').toString('base64'),
    })
    const [instance] = Instances ?? []
    assert.deepEqual(instance?.State, { Code: 0, Name: 'pending' })
    const InstanceId = instance?.InstanceId
    const { UserData } = await ec2.describeInstanceAttribute({ InstanceId, Attribute: 'userData' })
    const text = Buffer.from(UserData?.Value ?? '', 'base64').toString()
    const [token = ''] = /fkjoin_[\w-]{43}\.[\w-]*/.exec(text) ?? []
    assert.equal((await joinHost(plane, token)).instanceId, InstanceId)
    const { Reservations } = await ec2.describeInstances({ InstanceIds: [InstanceId ?? ''] })
    assert.equal(Reservations?.[0]?.ReservationId, ReservationId)
    assert.equal(Reservations?.[0]?.Instances?.[0]?.InstanceType, 't3.micro')
    const after = await ec2.describeInstanceAttribute({ InstanceId, Attribute: 'userData' })
    assert.deepEqual(after.UserData, {})
  })

  it("gets AWS's codes", async () => {
    const one = { MinCount: 1, MaxCount: 1 }
    const codes = await Promise.all([
      codeOf(ec2.runInstances({ ...one, ImageId: 'ami-0' })),
      codeOf(ec2.runInstances({ ...one, ImageId: 'fleetkey-host', KeyName: 'mine' })),
      // What a machine would be like: none would be so.
      codeOf(ec2.runInstances({ ...one, ImageId: 'fleetkey-host', EbsOptimized: true })),
      codeOf(ec2.runInstances({ ...one, ImageId: 'fleetkey-host', DryRun: true })),
    ])
    assert.deepEqual(codes, [
      '400 InvalidAMIID.NotFound',
      '400 InvalidKeyPair.NotFound',
      '400 UnknownParameter',
      '412 DryRunOperation',
    ])
  })
})
