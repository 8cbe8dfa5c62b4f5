import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { ApiClient } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { enrolHost } from '../../testing/fake-agent.ts'

let plane: ControlPlane
let root: ApiClient
before(async () => {
  plane = await startControlPlane()
  ;({ root } = plane)
  await enrolHost(plane, { Site: 'berlin' })
})
after(() => plane.close())

const UNKNOWN = 'eice-00000000000000000'
const NAMED = [
  { ResourceType: 'instance-connect-endpoint', Tags: [{ Key: 'Name', Value: 'door' }] },
]

const list = async (fields: object = {}) =>
  (await root.done('DescribeInstanceConnectEndpoints', fields)).InstanceConnectEndpoints
const filtered = async (Name: string, ...Values: string[]) =>
  (await list({ Filters: [{ Name, Values }] })).map(
    (one: { Fleetkey: { Site: string } }) => one.Fleetkey.Site,
  )
const create = async (fields: object) =>
  (await root.done('CreateInstanceConnectEndpoint', fields)).InstanceConnectEndpoint
const deleteOf = (endpoint: { readonly InstanceConnectEndpointId: string }) =>
  root.done('DeleteInstanceConnectEndpoint', {
    InstanceConnectEndpointId: endpoint.InstanceConnectEndpointId,
  })
const refusal = async (operation: string, fields: object, client = root) => {
  const { code, message, status } = await client.call(operation, fields)
  return [status, code, message]
}

/** Of the default site. */
async function defaultEndpoint() {
  const [endpoint] = await list({ Filters: [{ Name: 'subnet-id', Values: ['subnet-*'] }] })
  return endpoint
}

describe('endpoints', () => {
  // Each case leaves the default site's alone, and takes its own away.
  beforeEach(async () => {
    for (const endpoint of await list()) {
      if (endpoint.Fleetkey.Site !== 'default') await deleteOf(endpoint)
    }
  })

  it('has one of the default site from the start, as EC2 shows it', async () => {
    const [endpoint, ...more] = await list()
    assert.deepEqual(more, [])
    const { InstanceConnectEndpointId: id, VpcId, SubnetId, SecurityGroupIds } = endpoint
    assert.match(id, /^eice-[0-9a-f]{17}$/)
    assert.match(`${VpcId} ${SubnetId} ${SecurityGroupIds}`, /^vpc-\w{17} subnet-\w{17} sg-\w{17}$/)
    const { CreatedAt, ...rest } = endpoint
    assert.ok(Math.abs(CreatedAt * 1000 - Date.now()) < 60_000)
    assert.deepEqual(rest, {
      OwnerId: rest.OwnerId,
      InstanceConnectEndpointId: id,
      InstanceConnectEndpointArn: `arn:aws:ec2:on-prem-1:${rest.OwnerId}:instance-connect-endpoint/${id}`,
      State: 'create-complete',
      StateMessage: '',
      DnsName: 'localhost',
      NetworkInterfaceIds: [],
      VpcId,
      AvailabilityZone: 'on-prem-1a',
      AvailabilityZoneId: 'onp1-az1',
      SubnetId,
      PreserveClientIp: false,
      SecurityGroupIds,
      Tags: [],
      IpAddressType: 'dualstack',
      PublicDnsNames: { Ipv4: { DnsName: 'localhost' }, Dualstack: { DnsName: 'localhost' } },
      Fleetkey: { Site: 'default' },
    })
  })

  it('is made for the site of a subnet, with tags, and is there at once', async () => {
    const { Reservations } = await root.done('DescribeInstances', {
      Filters: [{ Name: 'tag:Site', Values: ['berlin'] }],
    })
    const { SubnetId, VpcId } = Reservations[0].Instances[0]
    const made = await create({ SubnetId, TagSpecifications: NAMED, IpAddressType: 'ipv6' })
    assert.deepEqual(
      [made.Fleetkey.Site, made.State, made.VpcId, made.IpAddressType],
      ['berlin', 'create-complete', VpcId, 'ipv6'],
    )
    assert.deepEqual(made.Tags, [{ Key: 'Name', Value: 'door' }])
    assert.deepEqual(await filtered('vpc-id', VpcId), ['berlin'])
    // What AWS's CLI asks before it opens a tunnel.
    const states = ['create-complete', 'update-in-progress', 'update-failed', 'update-complete']
    const asked = [
      { Name: 'state', Values: states },
      { Name: 'vpc-id', Values: [VpcId] },
    ]
    assert.deepEqual(await list({ Filters: asked }), [made])
  })

  it('is made for a site that nothing is in yet, by its name', async () => {
    const made = await create({ Site: 'tokyo' })
    assert.equal(made.Fleetkey.Site, 'tokyo')
    assert.deepEqual((await create({ Site: 'lima', ClientToken: 'a' })).Fleetkey.Site, 'lima')
    const { SubnetId } = made
    await deleteOf(made)
    const [, code] = await refusal('CreateInstanceConnectEndpoint', { SubnetId })
    assert.equal(code, 'InvalidSubnetID.NotFound')
  })

  it('is one for each site', async () => {
    const { SubnetId } = await create({ Site: 'berlin' })
    const [status, code, message] = await refusal('CreateInstanceConnectEndpoint', { SubnetId })
    assert.deepEqual([status, code], [400, 'InstanceConnectEndpointLimitExceeded'])
    assert.match(String(message), /A site has one endpoint, and site 'berlin' has it/)
  })

  it('is the same one when the same call comes again, and no other site', async () => {
    const asked = { Site: 'berlin', ClientToken: 'token-1' }
    const made = await Promise.all(Array.from({ length: 8 }, () => create(asked)))
    assert.equal(new Set(made.map((one) => one.InstanceConnectEndpointId)).size, 1)
    const other = { ...asked, Site: 'tokyo' }
    const [, code] = await refusal('CreateInstanceConnectEndpoint', other)
    assert.equal(code, 'IdempotentParameterMismatch')
  })

  it('is found by id, subnet, VPC, state and tags', async () => {
    const made = await create({ Site: 'berlin', TagSpecifications: NAMED })
    const id = made.InstanceConnectEndpointId
    assert.deepEqual(await filtered('instance-connect-endpoint-id', id), ['berlin'])
    assert.deepEqual(await filtered('subnet-id', made.SubnetId), ['berlin'])
    assert.deepEqual(await filtered('tag:Name', 'do?r'), ['berlin'])
    assert.deepEqual(await filtered('tag-key', 'Name'), ['berlin'])
    assert.deepEqual(await filtered('tag-value', 'door', 'other'), ['berlin'])
    assert.equal((await filtered('state', 'create-complete')).length, 2)
    assert.deepEqual(await filtered('state', 'delete-in-progress'), [])
    assert.deepEqual(await list({ InstanceConnectEndpointIds: [id] }), [made])
    const [, code] = await refusal('DescribeInstanceConnectEndpoints', {
      Filters: [{ Name: 'colour', Values: ['red'] }],
    })
    assert.equal(code, 'InvalidParameterValue')
  })

  it('is listed in pages', async () => {
    for (const Site of ['a', 'b', 'c']) await create({ Site })
    const seen: string[] = []
    let NextToken: string | undefined
    do {
      const page = await root.done('DescribeInstanceConnectEndpoints', {
        MaxResults: 3,
        ...(NextToken === undefined ? {} : { NextToken }),
      })
      for (const { Fleetkey } of page.InstanceConnectEndpoints) seen.push(Fleetkey.Site)
      ;({ NextToken } = page)
    } while (NextToken !== undefined)
    assert.deepEqual(seen.toSorted(), ['a', 'b', 'c', 'default'])
    const [, code] = await refusal('DescribeInstanceConnectEndpoints', { NextToken: 'x' })
    assert.equal(code, 'InvalidNextToken')
  })

  it('changes what addresses it leads to', async () => {
    const { InstanceConnectEndpointId } = await create({ Site: 'berlin' })
    const changed = { InstanceConnectEndpointId, IpAddressType: 'ipv4' }
    assert.deepEqual(await root.done('ModifyInstanceConnectEndpoint', changed), { Return: true })
    const [shown] = await list({ InstanceConnectEndpointIds: [InstanceConnectEndpointId] })
    assert.equal(shown.IpAddressType, 'ipv4')
  })

  it('says that it is being deleted, and is gone', async () => {
    const made = await create({ Site: 'berlin' })
    const { InstanceConnectEndpoint } = await deleteOf(made)
    assert.deepEqual(InstanceConnectEndpoint, { ...made, State: 'delete-in-progress' })
    assert.deepEqual(await filtered('state', '*'), ['default'])
  })

  it('answers with DryRun what it would do, and does nothing', async () => {
    const asked = { Site: 'berlin', DryRun: true }
    const [status, code] = await refusal('CreateInstanceConnectEndpoint', asked)
    assert.deepEqual([status, code], [412, 'DryRunOperation'])
    assert.equal((await list()).length, 1)
  })

  it('refuses what is not there, malformed or nothing at all, in the codes of EC2', async () => {
    const { InstanceConnectEndpointId } = await defaultEndpoint()
    const cases = [
      [
        'Delete',
        { InstanceConnectEndpointId: UNKNOWN },
        'InvalidInstanceConnectEndpointId.NotFound',
      ],
      [
        'Delete',
        { InstanceConnectEndpointId: 'eice-x' },
        'InvalidInstanceConnectEndpointId.Malformed',
      ],
      ['Delete', {}, 'MissingParameter'],
      [
        'Modify',
        { InstanceConnectEndpointId: UNKNOWN, IpAddressType: 'ipv4' },
        'InvalidInstanceConnectEndpointId.NotFound',
      ],
      ['Modify', { InstanceConnectEndpointId }, 'MissingParameter'],
      ['Modify', { InstanceConnectEndpointId, IpAddressType: 'ipv5' }, 'InvalidParameterValue'],
      ['Modify', { InstanceConnectEndpointId, PreserveClientIp: true }, 'InvalidParameterValue'],
      [
        'Modify',
        { InstanceConnectEndpointId, SecurityGroupIds: ['sg-0'] },
        'InvalidGroup.NotFound',
      ],
      ['Create', {}, 'MissingParameter'],
      ['Create', { SubnetId: 'subnet-0' }, 'InvalidSubnetID.NotFound'],
      ['Create', { SubnetId: 'subnet-0', Site: 'a' }, 'InvalidParameterCombination'],
      ['Create', { Site: 'a', SecurityGroupIds: ['sg-0'] }, 'InvalidGroup.NotFound'],
      ['Create', { Site: 'a', PreserveClientIp: true }, 'InvalidParameterValue'],
      [
        'Create',
        { Site: 'a', TagSpecifications: [{ ResourceType: 'instance' }] },
        'InvalidParameterValue',
      ],
    ] as const
    for (const [verb, fields, expected] of cases) {
      const [status, code] = await refusal(`${verb}InstanceConnectEndpoint`, fields)
      assert.deepEqual([status, code], [400, expected], `${verb} ${JSON.stringify(fields)}`)
    }
    const [, code] = await refusal('DescribeInstanceConnectEndpoints', {
      InstanceConnectEndpointIds: [UNKNOWN],
    })
    assert.equal(code, 'InvalidInstanceConnectEndpointId.NotFound')
    assert.equal((await list()).length, 1)
  })

  it('is decided by its tags, its subnet and the tags that it is to have', async () => {
    const { SubnetId, InstanceConnectEndpointId } = await create({
      Site: 'berlin',
      TagSpecifications: NAMED,
    })
    const other = await create({ Site: 'tokyo' })
    const ofDoors = await plane.user('doors', {
      Effect: 'Allow',
      Action: ['ec2:DeleteInstanceConnectEndpoint', 'ec2:ModifyInstanceConnectEndpoint'],
      Resource: 'arn:aws:ec2:*:*:instance-connect-endpoint/*',
      Condition: { StringEquals: { 'ec2:ResourceTag/Name': 'door' } },
    })
    const remove = (id: string) =>
      ofDoors.call('DeleteInstanceConnectEndpoint', { InstanceConnectEndpointId: id })
    assert.equal((await remove(other.InstanceConnectEndpointId)).code, 'AccessDeniedException')
    assert.equal((await remove(UNKNOWN)).code, 'AccessDeniedException')
    assert.equal((await remove(InstanceConnectEndpointId)).status, 200)

    const maker = await plane.user('maker', [
      {
        Effect: 'Allow',
        Action: 'ec2:CreateInstanceConnectEndpoint',
        Resource: '*',
        Condition: { StringEquals: { 'ec2:SubnetID': SubnetId } },
      },
      {
        Effect: 'Allow',
        Action: 'ec2:CreateTags',
        Resource: 'arn:aws:ec2:*:*:instance-connect-endpoint/*',
        Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Name'] } },
      },
    ])
    const make = (fields: object) => maker.call('CreateInstanceConnectEndpoint', fields)
    const secret = [{ ...NAMED[0], Tags: [{ Key: 'env', Value: 'prod' }] }]
    const denied = 'AccessDeniedException'
    assert.equal((await make({ Site: 'lima' })).code, denied)
    assert.equal((await make({ Site: 'berlin', TagSpecifications: secret })).code, denied)
    assert.equal((await make({ Site: 'berlin', TagSpecifications: NAMED })).status, 200)
  })

  it('asks for each attribute that is to change', async () => {
    const { InstanceConnectEndpointId, SecurityGroupIds } = await create({ Site: 'berlin' })
    const toV4 = await plane.user('to-v4', {
      Effect: 'Allow',
      Action: 'ec2:ModifyInstanceConnectEndpoint',
      Resource: '*',
      Condition: { StringEquals: { 'ec2:Attribute/IpAddressType': 'ipv4' } },
    })
    const modify = (fields: object) =>
      toV4.call('ModifyInstanceConnectEndpoint', { InstanceConnectEndpointId, ...fields })
    assert.equal((await modify({ IpAddressType: 'ipv6' })).code, 'AccessDeniedException')
    const both = { IpAddressType: 'ipv4', SecurityGroupIds }
    assert.equal((await modify(both)).code, 'AccessDeniedException')
    assert.equal((await modify({ IpAddressType: 'ipv4' })).status, 200)
  })

  it('is on record', async () => {
    const made = await create({ Site: 'berlin', TagSpecifications: NAMED })
    await deleteOf(made)
    const [created, deleted] = plane
      .trail()
      .filter(
        ({ phase, event }) => phase === 'outcome' && event.eventName.endsWith('ConnectEndpoint'),
      )
      .slice(-2)
    assert.deepEqual(created?.event.requestParameters, {
      site: 'berlin',
      securityGroupIds: [],
      tags: { Name: 'door' },
    })
    assert.deepEqual(deleted?.event.requestParameters, {
      endpointId: made.InstanceConnectEndpointId,
    })
  })
})
