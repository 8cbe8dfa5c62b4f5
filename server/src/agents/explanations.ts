import { isAble } from '@fleetkey/domain/host-facts'
import type { Instance } from '@fleetkey/domain/instance'
import { parseAgentMessage } from '@fleetkey/wire/agent/agent-messages'
import type { Asked, Explanation } from '@fleetkey/wire/agent/receipts'
import { NoResponders, RequestTimeout, type Bus } from '../bus/bus.ts'
import type { AgentQuestion } from './agent-link.ts'
import { agentSubject, instanceLabel } from './deliver-grant.ts'

/** An agent takes less than a second, on a busy host longer. */
const DEADLINE_MS = 7000
/** An answer that was waited for comes this much later at most. */
const ON_THE_WAY_MS = 1000

/** Asks hosts why a login with a grant does not work. */
export interface Explanations {
  /**
   * Never throws: where the host cannot tell, that is what it says. Where it tells what is known already it answers once it tells more, or
   * when the time is over; an older one at once.
   */
  of(
    instance: Instance,
    grant: { readonly grantId: string; readonly osUser: string; readonly fingerprint: string },
    asked?: Asked & { readonly waitMs?: number },
  ): Promise<Explanation>
}

export function createExplanations(bus: Bus, { deadlineMs = DEADLINE_MS } = {}): Explanations {
  return {
    async of(instance, grant, asked = {}) {
      const label = instanceLabel(instance)
      if (instance.facts === undefined || !isAble(instance.facts, 'explain')) {
        return {
          says: `The agent on ${label} is too old to say why a login is refused: update it.`,
        }
      }
      const question: AgentQuestion = { kind: 'explain', ...grant, ...asked }
      try {
        const text = await bus.request(
          agentSubject(instance.instanceId),
          JSON.stringify(question),
          Math.max(deadlineMs, (asked.waitMs ?? 0) + ON_THE_WAY_MS),
        )
        const answer = parseAgentMessage(text)
        if (answer?.kind !== 'explained') {
          return { says: `The agent on ${label} could not be asked why.` }
        }
        const { kind: _, exchange: __, ...explanation } = answer
        return explanation
      } catch (error) {
        return { says: `The agent on ${label} ${failure(error)}, so it cannot say why.` }
      }
    },
  }
}

function failure(error: unknown): string {
  if (error instanceof NoResponders) return 'is not connected'
  return error instanceof RequestTimeout ? 'did not answer in time' : 'was lost while it was asked'
}
