import { join } from 'node:path'
import { CHECKOUT } from '@fleetkey/fleet/fleetkey'
import { mustRun } from '@fleetkey/fleet/run-program'
import { spreadOf, type Figure } from './figure.ts'
import type { Question, Run } from './question.ts'

const PROGRAM = join(CHECKOUT, 'server', 'src', 'store', 'sqlite', 'append-rate.ts')

/** How many records of the trail become durable in a second, one after another and many at once. */
export const trailRecord: Question = { name: 'trail-record', ask }

async function ask(run: Run): Promise<readonly Figure[]> {
  const rounds = run.quick ? 1 : 5
  return [await rate(run, { atOnce: 1, rounds }), await rate(run, { atOnce: 1000, rounds })]
}

async function rate(run: Run, { atOnce, rounds }: { atOnce: number; rounds: number }) {
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    const file = join(run.dir, `${atOnce}-${round}.db`)
    const program = [
      process.execPath,
      PROGRAM,
      file,
      String(atOnce),
      run.quick ? '2' : '5',
    ] as const
    const { records, seconds } = JSON.parse(await mustRun(program, { timeoutMs: 60_000 })) as {
      records: number
      seconds: number
    }
    rates.push(records / seconds)
  }
  const spread = spreadOf(rates)
  const what = `records made durable in a second, ${atOnce} under way at once`
  return { what, value: spread.median, unit: '/s', spread }
}
