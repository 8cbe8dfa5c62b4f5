import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { after, before, beforeEach, describe, it, type TestContext } from 'node:test'
import { parseSigned } from '@fleetkey/wire/agent/signed'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import { tunnelProofStatement, type TunnelOrder } from '@fleetkey/wire/agent/tunnel-statements'
import { TUNNEL_PROOF_HEADER } from '@fleetkey/wire/tunnel/protocol'
import { isSignedBy } from '../ed25519.ts'
import { GrantRefusal } from '../grant-refusal.ts'
import { createParts, scratchDirectory } from '../testing/agent-parts.ts'
import {
  createFakeSigner,
  DEPLOYMENT,
  INSTANCE_ID,
  sampleOrder,
  startControlPlane,
  type FakeControlPlane,
} from '../testing/control-plane.ts'
import { connectTarget } from './connect-target.ts'
import { Tunnels, type TunnelsParts } from './tunnels.ts'

/** One that this machine has and that nothing of the test listens at: loopback is where it listens. */
const OWN = Object.values(networkInterfaces())
  .flatMap((entries) => entries ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

let plane: FakeControlPlane
let sshd: Server
let port = 0
const sessions: Socket[] = []
before(async () => {
  plane = await startControlPlane()
  sshd = createServer({ allowHalfOpen: true }, (socket) => {
    sessions.push(socket)
    socket.on('error', () => {})
    socket.write('SSH-2.0-test\r\n')
  }).listen(0, '127.0.0.1')
  await once(sshd, 'listening')
  port = (sshd.address() as AddressInfo).port
})
after(async () => {
  for (const session of sessions) session.destroy()
  sshd.close()
  await plane.close()
})
beforeEach(() => void sessions.splice(0))

function start(test: TestContext, changes: Partial<TunnelsParts> = {}) {
  const signer = createFakeSigner()
  const { parts } = createParts({
    serverUrl: plane.url,
    issuerKey: signer.issuerKey,
    stateDirectory: scratchDirectory(test),
  })
  const address = OWN ?? ''
  const tunnels = new Tunnels({
    ...parts,
    tunnelPorts: () => [port],
    addresses: () => [address],
    ...changes,
  })
  test.after(() => tunnels.close())
  const linkNonce = tunnels.openLink()
  const { agentKey } = parts.identity
  const order = (fields: Partial<TunnelOrder> = {}) =>
    signer.signOrder(sampleOrder({ agentKey, linkNonce, address, port, ...fields }))
  return { tunnels, order, agentKey }
}

async function refused(opening: Promise<void>, code: string, says: RegExp) {
  await assert.rejects(opening, (thrown) => {
    assert.ok(thrown instanceof GrantRefusal, String(thrown))
    assert.equal(thrown.code, code)
    assert.match(thrown.message, says)
    return true
  })
}

describe('the tunnels of a host', { skip: OWN === undefined }, () => {
  it('join sshd on loopback to a connection that proves whose it is', async (test) => {
    const { tunnels, order, agentKey } = start(test)
    const tunnelId = '7'.repeat(32)
    const came = plane.tunnel()
    await tunnels.open(order({ tunnelId }))
    const { socket, headers } = await came
    const proof = parseSigned(
      JSON.parse(Buffer.from(String(headers[TUNNEL_PROOF_HEADER]), 'base64').toString()),
    )
    assert.ok(proof)
    assert.equal(isSignedBy(agentKey, proof), true)
    assert.deepEqual(decodeStatement(tunnelProofStatement, proof.statement), {
      deployment: DEPLOYMENT,
      instanceId: INSTANCE_ID,
      tunnelId,
    })
    const [banner] = (await once(socket, 'message')) as [Buffer]
    assert.equal(banner.toString(), 'SSH-2.0-test\r\n')
    assert.equal(tunnels.size, 1)

    const [session] = sessions
    assert.ok(session)
    socket.send(Buffer.from('hello'))
    const [bytes] = (await once(session, 'data')) as [Buffer]
    assert.equal(bytes.toString(), 'hello')
    socket.send(Buffer.alloc(0))
    await once(session, 'end')
    session.end('bye')
    const [rest] = (await once(socket, 'message')) as [Buffer]
    assert.equal(rest.toString(), 'bye')
    const [code] = (await once(socket, 'close')) as [number]
    assert.equal(code, 1000)
    assert.equal(tunnels.size, 0)
  })

  it('leave nothing behind of an order that is refused', async (test) => {
    const { tunnels, order } = start(test)
    await refused(tunnels.open(order({ address: '127.0.0.1' })), 'target-not-allowed', /this host/)
    await refused(tunnels.open(order({ port: 1 })), 'target-not-allowed', /port/)
    assert.deepEqual([tunnels.size, sessions.length], [0, 0])
  })

  it('say so when nothing listens there', async (test) => {
    const { tunnels, order } = start(test, { tunnelPorts: () => [9] })
    await refused(
      tunnels.open(order({ port: 9 })),
      'target-unreachable',
      /nothing listens at .* 127/,
    )
    assert.equal(tunnels.size, 0)
  })

  it('let go of sshd when the control plane takes no connection', async (test) => {
    const { tunnels, order } = start(test)
    plane.answerUpgradesWith('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
    test.after(() => plane.answerUpgradesWith(undefined))
    await refused(tunnels.open(order()), 'target-unreachable', /it answered 403/)
    const [session] = sessions
    if (session !== undefined && !session.readableEnded) {
      session.resume()
      await once(session, 'end')
    }
    assert.equal(tunnels.size, 0)
  })

  it('are no more than the host takes', async (test) => {
    const { tunnels, order } = start(test, { maxTunnels: 2 })
    const came = [plane.tunnel(), plane.tunnel()]
    await Promise.all([tunnels.open(order()), tunnels.open(order())])
    await refused(tunnels.open(order()), 'too-many-tunnels', /2 tunnels open/)
    const [first] = await Promise.all(came)
    first?.socket.terminate()
    while (tunnels.size === 2) await new Promise(setImmediate)
    const next = plane.tunnel()
    await tunnels.open(order())
    await next
  })

  it('end with the agent, and say why', async (test) => {
    const { tunnels, order } = start(test)
    const came = plane.tunnel()
    await tunnels.open(order())
    const { socket } = await came
    tunnels.close()
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
    assert.deepEqual([code, reason.toString()], [1001, 'the agent of the host is stopping'])
    await refused(tunnels.open(order()), 'too-many-tunnels', /0 tunnels/)
  })

  it('end sshd’s session when the control plane is lost', async (test) => {
    const { tunnels, order } = start(test)
    const came = plane.tunnel()
    await tunnels.open(order())
    const { socket } = await came
    const [session] = sessions
    assert.ok(session)
    session.resume()
    socket.terminate()
    await once(session, 'end')
  })
})

describe('the target on this host', () => {
  it('is refused in time when it does not answer (RFC 5737 addresses lead nowhere)', async () => {
    const target = { address: '192.0.2.1', port: 9 }
    await assert.rejects(connectTarget(target, { connectWithinMs: 50 }), /does not answer|listens/)
  })
})
