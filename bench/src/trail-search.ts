import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { atMost, spreadOf, type Figure } from './figure.ts'
import { fillTrail, indexedRecords, type Filled } from './fill-trail.ts'
import { openConnections } from './http-connections.ts'
import { startMeasuredServer, type MeasuredServer } from './measured-server.ts'
import type { Question, Run } from './question.ts'
import { signedRequest } from './signed-request.ts'
import {
  addressOf,
  eventIdOf,
  fingerprintOf,
  hourAround,
  instanceOf,
  personOf,
} from './synthetic-trail.ts'

const NAME = 'trail'
/** Questions that do not count: they compile what will run, on both sides. */
const WARM_UP = 30

/**
 * How long it takes to find records in a trail of 10⁵, 10⁶ and 10⁷, through the API, one question at a time: nothing is cached but what SQLite and the
 * system keep. Each asks for something else every time, spread over the whole trail.
 */
export const trailSearch: Question = {
  name: 'trail-search',
  async ask(run) {
    const sizes = run.quick ? [1e4, 1e5] : sizesAsked()
    const figures: Figure[] = []
    const filled: Filled[] = []
    const file = `${run.dir}/${NAME}/data/fleetkey.db`
    await (await startMeasuredServer(run, { name: NAME, transport: 'plain' })).stop()
    for (const records of sizes) {
      run.say(`filling to ${records}`)
      // Between two of these are our own questions, which are on record too.
      filled.push(fillTrail(file, records, (text) => run.say(text)))
      const started = performance.now()
      const server = await startMeasuredServer(run, { name: NAME, transport: 'plain' })
      try {
        // oxlint-disable-next-line no-await-in-loop -- one size after the other
        const [before, after] = await indexed(file, records, run)
        figures.push(...indexFigures({ file, records, started, before, after }))
        // oxlint-disable-next-line no-await-in-loop
        figures.push(...(await searches(server, { records, filled }, run)))
      } finally {
        // oxlint-disable-next-line no-await-in-loop
        await server.stop()
      }
    }
    return figures
  },
}

/** `FLEETKEY_BENCH_RECORDS=1e6` stops there: 10⁷ take 20 GB of disk and some ten minutes. */
function sizesAsked(): readonly number[] {
  const largest = Number(process.env['FLEETKEY_BENCH_RECORDS'] ?? 1e7)
  return [1e5, 1e6, 1e7].filter((size) => size <= largest)
}

/** Waits until the server is through with it; how many were indexed at first and when it was done. */
async function indexed(
  file: string,
  records: number,
  run: Run,
): Promise<readonly [number, number]> {
  const before = indexedRecords(file)
  let last = before
  for (let tick = 0; last < records - 256; tick++) {
    await sleep(200)
    last = indexedRecords(file)
    if (tick % 50 === 0) run.say(`${last} of ${records} are indexed`)
  }
  return [before, performance.now()]
}

function indexFigures(found: {
  readonly file: string
  readonly records: number
  readonly started: number
  readonly before: number
  readonly after: number
}): readonly Figure[] {
  const { file, records, started, before, after } = found
  return [
    {
      what: `${power(records)} records: the server indexes`,
      unit: '/s',
      value: (records - before) / ((after - started) / 1000),
    },
    {
      what: `${power(records)} records: database`,
      unit: 'MB',
      value: statSync(file).size / 1e6,
    },
  ]
}

interface Asked {
  readonly what: string
  readonly service: 'cloudtrail' | 'fleetkey'
  /** `n` is a record somewhere in the trail, which begins at `start`. */
  readonly input: (n: number, start: number) => object
  /** Whether it must find something; a page of free text may find nothing. */
  readonly mustFind: boolean
  readonly most?: number
}

const by = (AttributeKey: string, value: (n: number) => string) => (n: number) => ({
  LookupAttributes: [{ AttributeKey, AttributeValue: value(n) }],
})
const filter = (Name: string, value: string) => ({ Name, Values: [value] })

const QUESTIONS: readonly Asked[] = [
  {
    what: 'LookupEvents by event id',
    service: 'cloudtrail',
    input: by('EventId', eventIdOf),
    mustFind: true,
    most: 50,
  },
  {
    what: 'LookupEvents by user',
    service: 'cloudtrail',
    input: by('Username', personOf),
    mustFind: true,
    most: 50,
  },
  {
    what: 'LookupEvents by instance',
    service: 'cloudtrail',
    input: by('ResourceName', instanceOf),
    mustFind: true,
    most: 50,
  },
  {
    what: 'LookupEvents by user in an hour',
    service: 'cloudtrail',
    input: (n, start) => ({ ...by('Username', personOf)(n), ...hourAround(n, start) }),
    mustFind: true,
    most: 50,
  },
  {
    what: 'LookupEvents by what is not there',
    service: 'cloudtrail',
    input: by('Username', (n) => `nobody-${n}`),
    mustFind: false,
    most: 50,
  },
  {
    what: 'LookupEvents, newest',
    service: 'cloudtrail',
    input: () => ({}),
    mustFind: true,
    most: 50,
  },
  {
    what: 'SearchEvents by fingerprint',
    service: 'fleetkey',
    input: (n) => ({ Filters: [filter('fingerprint', fingerprintOf(n))] }),
    mustFind: true,
    most: 50,
  },
  {
    what: 'SearchEvents by person, instance and tag',
    service: 'fleetkey',
    input: (n) => ({
      Filters: [
        filter('principal', `sre/${personOf(n)}`),
        filter('instance', instanceOf(n)),
        filter('tag:Name', `web-${Number.parseInt(instanceOf(n).slice(2), 16)}`),
      ],
    }),
    mustFind: true,
    most: 50,
  },
  {
    what: 'SearchEvents by denial and network /24, oldest first',
    service: 'fleetkey',
    input: (n) => ({
      Filters: [
        filter('outcome', 'denied'),
        filter('source-address', addressOf(n).replace(/\d+$/, '0/24')),
      ],
      Order: 'oldest',
    }),
    mustFind: false,
    most: 50,
  },
  {
    what: 'SearchEvents by two that are never together, one page',
    service: 'fleetkey',
    input: () => ({
      Filters: [filter('event-name', 'DescribeInstances'), filter('read-only', 'false')],
    }),
    mustFind: false,
    most: 100,
  },
  {
    what: 'SearchEvents by text, one page',
    service: 'fleetkey',
    input: (n) => ({ Text: `nowhere-${n}` }),
    mustFind: false,
    most: 100,
  },
]

async function searches(
  server: MeasuredServer,
  { records, filled }: { readonly records: number; readonly filled: readonly Filled[] },
  run: Run,
): Promise<readonly Figure[]> {
  const connections = openConnections(server)
  const times = run.quick ? 30 : 300
  const figures: Figure[] = []
  try {
    for (const { what, service, input, mustFind, most } of QUESTIONS) {
      run.say(`${what}, of ${records}`)
      const milliseconds: number[] = []
      for (let time = -WARM_UP; time < times; time++) {
        // Each from another place, none asked twice.
        const n = seqAt(filled, ((time + WARM_UP) * 0.618_034) % 1)
        const target =
          service === 'cloudtrail'
            ? 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents'
            : 'Fleetkey.SearchEvents'
        const request = signedRequest(server, {
          service,
          target,
          input: { MaxResults: 50, ...input(n, filled[0]?.start ?? 0) },
        })
        const start = performance.now()
        // oxlint-disable-next-line no-await-in-loop -- one at a time is what is asked
        const answer = await connections.post(request)
        if (time >= 0) milliseconds.push(performance.now() - start)
        const { Events } = JSON.parse(answer) as { readonly Events: readonly unknown[] }
        if (mustFind && Events.length === 0) throw new Error(`${what}: nothing found for ${n}`)
      }
      const spread = spreadOf(milliseconds)
      figures.push({
        what: `${power(records)} records: ${what}: p99`,
        unit: 'ms',
        value: spread.p99,
        spread,
        ...(most === undefined ? {} : { target: atMost(most) }),
      })
    }
  } finally {
    connections.close()
  }
  return figures
}

/** @param share of all of them, from 0 to 1 */
function seqAt(filled: readonly Filled[], share: number): number {
  const lengths = filled.map(({ first, last }) => last - first + 1)
  let rest = Math.floor(share * lengths.reduce((sum, length) => sum + length, 0))
  for (const [index, length] of lengths.entries()) {
    if (rest < length) return (filled[index]?.first ?? 0) + rest
    rest -= length
  }
  throw new Error('there is nothing in the trail')
}

const power = (records: number): string =>
  `10${'⁰¹²³⁴⁵⁶⁷⁸⁹'[Math.round(Math.log10(records))] ?? ''}`
