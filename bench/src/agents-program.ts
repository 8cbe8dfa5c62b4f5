import { linkBareAgent } from './bare-agent.ts'
import type { AgentIdentity } from './enrol-agents.ts'
import { inFlight } from './in-flight.ts'
import { linkSimulatedAgent, type LinkTarget } from './simulated-agent.ts'

// The process that holds many agents' links. Its parent says over the IPC channel which; it ends when told or orphaned.

export type LinkOrder =
  | {
      readonly kind: 'simulated'
      readonly target: LinkTarget
      readonly agents: readonly AgentIdentity[]
    }
  | {
      readonly kind: 'bare'
      readonly target: LinkTarget
      readonly instanceIds: readonly string[]
    }

/** Links proving their keys at once: less than what the server makes wait. */
const HANDSHAKES = 64

process.on('disconnect', () => process.exit())
process.on('message', (order: LinkOrder) => {
  void linkAll(order).then(
    () => process.send?.('linked'),
    (error: unknown) => {
      process.stderr.write(`simulated agents: ${String(error)}\n`)
      process.exit(1)
    },
  )
})

async function linkAll(order: LinkOrder): Promise<void> {
  switch (order.kind) {
    case 'simulated':
      await inFlight(HANDSHAKES, order.agents, (agent) => linkSimulatedAgent(order.target, agent))
      return
    case 'bare':
      await inFlight(HANDSHAKES, order.instanceIds, (id) => linkBareAgent(order.target, id))
  }
}
