import { randomBytes } from 'node:crypto'
import { instanceStateInvalid, instanceUnavailable } from '@fleetkey/domain/exceptions/instances'
import type { Finding } from '@fleetkey/domain/finding'
import type { FixName } from '@fleetkey/domain/fix'
import { isAble } from '@fleetkey/domain/host-facts'
import type { Instance } from '@fleetkey/domain/instance'
import type { ChainLink } from '@fleetkey/domain/trail-chain'
import { parseAgentMessage } from '@fleetkey/wire/agent/agent-messages'
import { NoResponders, type Bus } from '../bus/bus.ts'
import type { GrantSigner } from '../secrets/grant-signer.ts'
import type { AgentAnswer, AgentQuestion } from './agent-link.ts'
import { agentSubject, instanceLabel } from './deliver-grant.ts'
import type { Presence } from './presence.ts'

/** The agent's own checks have 4 s each, side by side. */
const EXAMINED_WITHIN_MS = 7_000
/** Mending may restart things and look again; a link keeps a question no longer. */
const MENDED_WITHIN_MS = 10_000

/** The login that is asked about. */
export interface LoginQuestion {
  readonly osUser?: string
  /** Whence it comes. */
  readonly address?: string
  /** Only these checks. Default: all that the agent knows. */
  readonly checks?: readonly string[]
}

export type Examination =
  | {
      readonly kind: 'examined'
      readonly findings: readonly Finding[]
      /** How far the host's clock is ahead of ours, in milliseconds, and how far off that may be. */
      readonly clockAheadMs: number
      readonly clockErrorMs: number
    }
  /** Why nothing is known of the host. */
  | { readonly kind: 'not-connected' | 'not-able' | 'no-answer' }
  | { readonly kind: 'refused'; readonly says: string }

export interface MendRequest {
  readonly instance: Instance
  readonly fixes: readonly FixName[]
  readonly osUser: string | undefined
  readonly dryRun: boolean
  readonly principalArn: string
  readonly requestId: string
  readonly intent: ChainLink
}

/** Asks agents to look at their hosts and to mend them. */
export interface HostDoctor {
  /** Changes nothing, never throws. */
  examine(instance: Instance, question: LoginQuestion): Promise<Examination>
  /** What came of each fix. Throws the refusal that the caller shall see. */
  mend(request: MendRequest): Promise<readonly Finding[]>
}

export function createHostDoctor(parts: {
  readonly bus: Bus
  readonly signer: Pick<GrantSigner, 'signMend'>
  readonly presence: Pick<Presence, 'linkOf'>
  readonly deployment: string
  readonly now: () => number
}): HostDoctor {
  const { bus, signer, presence, deployment, now } = parts

  async function ask(
    instance: Instance,
    question: AgentQuestion,
    withinMs: number,
  ): Promise<AgentAnswer | undefined> {
    const text = await bus.request(
      agentSubject(instance.instanceId),
      JSON.stringify(question),
      withinMs,
    )
    return parseAgentMessage(text) as AgentAnswer | undefined
  }

  return {
    async examine(instance, question) {
      if (!isAble(instance.facts, 'examine')) {
        return {
          kind: presence.linkOf(instance.instanceId) === undefined ? 'not-connected' : 'not-able',
        }
      }
      const askedAt = now()
      try {
        const answer = await ask(instance, { kind: 'examine', ...question }, EXAMINED_WITHIN_MS)
        if (answer?.kind === 'refused') return { kind: 'refused', says: answer.refusal.message }
        if (answer?.kind !== 'examined') return { kind: 'no-answer' }
        // The clock was read at the end of the examination, so the answer's way back is all that is not known.
        const { findings, wallClock } = answer
        const clockErrorMs = now() - askedAt
        return { kind: 'examined', findings, clockAheadMs: wallClock - now(), clockErrorMs }
      } catch (error) {
        return { kind: error instanceof NoResponders ? 'not-connected' : 'no-answer' }
      }
    },

    async mend(request) {
      const { instance, fixes, osUser = '', dryRun, principalArn, requestId, intent } = request
      const { instanceId, agentKey } = instance
      const linkNonce = presence.linkOf(instanceId)?.linkNonce
      const label = instanceLabel(instance)
      if (linkNonce === undefined) throw notConnected(label)
      if (!isAble(instance.facts, 'mend')) {
        throw instanceStateInvalid(
          `The agent on ${label} is of a version that mends nothing. Update it.`,
        )
      }
      const order = signer.signMend({
        deployment,
        mendId: randomBytes(16).toString('hex'),
        instanceId,
        agentKey,
        linkNonce,
        fixes,
        osUser,
        dryRun,
        issuedAt: now(),
        principalArn,
        requestId,
        intentSeq: intent.seq,
        intentHash: intent.hash,
      })
      const question = { kind: 'mend', ...order } as const
      const answer = await ask(instance, question, MENDED_WITHIN_MS).catch((error: unknown) => {
        if (error instanceof NoResponders) throw notConnected(label)
        throw instanceUnavailable(
          `The agent on ${label} did not say in time what came of it; it may have mended all, some or nothing. Look again: fleetkey doctor ${instanceId}`,
        )
      })
      if (answer?.kind === 'refused') {
        throw instanceStateInvalid(`${label} refused: ${answer.refusal.message}`)
      }
      if (answer?.kind !== 'mended') {
        throw instanceUnavailable(
          `The agent on ${label} gave an answer that makes no sense. Update it.`,
        )
      }
      return answer.findings
    },
  }
}

const notConnected = (label: string) =>
  instanceStateInvalid(
    `The agent on ${label} is not connected, so nothing can be mended from here. On the host, see "fleetkey agent status"; "fleetkey agent mend" mends there.`,
  )
