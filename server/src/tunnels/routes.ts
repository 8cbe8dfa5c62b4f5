import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { instanceStateInvalid, instanceUnavailable } from '@fleetkey/domain/exceptions/instances'
import type { Instance } from '@fleetkey/domain/instance'
import type { ChainLink } from '@fleetkey/domain/trail-chain'
import type { TunnelTarget } from '@fleetkey/domain/tunnel-target'
import { parseAgentMessage } from '@fleetkey/wire/agent/agent-messages'
import type { WebSocket } from 'ws'
import type { AgentLink } from '../agents/agent-link.ts'
import { agentSubject, instanceLabel } from '../agents/deliver-grant.ts'
import type { Presence } from '../agents/presence.ts'
import { NoResponders, type Bus } from '../bus/bus.ts'
import type { GrantSigner, SignedOrder } from '../secrets/grant-signer.ts'
import type { DialBacks } from './dial-backs.ts'
import { DIRECT_WITHIN_MS, dialDirect, type DialDirect } from './dial-direct.ts'
import { isOwnAddress } from './own-address.ts'

/** The agent must have come within this time, or the tunnel is refused. */
const AGENT_WITHIN_MS = 8000
/** A direct way that failed is not tried again for so long. */
const DIRECT_AVOIDED_MS = 60_000
const MAX_AVOIDED = 10_000

/** What leads to the target: open, and not read yet. */
export type Reached =
  | { readonly route: 'direct'; readonly socket: Socket }
  | { readonly route: 'agent'; readonly socket: WebSocket }

export interface Wanted {
  readonly instance: Instance
  readonly target: TunnelTarget
  readonly principalArn: string
  readonly requestId: string
  /** The durable record of what is about to happen. */
  readonly intent: ChainLink
  /** Aborts when nobody wants it any more. */
  readonly gone: AbortSignal
}

/** Finds the way to a target. */
export interface Routes {
  /** Throws the refusal that the caller shall see. */
  reach(wanted: Wanted): Promise<Reached>
}

/**
 * Directly where nothing stands between, else through the agent, which connects out to us: so a host that takes no connection from
 * anywhere is reached all the same. Directly means to the very address that the agent's link comes from: what a host merely reports of
 * itself must not make this server knock at other machines.
 */
export function createRoutes(parts: {
  readonly presence: Pick<Presence, 'linkOf' | 'all'>
  readonly bus: Bus
  readonly signer: Pick<GrantSigner, 'signOrder'>
  readonly deployment: string
  readonly dialBacks: DialBacks
  /** False: always through the agent. */
  readonly direct: boolean
  readonly dial?: DialDirect | undefined
  readonly agentWithinMs?: number | undefined
  readonly now: () => number
}): Routes {
  const { presence, bus, signer, deployment, dialBacks, direct, now } = parts
  const { dial = dialDirect, agentWithinMs = AGENT_WITHIN_MS } = parts
  const avoidedUntil = new Map<string, number>()
  let newest = 0
  /** Never before an earlier one's: agents take an older order for a repeated one, and somebody may set the clock back. */
  const issuedAt = () => (newest = Math.max(newest, now()))

  function mayDial({ address, port }: TunnelTarget, link: AgentLink): boolean {
    const until = avoidedUntil.get(`${address} ${port}`) ?? 0
    return direct && until <= now() && isOwnAddress(address, link, presence)
  }

  async function reachDirectly({ target, gone }: Wanted): Promise<Reached | undefined> {
    try {
      return { route: 'direct', socket: await dial(target, { withinMs: DIRECT_WITHIN_MS, gone }) }
    } catch {
      gone.throwIfAborted()
      // Whatever it was, the agent will say more of it.
      if (avoidedUntil.size >= MAX_AVOIDED) avoidedUntil.clear()
      avoidedUntil.set(`${target.address} ${target.port}`, now() + DIRECT_AVOIDED_MS)
      return undefined
    }
  }

  async function reachThroughAgent(wanted: Wanted, link: AgentLink): Promise<Reached> {
    const { instance, target, principalArn, requestId, intent, gone } = wanted
    const { linkNonce } = link
    if (linkNonce === undefined) {
      throw instanceStateInvalid(
        `The agent on ${instanceLabel(instance)} is of a version that opens no tunnels. Update it.`,
      )
    }
    const tunnelId = randomBytes(16).toString('hex')
    const { instanceId, agentKey } = instance
    const order = signer.signOrder({
      deployment,
      tunnelId,
      instanceId,
      agentKey,
      linkNonce,
      address: target.address,
      port: target.port,
      issuedAt: issuedAt(),
      principalArn,
      requestId,
      intentSeq: intent.seq,
      intentHash: intent.hash,
    })
    const expected = dialBacks.expect(tunnelId, instance)
    try {
      const socket = await Promise.race([
        expected.arrival,
        refusalOf(instance, order),
        whenGone(gone),
      ])
      gone.throwIfAborted()
      return { route: 'agent', socket }
    } catch (error) {
      expected.forget()
      throw error
    }
  }

  /** Rejects with what stands against it; resolves never, since that it went well shows in the agent's connection. */
  async function refusalOf(instance: Instance, order: SignedOrder): Promise<never> {
    const label = instanceLabel(instance)
    const question = JSON.stringify({ kind: 'tunnel', ...order })
    const answer = await bus
      .request(agentSubject(instance.instanceId), question, agentWithinMs)
      .then(parseAgentMessage, (error: unknown) => {
        if (error instanceof NoResponders) throw notConnected(instance)
        throw instanceUnavailable(
          `The agent on ${label} did not bring the tunnel in time. See its log on the host, and that it can open further connections to this server.`,
        )
      })
    if (answer?.kind === 'refused') {
      throw instanceUnavailable(`${label} refused: ${answer.refusal.message}`)
    }
    if (answer?.kind !== 'tunnelled') {
      throw instanceUnavailable(
        `The agent on ${label} gave an answer that makes no sense. Update it.`,
      )
    }
    return new Promise(() => {})
  }

  return {
    async reach(wanted) {
      const link = presence.linkOf(wanted.instance.instanceId)
      if (link === undefined) throw notConnected(wanted.instance)
      const reached = mayDial(wanted.target, link) ? await reachDirectly(wanted) : undefined
      return reached ?? (await reachThroughAgent(wanted, link))
    },
  }
}

/** Rejects once it is aborted. */
function whenGone(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

const notConnected = (instance: Instance) =>
  instanceStateInvalid(
    `The agent on ${instanceLabel(instance)} is not connected, so no tunnel leads there. On the host, see "fleetkey agent status" and that it can reach this server.`,
  )
