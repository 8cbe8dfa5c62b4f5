import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { missingPrerequisites } from './prerequisites.ts'
import { formatReport } from './torture/report.ts'
import { runTorture } from './torture/run-torture.ts'

const HELP = `npm run torture: kill -9, thousands of times, on real hosts under load

usage: npm run torture [-- --kills N --seed N --minutes N]

  --kills N    default 2000, some 0.5 s each
  --seed N     the same choices again; default: any
  --minutes N  ends earlier; default: never

Exit code 1 when any promise was broken; each time is printed with its evidence.
`

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    minutes: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
})
process.exitCode = values.help === true ? help() : await torture()

function help(): number {
  process.stdout.write(HELP)
  return 0
}

async function torture(): Promise<number> {
  const missing = missingPrerequisites()
  if (missing.length > 0) {
    process.stderr.write(`real hosts need ${missing.join(', ')}\n`)
    return 2
  }
  const stop = new AbortController()
  // The round that runs is finished, so that nothing stays behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
  const tell = (line: string) => void process.stdout.write(`${line}\n`)
  const { kills, seed, minutes } = values
  tell(`seed ${seed}`)
  const report = await runTorture({
    kills: Number(kills),
    seed: Number(seed),
    ...(minutes === undefined ? {} : { withinMs: Number(minutes) * 60_000 }),
    waitsForDeadlines: true,
    tell,
    signal: stop.signal,
  })
  tell(formatReport(report))
  return report.violations.length === 0 ? 0 : 1
}
