import type { LinkOrder } from './agents-program.ts'
import { startProgram } from './forked-program.ts'

const LINK_TIMEOUT_MS = 180_000

/** A process of its own that holds the links of many agents. */
export interface AgentsProcess {
  readonly pid: number
  /** More links; resolves when all of them are up. */
  link(order: LinkOrder): Promise<void>
  /** Cuts them all. */
  stop(): Promise<void>
}

export function startAgents(): AgentsProcess {
  const program = startProgram(new URL('./agents-program.ts', import.meta.url))
  return {
    pid: program.pid,
    stop: () => program.stop(),
    async link(order) {
      const linked = program.nextMessage(LINK_TIMEOUT_MS)
      program.send(order)
      await linked
    },
  }
}
