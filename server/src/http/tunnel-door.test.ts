import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import { CLOSED_SPELLINGS } from '@fleetkey/domain/tunnel-target.cases'
import { connectAgent, enrolHost, FACTS } from '../testing/fake-agent.ts'
import { pushFields } from '../testing/push.ts'
import { exchange } from '../testing/api-client.ts'
import { knock, openClientTunnel } from '../testing/tunnel-client.ts'
import { startTunnelPlane, type PresignChanges, type TunnelPlane } from '../testing/tunnel-plane.ts'

let made: TunnelPlane
before(async () => {
  made = await startTunnelPlane()
})
after(() => made.close())
beforeEach(() => {
  made.behaviour = {}
})

/** Knocks with what was signed so; answers with status, code, message. */
async function asked(changes: PresignChanges = {}, client = made.plane.root) {
  const { status, body } = await knock(made.plane.port, made.sign(client, changes))
  return [status, body?.ErrorCode, body?.Message ?? ''] as const
}

async function refuses(changes: PresignChanges, status: number, code: string, says: RegExp) {
  const [given, ErrorCode, message] = await asked(changes)
  assert.deepEqual([given, ErrorCode], [status, code], message)
  assert.match(message, says)
}

const records = (eventName = 'OpenTunnel') =>
  made.plane.trail().filter((record) => record.eventName === eventName)

describe('the door for tunnels', () => {
  it('answers a handshake exactly as AWS’s client takes it', async () => {
    const { status, headers, text } = await knock(made.plane.port, made.sign())
    assert.equal(status, 101, text)
    assert.equal(headers['connection'], 'Upgrade')
    assert.equal(headers['upgrade'], 'websocket')
    assert.match(String(headers['x-amzn-requestid']), /^[0-9a-f-]{36}$/)
    assert.equal(headers['sec-websocket-protocol'], undefined)
    assert.equal(headers['sec-websocket-extensions'], undefined)
  })

  it('takes no extension and no subprotocol of others', async () => {
    const { headers } = await knock(made.plane.port, made.sign(), {
      'sec-websocket-extensions': 'permessage-deflate',
      'sec-websocket-protocol': 'chat',
    })
    assert.equal(headers['sec-websocket-protocol'], undefined)
    assert.equal(headers['sec-websocket-extensions'], undefined)
  })

  it('refuses in AWS’s shape, with the id of the request', async () => {
    const changes = { parameters: { privateIpAddress: '192.0.2.99' } }
    const answer = await knock(made.plane.port, made.sign(undefined, changes))
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.deepEqual(Object.keys(answer.body ?? {}), ['ErrorCode', 'Message'])
    assert.equal(records().at(-1)?.requestId, answer.headers['x-amzn-requestid'])
  })

  describe('is not for', () => {
    const handshakes: readonly (readonly [string, Record<string, string | undefined>])[] = [
      ['a browser (it would come with its user’s network)', { origin: 'https://example.org' }],
      ['another version of WebSocket', { 'sec-websocket-version': '8' }],
      ['a handshake without a key', { 'sec-websocket-key': undefined }],
      ['a key of another length', { 'sec-websocket-key': 'AAAA' }],
      ['another protocol', { upgrade: 'h2c' }],
    ]
    for (const [what, headers] of handshakes) {
      it(what, async () => {
        const before = records().length
        const answer = await knock(made.plane.port, made.sign(), headers)
        assert.deepEqual([answer.status, answer.body?.ErrorCode], [400, 'InvalidParameter'])
        assert.equal(records().length, before)
      })
    }

    it('a request without an upgrade', async () => {
      const { port } = made.plane
      const answer = await exchange({ port, method: 'GET', path: made.sign() })
      assert.equal(answer.status, 404)
    })
  })

  describe('believes', () => {
    it('no request without a signature', async () => {
      const { status, body } = await knock(made.plane.port, '/openTunnel?remotePort=22')
      assert.deepEqual([status, body?.ErrorCode], [403, 'MissingAuthenticationToken'])
    })

    it('no signature in the headers', async () => {
      const { headers } = made.plane.root.sign('SendSSHPublicKey', {}, { target: '/openTunnel' })
      const { status } = await knock(made.plane.port, '/openTunnel', headers)
      assert.equal(status, 403)
    })

    it('no URL of which anything was changed', async () => {
      for (const [from, to] of [
        ['remotePort=22', 'remotePort=23'],
        ['192.0.2.7', '192.0.2.8'],
        ['X-Amz-Expires=60', 'X-Amz-Expires=59'],
        [/X-Amz-Signature=./, 'X-Amz-Signature=g'],
      ] as const) {
        const target = made.sign().replace(from, to)
        const { status, body } = await knock(made.plane.port, target)
        assert.equal(status, 403, `${from}: ${JSON.stringify(body)}`)
      }
      const { status } = await knock(made.plane.port, made.sign(), { host: 'other.example.org' })
      assert.equal(status, 403)
    })

    it('no URL that has expired, or that was signed for longer than a minute', async () => {
      await refuses({ aheadMs: -61_000 }, 403, 'InvalidSignature', /Signature expired/)
      await refuses({ expires: 61 }, 403, 'IncompleteSignature', /from 1 to 60/)
    })

    it('no URL that was signed for another service', () =>
      refuses({ service: 'ec2' }, 403, 'InvalidSignature', /correct service/))

    it('a URL from the address that showed it first, and from no other (it stands in logs and proxies)', async () => {
      const target = made.sign()
      assert.equal((await knock(made.plane.port, target)).status, 101)
      assert.equal((await knock(made.plane.port, target)).status, 101)
      const lines = [
        `GET ${target} HTTP/1.1`,
        `Host: 127.0.0.1:${made.plane.port}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        'Sec-WebSocket-Version: 13',
      ]
      const thief = connect({
        host: '127.0.0.1',
        localAddress: '127.0.0.2',
        port: made.plane.port,
      })
      thief.write(`${lines.join('\r\n')}\r\n\r\n`)
      const chunks: Buffer[] = []
      for await (const chunk of thief) chunks.push(chunk as Buffer)
      const answer = Buffer.concat(chunks).toString()
      assert.match(answer, /^HTTP\/1\.1 403 /)
      assert.match(answer, /used from another address/)
    })

    it('a handshake once', async () => {
      const target = made.sign()
      const headers = { 'sec-websocket-key': randomBytes(16).toString('base64') }
      assert.equal((await knock(made.plane.port, target, headers)).status, 101)
      const sessions = made.sessions.length
      const { status, body } = await knock(made.plane.port, target, headers)
      assert.equal(status, 503)
      assert.match(body?.Message ?? '', /answered before/)
      assert.equal(made.sessions.length, sessions)
    })
  })

  it('is the only one: a presigned push is refused', async () => {
    const target = made.sign(undefined, { parameters: { x: 1 } }).replace('/openTunnel', '/')
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEC2InstanceConnectService.SendSSHPublicKey',
    }
    const body = JSON.stringify(pushFields(made.agent.host.instanceId))
    const { port } = made.plane
    const answer = await exchange({ port, method: 'POST', path: target, headers }, body)
    assert.deepEqual([answer.status, answer.code], [400, 'MissingAuthenticationTokenException'])
  })

  it('is the only way: through the API there is no OpenTunnel', async () => {
    const answer = await made.plane.root.call('OpenTunnel', {})
    assert.equal(answer.code, 'UnknownOperationException')
  })

  describe('leads', () => {
    const wrong = (
      parameters: NonNullable<PresignChanges['parameters']>,
      says: RegExp,
      code?: string,
    ) => refuses({ parameters }, 400, code ?? 'InvalidParameter', says)

    it('to no address that no host here has', () =>
      wrong(
        { privateIpAddress: '192.0.2.99' },
        /No instance .* 192\.0\.2\.99/,
        'EC2InstanceNotFound',
      ))
    it('to no port that the host does not allow', () =>
      wrong({ remotePort: 3389 }, /remotePort 3389 .* lead to port 22/))
    it('from no endpoint that there is not', () =>
      wrong(
        { instanceConnectEndpointId: `eice-${'0'.repeat(17)}` },
        /does not exist/,
        'InvalidInstanceConnectEndpointId.NotFound',
      ))
    it('to no instance that is another', () =>
      wrong({ instanceId: 'i-00000000000000000' }, /No instance/, 'EC2InstanceNotFound'))

    for (const [what, parameters] of [
      ['no endpoint', { instanceConnectEndpointId: undefined }],
      ['an endpoint that is none', { instanceConnectEndpointId: 'vpce-1' }],
      ['no port', { remotePort: undefined }],
      ['a port that is none', { remotePort: 65_536 }],
      ['a port that is a name', { remotePort: 'ssh' }],
      ['no address', { privateIpAddress: undefined }],
      ['no time', { maxTunnelDuration: 0 }],
      ['more than a day', { maxTunnelDuration: 86_401 }],
      ['a parameter that there is not', { debug: 1 }],
    ] as const) {
      it(`nowhere with ${what}`, () => wrong(parameters, /./))
    }

    it('nowhere with a parameter that stands twice (which one counts?)', async () => {
      const client = made.plane.root
      const parameters = { 'remotePort=23&remotePort': 22 }
      const { status } = await knock(made.plane.port, made.sign(client, { parameters }))
      assert.ok(status >= 400 && status < 500)
    })

    it(`nowhere with any of ${CLOSED_SPELLINGS.length} spellings of what is no machine`, async () => {
      const sessions = made.sessions.length
      const orders = made.agent.told.filter(({ kind }) => kind === 'tunnel').length
      for (const privateIpAddress of CLOSED_SPELLINGS) {
        const [status, code] = await asked({ parameters: { privateIpAddress } })
        assert.ok(status >= 400 && status < 500, privateIpAddress)
        assert.equal(code, 'InvalidParameter', privateIpAddress)
      }
      assert.equal(made.sessions.length, sessions)
      assert.equal(made.agent.told.filter(({ kind }) => kind === 'tunnel').length, orders)
    })

    it('to addresses of the family that the endpoint is for', async () => {
      const of = (ipAddressType: 'ipv4' | 'ipv6' | 'dualstack') =>
        made.plane.store.endpoints.update(made.endpointId, { ipAddressType })
      await of('ipv6')
      await wrong({}, /leads to ipv6 addresses only .* 192\.0\.2\.7 is none/)
      for (const type of ['ipv4', 'dualstack'] as const) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await of(type)
        // oxlint-disable-next-line no-await-in-loop -- as above
        assert.equal((await asked())[0], 101)
      }
    })

    it('to no host that only reports such an address', async () => {
      const facts = { ...FACTS, addresses4: ['169.254.169.254', '127.0.0.1'] }
      const liar = await connectAgent(made.plane, await enrolHost(made.plane), { facts })
      for (const privateIpAddress of facts.addresses4) {
        await wrong({ privateIpAddress }, /not valid/)
      }
      await liar.close()
    })

    it('to hosts of the endpoint’s site only', async () => {
      const facts = { ...FACTS, addresses4: ['198.51.100.4'] }
      const away = await enrolHost(made.plane, { Site: 'berlin' })
      const agent = await connectAgent(made.plane, away, { facts })
      const parameters = { privateIpAddress: '198.51.100.4' }
      await wrong(parameters, /No instance at site 'default'/, 'EC2InstanceNotFound')
      await made.plane.root.done('DeleteTags', {
        Resources: [away.instanceId],
        Tags: [{ Key: 'Site' }],
      })
      // It is found now; this agent opens no tunnels.
      made.plane.clock.aheadMs += 1000
      const refusing = asked({ parameters })
      const order = await agent.hears('tunnel')
      agent.say({
        kind: 'refused',
        exchange: order.exchange,
        refusal: { code: 'target-unreachable', message: 'Nothing listens here.' },
      })
      assert.deepEqual(await refusing, [
        503,
        'EC2InstanceUnavailable',
        `${away.instanceId} refused: Nothing listens here.`,
      ])
      await agent.close()
      await wrong(parameters, /is not connected/, 'EC2InstanceStateInvalid')
    })

    it('to the connected one of two that have the address, and asks which of two that both are', async () => {
      const twin = await enrolHost(made.plane)
      assert.equal((await asked())[0], 101)
      const agent = await connectAgent(made.plane, twin)
      const [status, code, message] = await asked()
      assert.deepEqual([status, code], [400, 'InvalidParameter'])
      for (const id of [twin.instanceId, made.agent.host.instanceId])
        assert.ok(message.includes(id))
      const { instanceId } = made.agent.host
      assert.equal((await asked({ parameters: { instanceId } }))[0], 101)
      await agent.close()
      await made.plane.root.done('ForgetInstance', { InstanceId: twin.instanceId })
    })
  })

  describe('asks the policy', () => {
    const allow = (Condition: object = {}, Resource = '*') => [
      { Effect: 'Allow', Action: 'ec2-instance-connect:OpenTunnel', Resource, Condition },
    ]
    let users = 0
    const user = (policy?: object) => made.plane.user(`tunneller-${++users}`, policy)

    it('and denies, explains and records without a permission', async () => {
      const nobody = await user()
      const [status, code, message] = await asked({}, nobody)
      assert.deepEqual([status, code], [403, 'AccessDenied'])
      assert.match(
        message,
        /is not authorized to perform: ec2-instance-connect:OpenTunnel on resource: arn:aws:ec2:on-prem-1:\d{12}:instance-connect-endpoint\/eice-/,
      )
      const last = records().at(-1)
      assert.deepEqual([last?.phase, last?.errorCode], ['complete', 'AccessDenied'])
      assert.match(last?.event.additionalEventData.explanation ?? '', /Least change/)
      assert.equal(last?.event.requestParameters, null)
    })

    it('about the endpoint', async () => {
      const arn = `arn:aws:ec2:*:*:instance-connect-endpoint/${made.endpointId}`
      assert.equal((await asked({}, await user(allow({}, arn))))[0], 101)
      assert.equal((await asked({}, await user(allow({}, `${arn}0`))))[1], 'AccessDenied')
      await made.plane.store.endpoints.changeTags(made.endpointId, { set: { team: 'sre' } })
      for (const key of ['aws:ResourceTag/team', 'ec2:ResourceTag/team']) {
        const tagged = (value: string) => user(allow({ StringEquals: { [key]: value } }))
        assert.equal((await asked({}, await tagged('sre')))[0], 101)
        assert.equal((await asked({}, await tagged('dev')))[1], 'AccessDenied')
      }
    })

    it('about the port', async () => {
      const ports = (port: number) =>
        user(allow({ NumericEquals: { 'ec2-instance-connect:remotePort': port } }))
      assert.equal((await asked({}, await ports(22)))[0], 101)
      assert.equal((await asked({}, await ports(23)))[1], 'AccessDenied')
    })

    it('about the address', async () => {
      const within = (range: string) =>
        user(allow({ IpAddress: { 'ec2-instance-connect:privateIpAddress': range } }))
      assert.equal((await asked({}, await within('192.0.2.0/29')))[0], 101)
      assert.equal((await asked({}, await within('192.0.2.8/29')))[1], 'AccessDenied')
    })

    it('about the time, and without one takes the longest that it allows', async () => {
      const key = 'ec2-instance-connect:maxTunnelDuration'
      const upTo = (seconds: number) => user(allow({ NumericLessThanEquals: { [key]: seconds } }))
      const hour = await upTo(3600)
      assert.equal((await asked({ parameters: { maxTunnelDuration: 3600 } }, hour))[0], 101)
      const longer = await asked({ parameters: { maxTunnelDuration: 3601 } }, hour)
      assert.equal(longer[1], 'AccessDenied')
      for (const [limit, taken] of [
        [3600, 3600],
        [14_400, 14_400],
        [30_000, 28_800],
        [86_400, 86_400],
      ] as const) {
        const client = await upTo(limit)
        const tunnel = await made.open({ client, subprotocol: 'fleetkey-tunnel-1' })
        await tunnel.noticed(1)
        assert.deepEqual(tunnel.notices, [{ kind: 'open', route: 'agent', endsInSeconds: taken }])
        tunnel.socket.close()
      }
      assert.equal((await asked({}, await upTo(3599)))[1], 'AccessDenied')
    })

    it('as it is now: a right that is withdrawn while the host is asked opens nothing', async () => {
      const leaver = await user(allow())
      let ask: (() => void) | undefined
      const asking = new Promise<void>((resolve) => (ask = resolve))
      const store = made.plane.store.instances
      const atAddress = store.atAddress.bind(store)
      Object.assign(store, {
        async atAddress(address: string) {
          ask?.()
          await made.plane.root.done('DeleteUserPolicy', {
            UserName: `tunneller-${users}`,
            PolicyName: 'p',
          })
          Object.assign(store, { atAddress })
          return atAddress(address)
        },
      })
      const sessions = made.sessions.length
      const answer = asked({}, leaver)
      await asking
      assert.equal((await answer)[1], 'AccessDenied')
      assert.equal(made.sessions.length, sessions)
    })
  })

  describe('records', () => {
    it('the opening as CloudTrail does, before it happens and after', async () => {
      const parameters = { maxTunnelDuration: 600 }
      const before = records().length
      const target = made.sign(undefined, { parameters })
      await knock(made.plane.port, target)
      const [intent, outcome] = records().slice(before)
      assert.deepEqual([intent?.phase, outcome?.phase], ['intent', 'outcome'])
      const { event } = outcome ?? {}
      assert.deepEqual(event?.requestParameters, {
        instanceConnectEndpointId: made.endpointId,
        maxTunnelDuration: '600',
        remotePort: '22',
        privateIpAddress: '192.0.2.7',
      })
      assert.equal(event?.eventSource, 'ec2-instance-connect.amazonaws.com')
      assert.equal(event?.responseElements, null)
      assert.equal(event?.readOnly, false)
      assert.equal(event?.errorCode, undefined)
      assert.equal(event?.userAgent, 'aws-cli/2.31.0')
      const [resource] = event?.resources ?? []
      assert.equal(resource?.type, 'AWS::EC2::InstanceConnectEndpoint')
      assert.match(
        resource?.ARN ?? '',
        new RegExp(`:instance-connect-endpoint/${made.endpointId}$`),
      )
      const { instanceId } = made.agent.host
      assert.equal(event?.additionalEventData['instanceId'], instanceId)
      assert.equal(event?.additionalEventData['maxTunnelDuration'], 600)
      const found = await made.plane.root.done('SearchEvents', {
        Filters: [
          { Name: 'instance', Values: [instanceId] },
          { Name: 'event-name', Values: ['OpenTunnel'] },
        ],
        MaxResults: 1,
      })
      assert.equal(found.Events[0].Record.eventID, event?.eventID)
    })

    it('the end with what went through it and why, under the id of the opening', async () => {
      const before = records('CloseTunnel').length
      const tunnel = await made.open()
      tunnel.send('x'.repeat(1000))
      await tunnel.until(({ length }) => length === 1000)
      made.plane.clock.passedMs += 42_000
      tunnel.end()
      await tunnel.closed
      const closed = (await made.closed(before + 1))[before]
      const opened = records().at(-1)
      assert.equal(closed?.['requestId'], opened?.requestId)
      assert.deepEqual(closed?.['userName'], opened?.event.userIdentity)
      const { bytesFromClient, bytesToClient, seconds, route, because, closeCode } = closed ?? {}
      assert.deepEqual(
        { bytesFromClient, bytesToClient, seconds, route, because, closeCode },
        {
          bytesFromClient: 1000,
          bytesToClient: 1000,
          seconds: 42,
          route: 'agent',
          because: 'both directions ended',
          closeCode: 1000,
        },
      )
    })

    it('no signature and no token, nor does the log', async () => {
      const target = made.sign()
      const signature = /X-Amz-Signature=([0-9a-f]{64})/.exec(target)?.[1] ?? '-'
      await knock(made.plane.port, target)
      const trail = JSON.stringify(made.plane.trail())
      assert.ok(!trail.includes(signature))
      assert.ok(!made.plane.log().includes(signature))
    })
  })

  it('keeps what a client says too early', async () => {
    const lines = [
      `GET ${made.sign()} HTTP/1.1`,
      `Host: 127.0.0.1:${made.plane.port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      'Sec-WebSocket-Version: 13',
    ]
    const socket = connect({ host: '127.0.0.1', port: made.plane.port })
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    socket.write(Buffer.from([0x82, 0x82, 0, 0, 0, 0, 0x68, 0x69]))
    const received: Buffer[] = []
    await new Promise<void>((resolve) => {
      socket.on('data', (bytes: Buffer) => {
        received.push(bytes)
        if (Buffer.concat(received).toString('latin1').endsWith('\x82\x02hi')) resolve()
      })
    })
    socket.destroy()
  })

  it('cuts a client that floods it before it was let in', async () => {
    made.behaviour = { tunnel: () => undefined }
    const lines = [
      `GET ${made.sign()} HTTP/1.1`,
      `Host: 127.0.0.1:${made.plane.port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      'Sec-WebSocket-Version: 13',
    ]
    const socket = connect({ host: '127.0.0.1', port: made.plane.port })
    socket.on('error', () => {})
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    socket.write(Buffer.alloc(200_000))
    await new Promise((resolve) => socket.resume().once('close', resolve))
  })
})

it('a client that is refused reads why', async () => {
  const target = made.sign(undefined, { parameters: { remotePort: 23 } })
  await assert.rejects(
    openClientTunnel(`ws://127.0.0.1:${made.plane.port}${target}`),
    /InvalidParameter/,
  )
})
