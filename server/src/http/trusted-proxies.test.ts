import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import { parseCidr } from '@fleetkey/domain/cidr'
import { takeTryOf } from '../identities/budgets.ts'
import { signInTries } from '../identities/sign-in-tries.ts'
import { exchange, type ApiClient } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, enrolmentRequest, FACTS } from '../testing/fake-agent.ts'
import { generatePrivateKey } from '../secrets/ed25519.ts'
import { openPage } from '../testing/page.ts'
import { push } from '../testing/push.ts'
import { knock, presignTunnel } from '../testing/tunnel-client.ts'

// The proxy is 127.0.0.1, and 127.0.0.2 is somebody else.

const CLIENT = '198.51.100.7'
const PASSWORD = 'correct horse battery'

let plane: ControlPlane
const dialled: string[] = []
before(async () => {
  const trustedProxies = ['127.0.0.1', '2001:db8::/64'].flatMap((text) => parseCidr(text) ?? [])
  const dialDirect = ({ address }: { readonly address: string }) => {
    dialled.push(address)
    return Promise.reject(new Error('nobody is there'))
  }
  plane = await startControlPlane({ dialDirect }, { trustedProxies })
})
after(() => plane.close())
beforeEach(() => void (plane.clock.aheadMs += 3_600_000))

const fromClient = { 'x-forwarded-for': CLIENT }

/** As a proxy hands a request on, or (from another address) as somebody who pretends to be one. */
function ask(
  client: ApiClient,
  operation: string,
  fields: object,
  headers: Readonly<Record<string, string | string[]>> = fromClient,
  localAddress = '127.0.0.1',
) {
  const signed = client.sign(operation, fields)
  const all = { ...signed.headers, ...headers }
  const { port } = plane
  return exchange({ port, method: 'POST', path: '/', headers: all, localAddress }, signed.body)
}

const lastRecord = () => {
  const { sourceIPAddress, additionalEventData, tlsDetails } = plane.trail().at(-1)?.event ?? {}
  return { sourceIPAddress, proxy: additionalEventData?.['proxyAddress'], tlsDetails }
}

describe('behind a trusted proxy', () => {
  it('records have whom it saw and, beside it, the proxy; from anybody else what they say is nothing', async () => {
    await ask(plane.root, 'GetCallerIdentity', {})
    assert.deepEqual(lastRecord(), {
      sourceIPAddress: CLIENT,
      proxy: '127.0.0.1',
      tlsDetails: undefined,
    })
    const spoofed = { 'x-forwarded-for': ['203.0.113.9', `192.0.2.1, ${CLIENT}`] }
    await ask(plane.root, 'GetCallerIdentity', {}, spoofed)
    assert.equal(lastRecord().sourceIPAddress, CLIENT)
    await ask(plane.root, 'GetCallerIdentity', {}, fromClient, '127.0.0.2')
    assert.deepEqual(lastRecord(), {
      sourceIPAddress: '127.0.0.2',
      proxy: undefined,
      tlsDetails: undefined,
    })
    const unsigned = { port: plane.port, method: 'POST', path: '/', headers: fromClient }
    await exchange(unsigned)
    assert.equal(lastRecord().sourceIPAddress, CLIENT, 'of strangers too')
  })

  it('policies decide on whom it saw, and on whether they came over TLS', async () => {
    const allowed = { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' }
    const near = await plane.user('near', {
      ...allowed,
      Condition: {
        IpAddress: { 'aws:SourceIp': '198.51.100.0/24' },
        Bool: { 'aws:SecureTransport': 'true' },
      },
    })
    const status = async (...how: [Record<string, string>, string?]) =>
      (await ask(near, 'DescribeInstances', {}, ...how)).status
    const secure = { ...fromClient, 'x-forwarded-proto': 'https' }
    assert.equal(await status(secure), 200)
    assert.equal(await status({ ...secure, 'x-forwarded-proto': 'http' }), 400)
    assert.equal(await status(fromClient), 400, 'it does not say so')
    assert.equal(await status({ ...secure, 'x-forwarded-for': '192.0.2.1' }), 400)
    assert.equal(await status(secure, '127.0.0.2'), 400, 'says somebody else')
  })

  it('a client cannot push out what the proxy adds behind a hundred headers (older Nodes dropped those without a word)', async () => {
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`x-${at}`, '1']))
    const forged = { 'x-forwarded-for': '203.0.113.9', ...many }
    const answer = await ask(plane.root, 'GetCallerIdentity', {}, forged)
    assert.equal(answer.status, 431)
    const upgrade = Object.entries(many).map(([name, value]) => `${name}: ${value}\r\n`)
    const socket = connect(plane.port, '127.0.0.1')
    socket.end(
      `GET /openTunnel HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n${upgrade.join('')}\r\n`,
    )
    const heard = (await socket.setEncoding('latin1').toArray()).join('')
    assert.match(heard, /^HTTP\/1\.1 431 /)
  })

  it('a port is opened for whom it saw', async () => {
    const host = await enrolHost(plane, { env: 'dev' })
    const agent = await connectAgent(plane, host, {
      prepare: ({ exchange: id }) => ({
        kind: 'prepared',
        exchange: id,
        nonce: 'ab'.repeat(16),
        uid: 1000,
        opensPort: true,
      }),
    })
    const through = {
      ...plane.root,
      call: (name: string, fields: object) => ask(plane.root, name, fields),
    }
    assert.equal((await push(through, host.instanceId)).status, 200)
    const install = await agent.hears('install')
    assert.match(JSON.stringify(install), new RegExp(CLIENT.replaceAll('.', '\\.')))
    await agent.close()
  })

  it('a host is known by the address that it saw, and one of its own is no host’s', async () => {
    const [endpoint] = await plane.store.endpoints.list()
    const reach = async (privateIpAddress: string) => {
      const parameters = {
        instanceConnectEndpointId: endpoint?.endpointId ?? '',
        remotePort: 22,
        privateIpAddress,
      }
      const now = Date.now() + plane.clock.aheadMs
      const host = `127.0.0.1:${plane.port}`
      await knock(plane.port, presignTunnel(parameters, { ...plane.root, host, now }))
    }
    const agentAt = async (address: string) => {
      const isSix = address.includes(':')
      const facts = {
        ...FACTS,
        addresses4: isSix ? [] : [address],
        addresses6: isSix ? [address] : [],
        sshAddresses: [address],
      }
      return await connectAgent(plane, await enrolHost(plane), {
        facts,
        headers: { 'x-forwarded-for': address },
        tunnel: ({ exchange: id }) => ({
          kind: 'refused',
          exchange: id,
          refusal: { code: 'user-unknown', message: 'No.' },
        }),
      })
    }
    const agents = [await agentAt(CLIENT), await agentAt('2001:db8::9')]
    await reach(CLIENT)
    await reach('2001:db8::9')
    assert.deepEqual(dialled, [CLIENT])
    for (const agent of agents) await agent.close()
  })

  it('a host that joins is on record with whom it saw', async () => {
    const { JoinToken } = await plane.root.done('CreateJoinToken', {})
    const body = JSON.stringify(enrolmentRequest(JoinToken, generatePrivateKey()))
    const headers = { 'content-type': 'application/json', ...fromClient }
    await exchange({ port: plane.port, method: 'POST', path: '/agent/enrol', headers }, body)
    assert.deepEqual([lastRecord().sourceIPAddress, lastRecord().proxy], [CLIENT, '127.0.0.1'])
  })

  it('a console at its https name works without more settings, and is told its own address', async () => {
    await plane.user('lin')
    await plane.root.done('CreateLoginProfile', { UserName: 'lin', Password: PASSWORD })
    const page = openPage(plane)
    const origin = 'https://fleetkey.example.com'
    const headers = {
      host: 'fleetkey.example.com',
      origin,
      'x-forwarded-for': CLIENT,
      'x-forwarded-proto': 'https',
    }
    const fields = { UserName: 'lin', Password: PASSWORD, Console: true }
    assert.equal((await page.call('SignIn', fields, headers)).status, 200)
    const { body } = await page.call('GetConsoleSession', {}, headers)
    assert.deepEqual([body.SourceAddress, body.HandedOn], [CLIENT, false])
    const unknown = { ...headers, 'x-forwarded-for': 'unknown' }
    const hidden = (await page.call('GetConsoleSession', {}, unknown)).body
    assert.deepEqual([hidden.SourceAddress, hidden.HandedOn], ['127.0.0.1', true])
    for (const otherwise of [
      { origin: 'http://fleetkey.example.com' },
      { 'x-forwarded-proto': 'http' },
      { 'x-forwarded-proto': 'none' },
      { host: 'evil.example' },
    ]) {
      const refused = await page.call('GetConsoleSession', {}, { ...headers, ...otherwise })
      assert.equal(refused.code, 'CrossSiteRequestException', JSON.stringify(otherwise))
    }
    const { port } = plane
    const html = await exchange({ port, method: 'GET', path: '/', headers: { ...headers } })
    assert.match(String(html.headers['strict-transport-security']), /max-age/)
  })

  it('tries to sign in are counted of whom it saw', async () => {
    const { ways } = signInTries('password', { sourceAddress: '192.0.2.7' })
    const now = Date.now() + plane.clock.aheadMs
    const tries = Array.from({ length: 100 }, () => takeTryOf(plane.store, ways, now))
    await Promise.allSettled(tries)
    const page = openPage(plane)
    const fields = { UserName: 'nobody', Password: 'wrong', Console: true }
    const code = async (address: string) =>
      (await page.call('SignIn', fields, { 'x-forwarded-for': address })).code
    assert.equal(await code('192.0.2.99'), 'ThrottlingException')
    assert.equal(await code('203.0.113.7'), 'AuthenticationFailedException')
  })
})
