import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { exchange } from '../../testing/api-client.ts'

let plane: ControlPlane
let account = ''
before(async () => {
  plane = await startControlPlane()
  account = (await plane.root.done('GetCallerIdentity', {})).Account
})
after(() => plane.close())

const create = (Url: string, fields: object = {}) =>
  plane.root.call('CreateOpenIDConnectProvider', { Url, ClientIDList: ['fleetkey'], ...fields })
const arnOf = (name: string) => ({
  OpenIDConnectProviderArn: `arn:aws:iam::${account}:oidc-provider/${name}`,
})

describe('OIDC providers', () => {
  it('are created, shown, listed, changed and deleted', async () => {
    assert.deepEqual((await create('https://one.example.org/x')).body, {
      ...arnOf('one.example.org/x'),
      Tags: [],
    })
    const named = arnOf('one.example.org/x')
    await plane.root.done('AddClientIDToOpenIDConnectProvider', { ...named, ClientID: 'cli' })
    await plane.root.done('AddClientIDToOpenIDConnectProvider', { ...named, ClientID: 'cli' })
    await plane.root.done('RemoveClientIDFromOpenIDConnectProvider', {
      ...named,
      ClientID: 'fleetkey',
    })
    await plane.root.done('RemoveClientIDFromOpenIDConnectProvider', { ...named, ClientID: 'none' })
    await plane.root.done('UpdateOpenIDConnectProviderThumbprint', {
      ...named,
      ThumbprintList: ['b'.repeat(40)],
    })
    const ClaimTags = [{ Claim: 'groups', TagKey: 'groups' }]
    await plane.root.done('PutOpenIDConnectProviderClaims', { ...named, ClaimTags })
    const { CreateDate, ...got } = await plane.root.done('GetOpenIDConnectProvider', named)
    assert.deepEqual(got, {
      Url: 'one.example.org/x',
      ClientIDList: ['cli'],
      ThumbprintList: ['b'.repeat(40)],
      Tags: [],
      ClaimTags,
    })
    assert.ok(Math.abs(CreateDate - Date.now() / 1000) < 60)
    const { OpenIDConnectProviderList } = await plane.root.done('ListOpenIDConnectProviders', {})
    assert.deepEqual(OpenIDConnectProviderList, [{ Arn: named.OpenIDConnectProviderArn }])
    await plane.root.done('DeleteOpenIDConnectProvider', named)
    for (const operation of ['GetOpenIDConnectProvider', 'DeleteOpenIDConnectProvider']) {
      const { status, code } = await plane.root.call(operation, named)
      assert.deepEqual([status, code], [404, 'NoSuchEntity'])
    }
  })

  it('are refused twice, also in other letters or under the other scheme', async () => {
    assert.equal((await create('https://twice.example.org')).status, 200)
    for (const url of ['https://twice.example.org', 'https://twice.example.org/']) {
      const { status } = await create(url)
      assert.equal(status, url.endsWith('/') ? 200 : 409)
    }
    assert.equal((await create('http://localhost:1')).status, 200)
    assert.equal((await create('https://localhost:1')).code, 'EntityAlreadyExists')
  })

  it('are refused with what is no issuer', async () => {
    for (const url of [
      'http://id.example.org',
      'https://ID.example.org',
      'https://id.example.org:443',
      'https://id.example.org?x=1',
      'https://id.example.org#x',
      'https://me@id.example.org',
      'https://id.example.org/a/../b',
      'https://id.example.org/%61',
      'https://id.example.org//x',
      // Its claims would be condition keys of AWS.
      'https://aws',
      'https://sts',
      'ftp://id.example.org',
      'id.example.org',
      `https://id.example.org/${'x'.repeat(240)}`,
    ]) {
      assert.equal((await create(url)).status, 400, url)
    }
    assert.equal(
      (await create('https://ok.example.org', { ThumbprintList: ['x'.repeat(40)] })).status,
      400,
    )
    assert.equal((await create('https://ok.example.org', { ClientIDList: [''] })).status, 400)
  })

  it('have at most 100 client ids', async () => {
    const ClientIDList = Array.from({ length: 100 }, (_one, at) => `client-${at}`)
    assert.equal(
      (await create('https://many.example.org', { ClientIDList: [...ClientIDList, 'x'] })).status,
      400,
    )
    assert.equal((await create('https://many.example.org', { ClientIDList })).status, 200)
    const add = { ...arnOf('many.example.org'), ClientID: 'one-more' }
    assert.equal(
      (await plane.root.call('AddClientIDToOpenIDConnectProvider', add)).code,
      'LimitExceeded',
    )
  })

  it('do not get back a client id that is removed while others are added', async () => {
    await create('https://busy.example.org')
    const named = arnOf('busy.example.org')
    const change = (verb: string, ClientID: string) => plane.root.done(verb, { ...named, ClientID })
    await Promise.all([
      ...[1, 2, 3].map((n) => change('AddClientIDToOpenIDConnectProvider', `before-${n}`)),
      change('RemoveClientIDFromOpenIDConnectProvider', 'fleetkey'),
      ...[1, 2, 3].map((n) => change('AddClientIDToOpenIDConnectProvider', `after-${n}`)),
    ])
    const { ClientIDList } = await plane.root.done('GetOpenIDConnectProvider', named)
    assert.deepEqual(ClientIDList.toSorted(), [
      'after-1',
      'after-2',
      'after-3',
      'before-1',
      'before-2',
      'before-3',
    ])
  })

  it('map a claim and a tag key once, and no reserved key', async () => {
    await create('https://claims.example.org')
    for (const ClaimTags of [
      [
        { Claim: 'a', TagKey: 'x' },
        { Claim: 'a', TagKey: 'y' },
      ],
      [
        { Claim: 'a', TagKey: 'x' },
        { Claim: 'b', TagKey: 'X' },
      ],
      [{ Claim: 'a', TagKey: 'aws:x' }],
      [{ Claim: '', TagKey: 'x' }],
    ]) {
      const fields = { ...arnOf('claims.example.org'), ClaimTags }
      const { code } = await plane.root.call('PutOpenIDConnectProviderClaims', fields)
      assert.equal(code, 'ValidationException')
    }
  })
})

describe('GET /.well-known/fleetkey', () => {
  it('says what a client needs to sign in, as it is now', async () => {
    const discover = async () => {
      const answer = await exchange({
        port: plane.port,
        method: 'GET',
        path: '/.well-known/fleetkey',
      })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers['cache-control'], 'public, max-age=60')
      return answer.body
    }
    const before = await discover()
    assert.deepEqual(
      [before.region, before.partition, before.password],
      ['on-prem-1', 'aws', false],
    )
    await create('https://zz.example.org', { ClientIDList: ['one', 'two'] })
    plane.clock.aheadMs += 1000
    await create('https://aa.example.org')
    await plane.user('ann')
    const Password = 'correct horse battery staple'
    await plane.root.done('CreateLoginProfile', { UserName: 'ann', Password })
    const after = await discover()
    assert.deepEqual(after.providers.slice(before.providers.length), [
      { issuer: 'https://zz.example.org', clientId: 'one' },
      { issuer: 'https://zz.example.org', clientId: 'two' },
      { issuer: 'https://aa.example.org', clientId: 'fleetkey' },
    ])
    const client = { issuer: 'https://zz.example.org', clientId: 'two' }
    process.env['OF_TWO'] = 'a secret'
    await plane.restart({}, { sso: { clients: [{ ...client, secretVariable: 'OF_TWO' }] } })
    delete process.env['OF_TWO']
    const { providers } = await discover()
    assert.deepEqual(providers.at(before.providers.length + 1), { ...client, hasSecret: true })
    assert.equal(after.password, true)
    assert.ok(!plane.trail().some((record) => record.eventName.includes('well-known')))
  })
})
