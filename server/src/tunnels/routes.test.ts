import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, it } from 'node:test'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import type { AgentMessage } from '@fleetkey/wire/agent/agent-messages'
import type { TunnelOrder } from '@fleetkey/wire/agent/tunnel-statements'
import type { WebSocket } from 'ws'
import type { AgentLink } from '../agents/agent-link.ts'
import { NoResponders, RequestTimeout } from '../bus/bus.ts'
import { FACTS } from '../testing/fake-agent.ts'
import type { DialDirect } from './dial-direct.ts'
import { createRoutes } from './routes.ts'

const INSTANCE = {
  instanceId: 'i-0123456789abcdef0',
  tags: { Name: 'web-1' },
  agentKey: 'key',
  enrolledAt: 0,
  facts: FACTS,
}
const ADDRESS = '192.0.2.7'

interface Setting {
  readonly peerAddress?: string
  readonly isOfProxy?: boolean
  /** Where other agents' links come from. */
  readonly others?: readonly string[]
  readonly linkNonce?: string | undefined
  readonly direct?: boolean
  readonly connected?: boolean
  readonly dial?: DialDirect
  /** The agent's answer; an error is what the bus says instead. */
  readonly answer?: (() => AgentMessage | Error) | undefined
  /** Whether the agent's connection comes. */
  readonly arrives?: boolean
}

function routesOf(setting: Setting = {}) {
  const { peerAddress = ADDRESS, direct = true, connected = true, arrives = true } = setting
  const linkNonce = 'linkNonce' in setting ? setting.linkNonce : 'ab'.repeat(16)
  const { isOfProxy = false } = setting
  const linkFrom = (address: string) =>
    ({ peerAddress: address, isOfProxy, linkNonce }) as AgentLink
  const link = linkFrom(peerAddress)
  const clock = { now: 0 }
  const dialled: string[] = []
  const orders: TunnelOrder[] = []
  const forgotten: string[] = []
  const socket = { terminate() {} } as unknown as WebSocket
  const routes = createRoutes({
    presence: {
      linkOf: () => (connected ? link : undefined),
      all: () => [link, ...(setting.others ?? []).map((other) => linkFrom(other))],
    },
    bus: {
      async request() {
        const answer = setting.answer?.() ?? { kind: 'tunnelled', exchange: 'e' }
        if (answer instanceof Error) throw answer
        return JSON.stringify(answer)
      },
      serve: () => () => {},
      close: async () => {},
    },
    signer: {
      signOrder(order) {
        orders.push(order)
        return { order: signed, signer: signed }
      },
    },
    deployment: 'd',
    dialBacks: {
      expect: (tunnelId) => ({
        arrival: arrives ? Promise.resolve(socket) : new Promise(() => {}),
        forget: () => void forgotten.push(tunnelId),
      }),
      accept() {},
    },
    direct,
    dial: async (target, options) => {
      dialled.push(`${target.address} ${target.port}`)
      return (setting.dial ?? (async () => new Socket()))(target, options)
    },
    now: () => clock.now,
  })
  const reach = (address = ADDRESS, gone = new AbortController().signal) =>
    routes.reach({
      instance: INSTANCE,
      target: { address, port: 22 },
      principalArn: 'arn:aws:iam::111122223333:user/alice',
      requestId: 'r',
      intent: { seq: 7, hash: 'ab'.repeat(32) },
      gone,
    })
  return { reach, dialled, orders, forgotten, clock }
}

const signed = { statement: 's', signature: `${'A'.repeat(86)}==` }
const failing: DialDirect = () => Promise.reject(new Error('refused'))

async function refused(reaching: Promise<unknown>, code: string, says: RegExp) {
  await assert.rejects(reaching, (error) => {
    assert.ok(error instanceof ServiceException, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, says)
    return true
  })
}

describe('the route to a target', () => {
  it('is direct where the link of the agent comes from the very address', async () => {
    const { reach, dialled, orders } = routesOf()
    assert.equal((await reach()).route, 'direct')
    assert.deepEqual([dialled, orders], [['192.0.2.7 22'], []])
  })

  it('goes through the agent to any other address of it (it could name one of somebody else)', async () => {
    const { reach, dialled, orders } = routesOf({ peerAddress: '198.51.100.1' })
    assert.equal((await reach()).route, 'agent')
    assert.deepEqual(dialled, [])
    const [order] = orders
    assert.equal(order?.address, ADDRESS)
    assert.equal(order?.linkNonce, 'ab'.repeat(16))
    assert.equal(order?.intentSeq, 7)
  })

  it('goes through the agent to an address of this machine (services here trust whoever comes from here)', async () => {
    const own = Object.values(networkInterfaces())
      .flatMap((entries) => entries ?? [])
      .find(({ internal }) => !internal)?.address
    assert.ok(own)
    const { reach, dialled } = routesOf({ peerAddress: own })
    assert.equal((await reach(own)).route, 'agent')
    assert.deepEqual(dialled, [])
  })

  it('goes through the agent where the address is a trusted proxy’s, whose sshd is not the host’s', async () => {
    const { reach, dialled } = routesOf({ isOfProxy: true })
    assert.equal((await reach()).route, 'agent')
    assert.deepEqual(dialled, [])
  })

  it('goes through the agent where others come from that address too: it is a NAT or a load balancer, whose ports are no host’s', async () => {
    const shared = routesOf({ others: ['198.51.100.1', ADDRESS] })
    assert.equal((await shared.reach()).route, 'agent')
    assert.deepEqual(shared.dialled, [])
    assert.equal((await routesOf({ others: ['198.51.100.1'] }).reach()).route, 'direct')
  })

  it('goes through the agent where the administrator wants it so', async () => {
    const { reach, dialled } = routesOf({ direct: false })
    assert.equal((await reach()).route, 'agent')
    assert.deepEqual(dialled, [])
  })

  it('falls back to the agent, and remembers that for a minute', async () => {
    const { reach, dialled, clock } = routesOf({ dial: failing })
    assert.equal((await reach()).route, 'agent')
    assert.equal((await reach()).route, 'agent')
    clock.now = 59_999
    await reach()
    assert.equal(dialled.length, 1)
    clock.now = 60_000
    await reach()
    assert.equal(dialled.length, 2)
  })

  it('has orders in order, also when the clock is set back (an agent would take them for repeated ones)', async () => {
    const { reach, orders, clock } = routesOf({ direct: false })
    for (const now of [1_000_000, 5, 1_000_001]) {
      clock.now = now
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await reach()
    }
    assert.deepEqual(
      orders.map(({ issuedAt }) => issuedAt),
      [1_000_000, 1_000_000, 1_000_001],
    )
  })

  it('is refused when the agent is not connected', () =>
    refused(
      routesOf({ connected: false }).reach(),
      'EC2InstanceStateInvalidException',
      /^The agent on web-1 \(i-0123456789abcdef0\) is not connected/,
    ))

  it('is refused when the agent is of before there were tunnels', () =>
    refused(
      routesOf({ direct: false, linkNonce: undefined }).reach(),
      'EC2InstanceStateInvalidException',
      /Update it/,
    ))

  const through = (answer: () => AgentMessage | Error) =>
    routesOf({ direct: false, arrives: false, answer })

  it('is refused with the words of the host', async () => {
    const { reach, forgotten } = through(() => ({
      kind: 'refused',
      exchange: 'e',
      refusal: { code: 'target-unreachable', message: 'Nothing listens.' },
    }))
    await refused(reach(), 'EC2InstanceUnavailableException', /refused: Nothing listens\.$/)
    assert.equal(forgotten.length, 1)
  })

  it('is refused when the agent does not answer, leaves, or makes no sense', async () => {
    const timeout = through(() => new RequestTimeout('s'))
    await refused(timeout.reach(), 'EC2InstanceUnavailableException', /in time/)
    const left = through(() => new NoResponders('s'))
    await refused(left.reach(), 'EC2InstanceStateInvalidException', /not connected/)
    const odd = through(() => ({ kind: 'prepared', exchange: 'e', nonce: 'n', uid: 0 }))
    await refused(odd.reach(), 'EC2InstanceUnavailableException', /no sense/)
    assert.deepEqual(
      [timeout, left, odd].map(({ forgotten }) => forgotten.length),
      [1, 1, 1],
    )
  })

  it('is given up when the client has gone, and then nothing is expected any more', async () => {
    const leaving = new AbortController()
    const { reach, forgotten } = through(() => ({ kind: 'tunnelled', exchange: 'e' }))
    const reaching = reach(ADDRESS, leaving.signal)
    leaving.abort(new Error('the client has gone'))
    await assert.rejects(reaching, /the client has gone/)
    assert.equal(forgotten.length, 1)
  })

  it('does not fall back for a client that has gone', async () => {
    const leaving = new AbortController()
    const { reach, orders } = routesOf({
      dial: async () => {
        leaving.abort(new Error('the client has gone'))
        throw new Error('cut')
      },
    })
    await assert.rejects(reach(ADDRESS, leaving.signal), /the client has gone/)
    assert.deepEqual(orders, [])
  })
})
