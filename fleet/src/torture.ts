import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { missingPrerequisites } from './prerequisites.ts'
import { formatReport } from './torture/report.ts'
import { runTorture } from './torture/run-torture.ts'

const HELP = `npm run torture: kill -9, thousands of times, on real hosts under load

usage: npm run torture [-- --kills N --seed N --minutes N]

  --kills N    default 2000, some 0.5 s each
  --seed N     the same choices again; default: any
  --minutes N  ends earlier; default: a day

Exit code 1 when any promise was broken; each time is printed with its evidence.
`

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '2000' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      minutes: { type: 'string', default: '1440' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  const missing = missingPrerequisites()
  if (missing.length > 0) {
    process.stderr.write(`real hosts need ${missing.join(', ')}\n`)
    return 2
  }
  const stop = new AbortController()
  // The round that runs is finished, so that nothing stays behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
  const tell = (line: string) => void process.stdout.write(`${line}\n`)
  const seed = wholeNumber('seed', values.seed)
  tell(`seed ${seed}`)
  const report = await runTorture({
    kills: wholeNumber('kills', values.kills),
    seed,
    withinMs: wholeNumber('minutes', values.minutes) * 60_000,
    waitsForDeadlines: true,
    tell,
    signal: stop.signal,
  })
  tell(formatReport(report))
  return report.violations.length === 0 ? 0 : 1
}

/** A run of NaN kills would be a green one. */
function wholeNumber(name: string, text: string): number {
  if (!/^[0-9]{1,10}$/.test(text)) throw new Error(`--${name} takes a whole number, not ${text}`)
  return Number(text)
}
