import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { killNow } from '@fleetkey/fleet/process-tree'
import { agentMemory } from './agent-memory.ts'
import { ansible } from './ansible.ts'
import { browserTerminal } from './browser-terminal.ts'
import { cli } from './cli.ts'
import { consolePages } from './console-pages.ts'
import { decisions } from './decisions.ts'
import type { Figure } from './figure.ts'
import { linkMemory } from './link-memory.ts'
import { login } from './login.ts'
import { pushLatency } from './push-latency.ts'
import { pushRate } from './push-rate.ts'
import { ownProcesses } from './process-figures.ts'
import type { Question } from './question.ts'
import { reason } from './reason.ts'
import { sessionRecord } from './session-record.ts'
import { table } from './table.ts'
import { terminalGateway } from './terminal-gateway.ts'
import { terminalMemory } from './terminal-memory.ts'
import { trailRecord } from './trail-record.ts'
import { trailVerify } from './trail-verify.ts'
import { trailSearch } from './trail-search.ts'
import { tunnelMemory } from './tunnel-memory.ts'
import { tunnel } from './tunnel.ts'

const QUESTIONS: readonly Question[] = [
  login,
  pushLatency,
  pushRate,
  sessionRecord,
  reason,
  linkMemory,
  agentMemory,
  cli,
  decisions,
  tunnel,
  tunnelMemory,
  ansible,
  browserTerminal,
  terminalGateway,
  terminalMemory,
  consolePages,
  trailRecord,
  trailVerify,
  trailSearch,
]

const HELP = `bench: how fast and how large Fleetkey is, against the targets of its design

usage: npm run bench -- [QUESTION…] [--quick] [--profile DIR]

  QUESTION       ${QUESTIONS.map(({ name }) => name).join(', ')}; default: all
  --quick        fewer repetitions: to see that it works
  --profile DIR  servers leave V8 CPU profiles there (they cost speed: do not keep those figures)

Prints one Markdown table. Figures compare things measured in turns in one run; never take them from two. Needs root for
the questions that log in to a host.
`

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
process.exitCode = await main(process.argv.slice(2))

/** 0 when all questions were answered, whatever the answers; 1 when one could not be; 2 for a wrong command line. */
async function main(argv: readonly string[]): Promise<number> {
  let options
  try {
    options = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        profile: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\n`)
    return 2
  }
  const { values, positionals: names } = options
  const unknown = names.filter((name) => !QUESTIONS.some((question) => question.name === name))
  if (values.help || unknown.length > 0) {
    process.stdout.write(HELP)
    return unknown.length > 0 ? 2 : 0
  }
  const asked = QUESTIONS.filter(({ name }) => names.length === 0 || names.includes(name))
  const profileDir = values.profile === undefined ? undefined : resolve(values.profile)
  if (profileDir !== undefined) await mkdir(profileDir, { recursive: true })
  const before = machine()
  const { answers, failed } = await askAll(asked, { quick: values.quick, profileDir })
  process.stdout.write(`${before}${values.quick ? ' Quick run.' : ''}\n\n${table(answers)}\n`)
  return failed ? 1 : 0
}

async function askAll(
  questions: readonly Question[],
  options: { readonly quick: boolean; readonly profileDir: string | undefined },
) {
  const answers = new Map<string, readonly Figure[]>()
  let failed = false
  for (const { name, ask } of questions) {
    const dir = await mkdtemp(join(tmpdir(), 'fleetkey-bench-'))
    const removeAtExit = () => removeNow(dir)
    process.on('exit', removeAtExit)
    const say = (text: string) => process.stderr.write(`${name}: ${text}\n`)
    try {
      say('…')
      const figures = await ask({ ...options, dir, say })
      answers.set(name, figures)
      say(`\n${table(new Map([[name, figures]]))}`)
    } catch (error) {
      failed = true
      say(
        `not answered: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
    } finally {
      await rm(dir, { recursive: true, force: true })
      process.off('exit', removeAtExit)
    }
  }
  return { answers, failed }
}

/** When a run is cut short: hosts and forked programs end by themselves, servers and files do not. */
function removeNow(dir: string): void {
  for (const server of ownProcesses('main.ts server')) killNow(server)
  rmSync(dir, { recursive: true, force: true })
}

/** Where and when, with the load of the last minute: figures of a busy machine are not to be believed. */
function machine(): string {
  const model = (cpus()[0]?.model ?? 'unknown processor').trim()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const load = (loadavg()[0] ?? 0).toFixed(1)
  const at = new Date().toISOString().slice(0, 16).replace('T', ' ')
  return `${at} UTC, ${availableParallelism()} × ${model}, ${memory}, Node ${process.version}, load before ${load}.`
}
