import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { TUNNEL_SUBPROTOCOL } from '@fleetkey/wire/tunnel/protocol'
import type { ApiClient } from '../testing/api-client.ts'
import { bringingTunnelsTo } from '../testing/bring-tunnel.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, type FakeAgent } from '../testing/fake-agent.ts'
import { knock, openClientTunnel, presignTunnel } from '../testing/tunnel-client.ts'

const ADDRESS = '192.0.2.7'

let plane: ControlPlane
let agent: FakeAgent
let echo: Server
let endpointId = ''
/** The target's side of each tunnel. */
const served: Socket[] = []

before(async () => {
  plane = await startControlPlane()
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    served.push(socket)
    socket.on('error', () => {})
    socket.pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  agent = await connectAgent(plane, await enrolHost(plane, { Name: 'web-1' }), {
    tunnel: bringingTunnelsTo(
      () => plane,
      () => (echo.address() as AddressInfo).port,
    ),
  })
  const [endpoint] = await plane.store.endpoints.list()
  endpointId = endpoint?.endpointId ?? ''
})
after(async () => {
  await agent.close()
  await plane.close()
  echo.close()
})

const usual = () => ({
  instanceConnectEndpointId: endpointId,
  remotePort: 22,
  privateIpAddress: ADDRESS,
})

function target(
  client: ApiClient = plane.root,
  parameters: Readonly<Record<string, string | number>> = {},
  options: { readonly expires?: number; readonly service?: string } = {},
): string {
  return presignTunnel(
    { ...usual(), ...parameters },
    {
      ...client,
      host: `127.0.0.1:${plane.port}`,
      now: Date.now() + plane.clock.aheadMs,
      ...options,
    },
  )
}

const open = (subprotocol?: string, ...args: Parameters<typeof target>) =>
  openClientTunnel(`ws://127.0.0.1:${plane.port}${target(...args)}`, subprotocol)

describe('the door for tunnels', () => {
  it('answers a handshake exactly as AWS’s client takes it', async () => {
    const answer = await knock(plane.port, target())
    assert.equal(answer.status, 101, answer.text)
    assert.equal(answer.headers['connection'], 'Upgrade')
    assert.equal(answer.headers['upgrade'], 'websocket')
    assert.match(String(answer.headers['x-amzn-requestid']), /^[0-9a-f-]{36}$/)
    assert.equal(answer.headers['sec-websocket-protocol'], undefined)
    assert.equal(answer.headers['sec-websocket-extensions'], undefined)
  })

  it('carries bytes both ways, and ends with 1000 when both directions have ended', async () => {
    const tunnel = await open()
    tunnel.send('SSH-2.0-test\r\n')
    await tunnel.until((bytes) => bytes.toString() === 'SSH-2.0-test\r\n')
    tunnel.end()
    assert.deepEqual(await tunnel.closed, { code: 1000, reason: '' })
    assert.deepEqual(tunnel.notices, [])
  })

  it('tells a client that asks for it by which route, and when the other direction ends', async () => {
    const tunnel = await open(TUNNEL_SUBPROTOCOL)
    for (let sent = 0; sent < 20; sent++) tunnel.send('x'.repeat(50_000))
    tunnel.end()
    const { code } = await tunnel.closed
    assert.equal(code, 1000)
    assert.equal(tunnel.received().length, 1_000_000)
    assert.equal(tunnel.ends(), 1)
    assert.deepEqual(tunnel.notices, [{ kind: 'open', route: 'agent', endsInSeconds: 86_400 }])
  })
})
