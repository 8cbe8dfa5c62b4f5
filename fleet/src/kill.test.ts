import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { it } from 'node:test'
import { whyNoHosts } from './test-fleet.ts'
import { formatReport } from './torture/report.ts'
import { runTorture } from './torture/run-torture.ts'

// `npm run torture` in small. Another seed each time; the report says which.

it(
  'keeps every promise through fifty times kill -9 under load',
  { skip: whyNoHosts() ?? false, timeout: 180_000 },
  async (t) => {
    const report = await runTorture({
      kills: 50,
      seed: randomInt(2 ** 31),
      withinMs: 60_000,
      waitsForDeadlines: false,
      tell: (line) => t.diagnostic(line),
    })
    t.diagnostic(formatReport(report))
    assert.deepEqual(report.violations, [])
    // A run in which nothing was under way when it was cut off would prove nothing.
    assert.ok(report.history.successes > report.tally.kills, 'too little load')
    assert.ok(report.tally.serverPhases.size >= 2, 'no kill hit the path of a push')
  },
)
