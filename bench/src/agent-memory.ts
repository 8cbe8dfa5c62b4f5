import { setTimeout as sleep } from 'node:timers/promises'
import { atMost } from './figure.ts'
import { startHostUnderTest } from './host-under-test.ts'
import { ownProcesses, residentMemory } from './process-figures.ts'
import type { Question } from './question.ts'

const MEGABYTE = 1_000_000

/**
 * Resident memory of one agent that is linked and idle, run from source. The part that is backed by files (the runtime) is shared
 * with whatever else runs the same Node.
 */
export const agentMemory: Question = {
  name: 'agent-memory',
  async ask(run) {
    const under = await startHostUnderTest(run)
    try {
      // The first start of all compiles; what counts is every later one.
      await under.agent.stopAgent()
      await under.agent.startAgent()
      await sleep(run.quick ? 5_000 : 20_000)
      const [pid] = ownProcesses('main.ts agent run')
      if (pid === undefined) throw new Error('the agent is gone')
      const { all, anonymous } = residentMemory(pid)
      return [
        { what: 'memory of an idle agent', unit: 'MB', value: all / MEGABYTE, target: atMost(60) },
        { what: 'of it not backed by files', unit: 'MB', value: anonymous / MEGABYTE },
      ]
    } finally {
      await under.stop()
    }
  },
}
