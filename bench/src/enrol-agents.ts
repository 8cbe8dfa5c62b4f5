import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { HostFacts } from '@fleetkey/domain/host-facts'
import {
  parseEnrolmentAnswer,
  parseJoinToken,
  type EnrolmentRequest,
} from '@fleetkey/wire/agent/enrolment'
import { enrolmentProofStatement } from '@fleetkey/wire/agent/link-statements'
import { AGENT_ENROL_PATH } from '@fleetkey/wire/agent/agent-link'
import { encodeStatement } from '@fleetkey/wire/agent/statement'
import { publicKeyText, sha256Base64, signStatement } from './agent-key.ts'
import { openConnections, type HttpConnections } from './http-connections.ts'
import { inFlight } from './in-flight.ts'
import type { MeasuredServer } from './measured-server.ts'
import { signedRequest } from './signed-request.ts'

/** An agent that is enrolled and can prove it. */
export interface AgentIdentity {
  readonly instanceId: string
  /** PKCS #8, PEM. */
  readonly privateKey: string
}

/** What a simulated host says of itself. */
export const SIMULATED_FACTS: HostFacts = {
  hostname: 'simulated',
  os: 'Debian GNU/Linux 12 (bookworm)',
  architecture: 'x64',
  agentVersion: '0.1.0',
  addresses4: ['192.0.2.1'],
  addresses6: ['2001:db8::1'],
  sshAddresses: ['192.0.2.1', '2001:db8::1'],
  sshPort: 22,
  tunnelPorts: [22],
  sshdVersion: 'OpenSSH_9.2p1',
  hostKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGR3/1VLYMNE6VXKvSc/DqwuWvSyQGQKzkTJWkhBRuSw'],
  delivery: 'command',
  lock: { kind: 'locked' },
  problems: [],
}

/** Makes instances the way hosts become some: a join token each, made through the API, and an enrolment with a key of its own. */
export async function enrolAgents(server: MeasuredServer, count: number): Promise<AgentIdentity[]> {
  const connections = openConnections(server)
  try {
    const agents = Array.from({ length: count }, (_, number) => number)
    return await inFlight(32, agents, (number) => enrolAgent(server, connections, number))
  } finally {
    connections.close()
  }
}

async function enrolAgent(
  server: MeasuredServer,
  connections: HttpConnections,
  number: number,
): Promise<AgentIdentity> {
  const made = await connections.post(
    signedRequest(server, {
      service: 'fleetkey',
      target: 'Fleetkey.CreateJoinToken',
      input: { Name: `simulated-${number}` },
    }),
  )
  const { JoinToken } = JSON.parse(made) as { JoinToken: string }
  const secret = parseJoinToken(JoinToken)?.secret ?? ''
  const { privateKey } = generateKeyPairSync('ed25519')
  const answer = parseEnrolmentAnswer(
    JSON.parse(
      await connections.post({
        path: AGENT_ENROL_PATH,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(enrolmentRequest(secret, privateKey))),
      }),
    ),
  )
  if (answer === undefined) throw new Error('the server did not enrol a simulated agent')
  return {
    instanceId: answer.instanceId,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function enrolmentRequest(secret: string, key: KeyObject): EnrolmentRequest {
  const agentKey = publicKeyText(key)
  const proof = encodeStatement(enrolmentProofStatement, {
    tokenHash: sha256Base64(secret),
    agentKey,
  })
  return { secret, agentKey, proof: signStatement(key, proof), facts: SIMULATED_FACTS }
}
