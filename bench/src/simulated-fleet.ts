import { generateKeyPairSync } from 'node:crypto'
import { startAgents } from './agents-process.ts'
import { enrolAgents } from './enrol-agents.ts'
import type { HttpRequest } from './http-connections.ts'
import { startMeasuredServer, type MeasuredServer } from './measured-server.ts'
import type { Run } from './question.ts'
import { signedPush } from './signed-request.ts'
import { publicKeyText } from './agent-key.ts'

/** A real server with its store and everything on, and many simulated agents linked to it from another process. */
export interface SimulatedFleet {
  readonly server: MeasuredServer
  readonly instanceIds: readonly string[]
  /** This many pushes, to one agent after the other, signed now: use them within five minutes. */
  pushes(count: number): readonly HttpRequest[]
  stop(): Promise<void>
}

export async function startSimulatedFleet(
  run: Run,
  options: { readonly transport: 'plain' | 'tls'; readonly agents: number },
): Promise<SimulatedFleet> {
  const { transport } = options
  const server = await startMeasuredServer(run, { name: transport, transport })
  const agents = startAgents()
  const stop = async () => {
    await agents.stop()
    await server.stop()
  }
  try {
    run.say(`enrolling ${options.agents} agents (${transport})`)
    const identities = await enrolAgents(server, options.agents)
    await agents.link({ kind: 'simulated', target: server, agents: identities })
    const instanceIds = identities.map(({ instanceId }) => instanceId)
    const publicKey = sshPublicKey()
    let turn = 0
    const nextInstance = () => instanceIds[turn++ % instanceIds.length] ?? ''
    return {
      server,
      instanceIds,
      stop,
      pushes: (count) =>
        Array.from({ length: count }, () =>
          signedPush(server, { instanceId: nextInstance(), osUser: 'ec2-user', publicKey }),
        ),
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A new one, `ssh-ed25519 base64` (RFC 8709 §4). */
export function sshPublicKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  const parts = [Buffer.from('ssh-ed25519'), Buffer.from(publicKeyText(privateKey), 'base64')]
  const blob = Buffer.concat(parts.flatMap((part) => [Buffer.from([0, 0, 0, part.length]), part]))
  return `ssh-ed25519 ${blob.toString('base64')}`
}
