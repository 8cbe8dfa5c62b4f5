import type { HostFacts } from '@fleetkey/domain/host-facts'
import { linkProofStatement } from '@fleetkey/wire/agent/link-statements'
import type { AgentMessage } from '@fleetkey/wire/agent/agent-messages'
import type { ServerMessage } from '@fleetkey/wire/agent/server-messages'
import { encodeStatement, isBytes32 } from '@fleetkey/wire/agent/statement'
import type { Identity } from './identity.ts'

/** Answers a challenge of our own deployment; throws for any other, so that no server collects proofs for somebody else. */
export function hello(
  challenge: Extract<ServerMessage, { kind: 'challenge' }>,
  agent: {
    readonly identity: Identity
    readonly enrolment: { readonly deployment: string; readonly instanceId: string }
    readonly bootId: string
    readonly facts: HostFacts
    readonly linkNonce: string
  },
): AgentMessage {
  const { deployment, instanceId } = agent.enrolment
  if (challenge.deployment !== deployment) {
    throw new Error('a challenge of another deployment than the one this host joined')
  }
  if (!isBytes32(challenge.challenge)) throw new Error('a challenge that is not 32 bytes')
  const proof = encodeStatement(linkProofStatement, {
    deployment,
    instanceId,
    challenge: challenge.challenge,
    bootId: agent.bootId,
  })
  const { facts, linkNonce } = agent
  return { kind: 'hello', proof: agent.identity.sign(proof), facts, linkNonce }
}
