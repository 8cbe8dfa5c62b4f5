import type { Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { collectYoung } from '@fleetkey/wire/tunnel/collect-young'
import { TUNNEL_CLOSE, TUNNEL_DEAD_AFTER_MS, TUNNEL_PING_MS } from '@fleetkey/wire/tunnel/protocol'
import { socketEnd } from '@fleetkey/wire/tunnel/socket-end'
import { splice, type Splice } from '@fleetkey/wire/tunnel/splice'
import { webSocketEnd } from '@fleetkey/wire/tunnel/web-socket-end'
import type { TunnelOrder } from '@fleetkey/wire/agent/tunnel-statements'
import { WebSocket } from 'ws'
import { findAddresses } from '../facts.ts'
import { GrantRefusal } from '../grant-refusal.ts'
import type { Identity } from '../identity.ts'
import type { Log } from '../log.ts'
import type { Enrolment, TrustStore } from '../state.ts'
import { connectTarget } from './connect-target.ts'
import { dialBack } from './dial-back.ts'
import { checkOrder, type SignedOrder } from './order-checks.ts'
import { OrderFreshness, type LinkOrder } from './order-freshness.ts'

/** Tunnels of this host at once, those that are being opened among them. */
export const MAX_TUNNELS = 512

/** What is left to be written when a tunnel ends must be taken within this time. */
const FLUSH_WITHIN_MS = 5000

const noteMoved = collectYoung({ setFlagsFromString, runInNewContext })

export interface TunnelsParts {
  readonly enrolment: Pick<
    Enrolment,
    'deployment' | 'instanceId' | 'issuerKeys' | 'serverUrl' | 'caCertificate'
  >
  readonly identity: Identity
  readonly trust: TrustStore
  /** What the administrator allows, as the facts say it. */
  readonly tunnelPorts: () => readonly number[]
  readonly log: Log
  /** The host's own addresses; findAddresses unless a test has others. */
  readonly addresses?: () => readonly string[]
  readonly maxTunnels?: number
}

/** This host's ends of tunnels. The agent listens nowhere for them: each is a connection to sshd and one to the control plane. */
export class Tunnels {
  readonly #parts: TunnelsParts
  readonly #freshness = new OrderFreshness()
  readonly #open = new Set<Splice>()
  #opening = 0
  #closing = false

  constructor(parts: TunnelsParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#open.size + this.#opening
  }

  /** A nonce for the link that opens now: orders for an earlier one do not count any more. */
  openLink(): string {
    return this.#freshness.openLink()
  }

  /** True once at most for any order of the link that is open: those to mend have ids of their own kind, as random as a tunnel's. */
  consume(order: LinkOrder): boolean {
    return this.#freshness.consume(order)
  }

  /** Resolves once the tunnel is open. Throws a GrantRefusal, and then nothing is left of it. */
  async open(signed: SignedOrder): Promise<void> {
    const { maxTunnels = MAX_TUNNELS } = this.#parts
    const order = this.#check(signed)
    if (this.#closing || this.size >= maxTunnels) {
      throw new GrantRefusal(
        'too-many-tunnels',
        `This host has ${this.size} tunnels open, as many as it takes. Close some, or wait.`,
      )
    }
    this.#opening++
    try {
      await this.#connect(order)
    } finally {
      this.#opening--
    }
  }

  /** Ends them all. */
  close(): void {
    this.#closing = true
    for (const open of this.#open) {
      open.close({ code: TUNNEL_CLOSE.goingAway, text: 'the agent of the host is stopping' })
    }
  }

  #check(signed: SignedOrder): TunnelOrder {
    const { enrolment, identity, trust, tunnelPorts, addresses = findAddresses } = this.#parts
    return checkOrder(signed, {
      pins: enrolment,
      agentKey: identity.agentKey,
      trust: trust.current,
      raiseTrust: (seen) => trust.raise(seen),
      wallNow: Date.now(),
      consume: (order) => this.#freshness.consume(order),
      addresses: addresses(),
      tunnelPorts: tunnelPorts(),
    })
  }

  async #connect(order: TunnelOrder): Promise<void> {
    const { enrolment, identity } = this.#parts
    const { deployment, instanceId, serverUrl, caCertificate: ca } = enrolment
    const target = await connectTarget(order)
    try {
      const proof = { deployment, instanceId, tunnelId: order.tunnelId }
      this.#join(order, target, await dialBack({ serverUrl, ca, identity, proof }))
    } catch (failure) {
      target.destroy()
      throw failure
    }
  }

  #join(order: TunnelOrder, target: Socket, server: WebSocket): void {
    const { log } = this.#parts
    const { tunnelId, address, port, principalArn, requestId } = order
    const stopWatching = watchForDeath(server)
    const since = performance.now()
    const open = splice(
      webSocketEnd(server, { peer: 'the control plane' }),
      socketEnd(target, { peer: 'the target' }),
      {
        moved: noteMoved,
        ended: ({ text }) => {
          stopWatching()
          this.#open.delete(open)
          log.info('tunnel-ended', {
            tunnelId,
            because: text === '' ? 'both directions ended' : text,
            seconds: Math.round((performance.now() - since) / 1000),
            bytesIn: open.fromNear,
            bytesOut: open.toNear,
          })
          setTimeout(() => {
            server.terminate()
            target.destroy()
          }, FLUSH_WITHIN_MS).unref()
        },
      },
    )
    this.#open.add(open)
    log.info('tunnel-opened', { tunnelId, address, port, principalArn, requestId })
    if (this.#closing) this.close()
  }
}

/** The server pings. One that was silent, while this side was reading, is gone. Returns how to stop watching. */
function watchForDeath(server: WebSocket): () => void {
  let heardAt = performance.now()
  const heard = () => (heardAt = performance.now())
  server.on('ping', heard).on('message', heard)
  const watch = setInterval(() => {
    if (server.isPaused) heard()
    else if (performance.now() - heardAt > TUNNEL_DEAD_AFTER_MS) server.terminate()
  }, TUNNEL_PING_MS)
  return () => clearInterval(watch)
}
