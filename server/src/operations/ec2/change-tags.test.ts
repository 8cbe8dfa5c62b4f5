import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { enrolHost, type Host } from '../../testing/fake-agent.ts'

let plane: ControlPlane
let web: Host
let db: Host
let endpointId = ''
const PENDING = 'i-0123456789abcdef0'
before(async () => {
  plane = await startControlPlane()
  web = await enrolHost(plane, { Name: 'web-1', env: 'dev' })
  db = await enrolHost(plane, { Name: 'db-1', env: 'prod' })
  const [endpoint] = await plane.store.endpoints.list()
  assert.ok(endpoint)
  endpointId = endpoint.endpointId
  const launch = { imageId: 'img', instanceType: 't.x', reservationId: 'r-0', index: 0 }
  const launchedAt = Date.now()
  const rest = { launch, launchedAt, expiresAt: launchedAt + 3_600_000, createdBy: 'root' }
  await plane.store.pendingInstances.create([{ instanceId: PENDING, tags: {}, ...rest }], {
    limit: 10,
  })
})
after(() => plane.close())

const UNKNOWN = 'i-00000000000000000'

async function refused(operation: string, fields: object, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [400, code], JSON.stringify(fields))
  return answer.message
}

/** As DescribeTags tells them. */
async function tags(...ids: string[]): Promise<string[]> {
  const Filters = [{ Name: 'resource-id', Values: ids }]
  const { Tags } = await plane.root.done('DescribeTags', { Filters })
  return Tags.map(({ Key, Value }: Record<string, string>) => `${Key}=${Value}`)
}

describe('tags', () => {
  const change = (operation: string, ...Tags: object[]) =>
    plane.root.done(operation, { Resources: [db.instanceId], Tags })

  it('are added, overwritten and removed, one given with a value only where it has that', async () => {
    await change('CreateTags', { Key: 'team', Value: 'a' }, { Key: 'empty' })
    await change('CreateTags', { Key: 'team', Value: 'b' })
    assert.deepEqual(await tags(db.instanceId), ['Name=db-1', 'empty=', 'env=prod', 'team=b'])
    await change('DeleteTags', { Key: 'team', Value: 'a' }, { Key: 'empty' }, { Key: 'none' })
    assert.deepEqual(await tags(db.instanceId), ['Name=db-1', 'env=prod', 'team=b'])
    await change('DeleteTags', { Key: 'team' })
  })

  it('are on endpoints and on what has not joined yet, and on several at once', async () => {
    const Resources = [endpointId, PENDING, web.instanceId, web.instanceId]
    await plane.root.done('CreateTags', { Resources, Tags: [{ Key: 'cost', Value: '1' }] })
    for (const id of new Set(Resources)) assert.ok((await tags(id)).includes('cost=1'), id)
    await plane.root.done('DeleteTags', { Resources, Tags: [{ Key: 'cost' }] })
    for (const id of new Set(Resources)) assert.ok(!(await tags(id)).includes('cost=1'), id)
  })

  it('of endpoints are condition keys, as of instances', async () => {
    const dev = { StringEquals: { 'ec2:ResourceTag/env': 'dev', 'aws:ResourceTag/env': 'dev' } }
    const policy = { Effect: 'Allow', Action: 'ec2:CreateTags', Resource: '*', Condition: dev }
    const tagger = await plane.user('tagger', policy)
    const Tags = [{ Key: 'owner', Value: 'me' }]
    const ask = async (...Resources: string[]) =>
      (await tagger.call('CreateTags', { Resources, Tags })).status
    assert.equal(await ask(endpointId), 400)
    await plane.root.done('CreateTags', {
      Resources: [endpointId, PENDING],
      Tags: [{ Key: 'env', Value: 'dev' }],
    })
    assert.equal(await ask(endpointId, PENDING, web.instanceId), 200)
    assert.equal(await ask(endpointId, db.instanceId), 400)
    assert.equal(await ask(UNKNOWN), 400)
  })

  it('are refused when they would leave open which of two decides, too many, or malformed', async () => {
    const earlier = await tags(db.instanceId)
    const request = (...Tags: unknown[]) => ({ Resources: [db.instanceId], Tags })
    const many = Array.from({ length: 49 }, (_, n) => ({ Key: `k${n}`, Value: '' }))
    const clash = await refused(
      'CreateTags',
      request({ Key: 'ENV', Value: 'x' }),
      'InvalidParameterValue',
    )
    assert.match(clash, /env and ENV differ only in case/)
    await refused('CreateTags', request(...many), 'TagLimitExceeded')
    for (const Key of ['aws:x', 'AWS:x', '', 'a\nb', 'x'.repeat(129)]) {
      await refused('CreateTags', request({ Key }), 'InvalidParameterValue')
    }
    await refused('CreateTags', request({ Value: 'x' }), 'InvalidParameterValue')
    await refused('CreateTags', request(), 'InvalidParameterValue')
    for (const broken of [{ Key: 1 }, null, 'x']) {
      await refused('CreateTags', request(broken), 'SerializationException')
    }
    assert.deepEqual(await tags(db.instanceId), earlier)
  })

  it('of several are changed for all or none', async () => {
    const earlier = await tags(db.instanceId)
    const Tags = [{ Key: 'x', Value: 'y' }]
    const ask = (Resources: unknown, code: string) =>
      refused('CreateTags', { Resources, Tags }, code)
    await ask([db.instanceId, UNKNOWN], 'InvalidInstanceID.NotFound')
    await ask(
      [db.instanceId, 'eice-00000000000000000'],
      'InvalidInstanceConnectEndpointId.NotFound',
    )
    assert.deepEqual(await tags(db.instanceId), earlier)
    await ask([], 'InvalidParameterValue')
    for (const id of [
      '../x',
      `${web.instanceId}\n`,
      'vpc-00000000000000000',
      'i-0',
      'eice-0',
      '',
    ]) {
      assert.ok(!(await ask([db.instanceId, id], 'InvalidID')).includes('\n'))
    }
    await ask('all', 'SerializationException')
    assert.deepEqual(await tags(db.instanceId), earlier)
  })

  it('are named, or nothing is asked for', async () => {
    const { instanceId } = web
    const noTags = await refused('DeleteTags', { Resources: [instanceId] }, 'MissingParameter')
    assert.equal(noTags, 'The request must contain the parameter Tag')
    const noIds = await refused('CreateTags', { Tags: [{ Key: 'a' }] }, 'MissingParameter')
    assert.equal(noIds, 'The request must contain the parameter ResourceId')
  })
})

describe('DescribeTags', () => {
  const found = async (...filters: [Name: string, ...Values: string[]][]) => {
    const Filters = filters.map(([Name, ...Values]) => ({ Name, Values }))
    const { Tags } = await plane.root.done('DescribeTags', { Filters })
    return Tags.map((one: Record<string, string>) => `${one['ResourceType']} ${one['Key']}`)
  }

  it('finds them by what they are on, key and value', async () => {
    assert.deepEqual(await found(['key', 'Name'], ['value', 'db-?']), ['instance Name'])
    assert.deepEqual(await found(['tag:env', 'prod']), ['instance env'])
    assert.deepEqual(await found(['resource-type', 'instance-connect-endpoint'], ['key', 'env']), [
      'instance-connect-endpoint env',
    ])
    assert.deepEqual(await found(['resource-type', 'volume']), [])
  })

  it('goes through all of them in pages', async () => {
    const all = await plane.root.done('DescribeTags', {})
    const inPages: object[] = []
    let token: string | undefined
    do {
      const next = token === undefined ? {} : { NextToken: token }
      const page = await plane.root.done('DescribeTags', { MaxResults: 2, ...next })
      assert.ok(page.Tags.length <= 2)
      inPages.push(...page.Tags)
      token = page.NextToken
    } while (token !== undefined)
    assert.deepEqual(inPages, all.Tags)
    assert.ok(inPages.length > 4)
  })
})
