import type { AgentRefusalCode } from '@fleetkey/wire/agent/agent-messages'

/** An expected no. `message` is for the person who asked: what to do next, never a secret. */
export class GrantRefusal extends Error {
  readonly code: AgentRefusalCode

  constructor(code: AgentRefusalCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'GrantRefusal'
    this.code = code
  }
}

/** The grant, or the order of a tunnel, is not to be believed, or not for here and now. */
export const notValid = (message: string) => new GrantRefusal('grant-not-valid', message)
