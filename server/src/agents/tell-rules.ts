import type { Cidr } from '@fleetkey/domain/cidr'
import { isAble } from '@fleetkey/domain/host-facts'
import { hostIngress } from '@fleetkey/domain/host-ingress'
import { MAX_HOST_RULES } from '@fleetkey/domain/ingress-rule'
import { parseAgentMessage } from '@fleetkey/wire/agent/agent-messages'
import { NoResponders, type Bus } from '../bus/bus.ts'
import { sha256Hex } from '../secrets/digests.ts'
import type { GrantSigner } from '../secrets/grant-signer.ts'
import type { Store } from '../store/store.ts'
import { agentSubject, instanceLabel } from './deliver-grant.ts'

/** What became of the rules of a host. */
export interface RulesTold {
  readonly instanceId: string
  /**
   * `done`: the host follows them, as `says` has it. `away`: it will as soon as it is back. `unable`: its agent is too old, or cannot.
   * `failed`: it refused, or did not answer in time: then they may be in force or not, and it is told again when its link is new.
   */
  readonly state: 'done' | 'away' | 'unable' | 'failed'
  /** A sentence for a person. */
  readonly says: string
}

/** Tells hosts the rules of their security groups. */
export interface HostRulesTeller {
  /** Undefined for a host that is not there yet, and where there is and was nothing to tell. */
  tell(instanceId: string): Promise<RulesTold | undefined>
  tellAll(instanceIds: readonly string[]): Promise<readonly RulesTold[]>
  /** Those whose instance has a group of its own: the ranges of the control plane have changed. */
  tellAttached(): Promise<void>
}

const ANSWER_WITHIN_MS = 5000

export function createHostRulesTeller(parts: {
  readonly store: Pick<Store, 'instances' | 'securityGroups'>
  readonly bus: Bus
  readonly signer: Pick<GrantSigner, 'signRules'>
  readonly deployment: string
  readonly controlPlane: () => readonly Cidr[]
  readonly answerWithinMs?: number | undefined
  readonly now: () => number
}): HostRulesTeller {
  const { store, bus, signer, deployment, controlPlane, now } = parts
  const { answerWithinMs = ANSWER_WITHIN_MS } = parts
  const { securityGroups } = store
  const turns = new Map<string, Promise<unknown>>()

  /** One after the other for each host, and each reads what is so by then: no older set comes after a newer one. */
  function tell(instanceId: string): Promise<RulesTold | undefined> {
    const turn = (turns.get(instanceId) ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => tellNow(instanceId))
    turns.set(instanceId, turn)
    return turn.finally(() => {
      if (turns.get(instanceId) === turn) turns.delete(instanceId)
    })
  }

  async function tellNow(instanceId: string): Promise<RulesTold | undefined> {
    const groups = await securityGroups.groupsOf(instanceId)
    if (groups.length === 0 && !(await securityGroups.wasRevised(instanceId))) return undefined
    const instance = await store.instances.get(instanceId)
    if (instance === undefined) return undefined
    const label = instanceLabel(instance)
    const told = (state: RulesTold['state'], says: string) => ({ instanceId, state, says })
    const ingress = hostIngress(groups, controlPlane())
    if (ingress.rules.length > MAX_HOST_RULES) {
      return told('failed', `${label} is told nothing: its rules are more than ${MAX_HOST_RULES}.`)
    }
    // Before anybody is asked: whoever is away finds its number when it is back.
    const revision = await securityGroups.revise(
      instanceId,
      sha256Hex(JSON.stringify(ingress)),
      now(),
    )
    if (!isAble(instance.facts, 'rules')) {
      return told(
        'unable',
        `The agent on ${label} is of a version that enforces no rules. Update it.`,
      )
    }
    const { agentKey } = instance
    const signed = signer.signRules({
      deployment,
      instanceId,
      agentKey,
      revision,
      issuedAt: now(),
      ...ingress,
    })
    const question = JSON.stringify({ kind: 'rules', ...signed })
    try {
      const text = await bus.request(agentSubject(instanceId), question, answerWithinMs)
      const answer = parseAgentMessage(text)
      if (answer?.kind === 'refused') {
        const { code, message } = answer.refusal
        const state = code === 'rules-not-applied' ? 'unable' : 'failed'
        return told(state, `${label} refused: ${message}`)
      }
      return answer?.kind === 'ruled' && answer.revision === revision
        ? told('done', answer.says)
        : told('failed', `The agent on ${label} gave an answer that does not hold.`)
    } catch (error) {
      return error instanceof NoResponders
        ? told(
            'away',
            `The agent on ${label} is not connected: the rules reach it when it is back.`,
          )
        : told('failed', `The agent on ${label} did not answer in time.`)
    }
  }

  async function tellAll(instanceIds: readonly string[]): Promise<readonly RulesTold[]> {
    const told = await Promise.all(instanceIds.map(tell))
    return told.filter((one) => one !== undefined)
  }

  return {
    tell,
    tellAll,
    async tellAttached() {
      const attachments = await securityGroups.attachments()
      await tellAll(attachments.map(({ instanceId }) => instanceId))
    },
  }
}
