import { randomUUID } from 'node:crypto'
import type { AgentMessage } from '@fleetkey/wire/agent/agent-messages'
import type { ServerMessage } from '@fleetkey/wire/agent/server-messages'

/** An answer of an agent to a question. */
export type AgentAnswer = Extract<AgentMessage, { readonly exchange: string }>

/** A question without its exchange id, which the link gives. */
export type AgentQuestion =
  | { readonly kind: 'prepare'; readonly osUser: string }
  | Omit<Extract<ServerMessage, { readonly kind: 'install' }>, 'exchange'>
  | Omit<Extract<ServerMessage, { readonly kind: 'tunnel' }>, 'exchange'>
  | Omit<Extract<ServerMessage, { readonly kind: 'explain' }>, 'exchange'>
  | Omit<Extract<ServerMessage, { readonly kind: 'rules' }>, 'exchange'>
  | Omit<Extract<ServerMessage, { readonly kind: 'examine' }>, 'exchange'>
  | Omit<Extract<ServerMessage, { readonly kind: 'mend' }>, 'exchange'>
  | { readonly kind: 'end-session'; readonly sessionId: string }

/** One agent's live link on this node: asks and matches answers. */
export interface AgentLink {
  readonly instanceId: string
  /** Milliseconds since 1970. */
  readonly since: number
  /** Where the link comes from: the host itself, or what stands between. */
  readonly peerAddress: string
  /** `peerAddress` is one of `trustedProxies`, and so not the host's. */
  readonly isOfProxy: boolean
  /** Of the trusted proxy that handed it on here. */
  readonly proxyAddress?: string | undefined
  /** Orders of tunnels carry it. Undefined for an agent that opens none. */
  readonly linkNonce: string | undefined
  /** Throws when the link closes first or the answer is too late for anybody. The asker owns the deadline. */
  ask(question: AgentQuestion): Promise<AgentAnswer>
  send(message: ServerMessage): void
  /** Hands over an answer that came in. False when nobody asked. */
  settle(answer: AgentAnswer): boolean
  close(code: number, reason: string): void
  /** Fails all open questions. */
  closed(): void
}

/** More open questions than this on one link are refused: an agent that does not answer must not hold memory. */
const MAX_OPEN_QUESTIONS = 256

/** No asker waits longer: an answer may be waited for ten seconds, and be late. Questions that are never answered would else fill the link up. */
const QUESTION_KEPT_MS = 20_000

interface OpenQuestion {
  readonly late: NodeJS.Timeout
  resolve(answer: AgentAnswer): void
  reject(error: Error): void
}

export function createAgentLink(
  agent: Pick<
    AgentLink,
    'instanceId' | 'since' | 'peerAddress' | 'isOfProxy' | 'proxyAddress' | 'linkNonce'
  >,
  socket: { send(text: string): void; close(code: number, reason: string): void },
): AgentLink {
  const { instanceId } = agent
  const open = new Map<string, OpenQuestion>()
  return {
    ...agent,
    ask(question) {
      if (open.size >= MAX_OPEN_QUESTIONS) {
        return Promise.reject(new Error(`${instanceId} has too many unanswered questions`))
      }
      const exchange = randomUUID()
      const answer = new Promise<AgentAnswer>((resolve, reject) => {
        const late = setTimeout(() => {
          open.delete(exchange)
          reject(new Error(`${instanceId} did not answer`))
        }, QUESTION_KEPT_MS)
        open.set(exchange, { late, resolve, reject })
      })
      socket.send(JSON.stringify({ ...question, exchange }))
      return answer
    },
    send: (message) => socket.send(JSON.stringify(message)),
    settle(answer) {
      const question = open.get(answer.exchange)
      open.delete(answer.exchange)
      clearTimeout(question?.late)
      question?.resolve(answer)
      return question !== undefined
    },
    close: (code, reason) => socket.close(code, reason),
    closed() {
      for (const question of open.values()) {
        clearTimeout(question.late)
        question.reject(new Error('the agent link closed'))
      }
      open.clear()
    },
  }
}
