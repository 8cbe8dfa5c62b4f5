import { isAble } from '@fleetkey/domain/host-facts'
import type { Instance } from '@fleetkey/domain/instance'
import { parseAgentMessage } from '@fleetkey/wire/agent/agent-messages'
import { NoResponders, type Bus } from '../bus/bus.ts'
import type { AgentQuestion } from './agent-link.ts'
import { agentSubject } from './deliver-grant.ts'

/** What became of the wish to end a session. Only `ended` says that it runs no more. */
export interface SessionEndResult {
  readonly result: 'ended' | 'not-ended' | 'unreachable'
  /** A sentence for the person who asked. */
  readonly says: string
}

/** Has agents end sessions on their hosts. Never throws: each has a result of its own. */
export interface SessionEnds {
  end(instance: Instance, sessionId: string): Promise<SessionEndResult>
}

/** The host takes four seconds at most (agent: end-session.ts). */
const DEADLINE_MS = 6000

export function createSessionEnds({ bus }: { readonly bus: Bus }): SessionEnds {
  return {
    async end(instance, sessionId) {
      if (!isAble(instance.facts, 'sessions')) {
        const says = 'The agent of this host is too old to end sessions: update it.'
        return { result: 'not-ended', says }
      }
      const question: AgentQuestion = { kind: 'end-session', sessionId }
      try {
        const subject = agentSubject(instance.instanceId)
        const text = await bus.request(subject, JSON.stringify(question), DEADLINE_MS)
        const answer = parseAgentMessage(text)
        if (answer?.kind !== 'session-ending') {
          return { result: 'not-ended', says: 'The agent gave an answer that makes no sense.' }
        }
        return { result: answer.ended ? 'ended' : 'not-ended', says: answer.says }
      } catch (error) {
        const isOffline = error instanceof NoResponders
        return {
          result: 'unreachable',
          says: isOffline
            ? 'The agent is not connected: the session goes on, as far as is known.'
            : 'The agent did not answer in time: whether the session goes on is not known.',
        }
      }
    },
  }
}
