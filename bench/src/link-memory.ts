import { startAgents } from './agents-process.ts'
import { enrolAgents, type AgentIdentity } from './enrol-agents.ts'
import { atMost, type Figure } from './figure.ts'
import { startMeasuredServer } from './measured-server.ts'
import { memoryWithoutGarbage } from './process-figures.ts'
import type { Question, Run } from './question.ts'

const KIBIBYTE = 1024
/** Greatest that design §10 allows, KiB per link. */
const TARGETS = { plain: 8, tls: 55 } as const

/**
 * What an idle agent link costs the server's process: the difference of its resident memory between few links and many, garbage
 * collected. Memory of the kernel's sockets is not in it.
 */
export const linkMemory: Question = {
  name: 'link-memory',
  async ask(run) {
    const [few, many] = run.quick ? [300, 900] : [1000, 5000]
    const agents = await enrol(run, many)
    const figures: Figure[] = []
    for (const transport of ['plain', 'tls'] as const) {
      run.say(`${few} and ${many} links (${transport})`)
      const { before, after } = await memoryAround(run, {
        transport,
        first: agents.slice(0, few),
        more: agents.slice(few),
      })
      figures.push({
        what: `memory per idle agent link, ${transport} (${few} → ${many} links)`,
        unit: 'KiB',
        value: (after - before) / (many - few) / KIBIBYTE,
        target: atMost(TARGETS[transport]),
      })
    }
    return figures
  },
}

/** Once, for both transports: a server finds the agents of its earlier life in its store. */
async function enrol(run: Run, count: number): Promise<readonly AgentIdentity[]> {
  const server = await startMeasuredServer(run, { name: 'server', transport: 'plain' })
  try {
    run.say(`enrolling ${count} agents`)
    return await enrolAgents(server, count)
  } finally {
    await server.stop()
  }
}

async function memoryAround(
  run: Run,
  parts: {
    readonly transport: 'plain' | 'tls'
    readonly first: readonly AgentIdentity[]
    readonly more: readonly AgentIdentity[]
  },
): Promise<{ readonly before: number; readonly after: number }> {
  const server = await startMeasuredServer(run, { name: 'server', transport: parts.transport })
  const agents = startAgents()
  try {
    await agents.link({ kind: 'simulated', target: server, agents: parts.first })
    const before = await memoryWithoutGarbage(server.pid)
    await agents.link({ kind: 'simulated', target: server, agents: parts.more })
    return { before, after: await memoryWithoutGarbage(server.pid) }
  } finally {
    await agents.stop()
    await server.stop()
  }
}
