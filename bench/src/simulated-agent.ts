import { createPrivateKey, randomBytes } from 'node:crypto'
import { decodeStatement, encodeStatement } from '@fleetkey/wire/agent/statement'
import { grantStatement } from '@fleetkey/wire/agent/grant-statement'
import { acknowledgementStatement, linkProofStatement } from '@fleetkey/wire/agent/link-statements'
import { AGENT_LINK_PATH, AGENT_SUBPROTOCOL } from '@fleetkey/wire/agent/agent-link'
import { parseServerMessage, type ServerMessage } from '@fleetkey/wire/agent/server-messages'
import type { AgentMessage } from '@fleetkey/wire/agent/agent-messages'
import type { Signed } from '@fleetkey/wire/agent/signed'
import { WebSocket } from 'ws'
import { sha256Base64, signStatement } from './agent-key.ts'
import { SIMULATED_FACTS, type AgentIdentity } from './enrol-agents.ts'
import { untilOpen } from './until-open.ts'

const BOOT_ID = '00000000-0000-4000-8000-000000000000'

/** Where agents find a server. */
export interface LinkTarget {
  /** http: or https: */
  readonly url: string
  readonly ca?: string | undefined
}

/**
 * Links one agent that proves its key and acknowledges every grant at once with a real signature. It checks no grant and installs no
 * key: the time of a push is then the server's alone. Resolves when the server has welcomed it.
 */
export function linkSimulatedAgent(target: LinkTarget, identity: AgentIdentity): Promise<void> {
  const { instanceId } = identity
  const key = createPrivateKey(identity.privateKey)
  const socket = new WebSocket(
    `${target.url.replace('http', 'ws')}${AGENT_LINK_PATH}`,
    AGENT_SUBPROTOCOL,
    { perMessageDeflate: false, ...(target.ca === undefined ? {} : { ca: target.ca }) },
  )
  const { isOpen, opened } = untilOpen(socket)
  const say = (message: AgentMessage) => socket.send(JSON.stringify(message))
  socket.on('message', (data: Buffer) => {
    const message = parseServerMessage(data.toString('utf8'))
    if (message === undefined) throw new Error('the server sent no message of the protocol')
    if (message.kind === 'welcome') opened()
    else answer(message)
  })
  return isOpen

  function answer(message: ServerMessage) {
    switch (message.kind) {
      case 'challenge': {
        const { deployment, challenge } = message
        const proof = { deployment, instanceId, challenge, bootId: BOOT_ID }
        const signed = signStatement(key, encodeStatement(linkProofStatement, proof))
        return say({ kind: 'hello', proof: signed, facts: SIMULATED_FACTS })
      }
      case 'prepare': {
        const { exchange } = message
        return say({
          kind: 'prepared',
          exchange,
          nonce: randomBytes(16).toString('hex'),
          uid: 1001,
        })
      }
      case 'install': {
        const { exchange, grant } = message
        return say({ kind: 'installed', exchange, acknowledgement: acknowledge(grant) })
      }
      case 'welcome':
      case 'revoke':
      case 'tunnel':
      case 'examine':
      case 'mend':
      case 'explain':
      case 'end-session':
      case 'rules':
      case 'rules-heard':
      case 'stored':
      case 'signers':
    }
  }

  function acknowledge({ statement }: Signed): Signed {
    const grant = decodeStatement(grantStatement, statement)
    if (grant === undefined) throw new Error('the server sent no grant')
    const acknowledgement = encodeStatement(acknowledgementStatement, {
      instanceId,
      grantId: grant.grantId,
      grantHash: sha256Base64(statement),
      deadline: grant.ttl * 100,
      bootId: BOOT_ID,
    })
    return signStatement(key, acknowledgement)
  }
}
