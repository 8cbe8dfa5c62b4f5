import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { atMost, medianFigure, spreadOf } from './figure.ts'
import { fleetkeyJson } from '@fleetkey/fleet/fleetkey'
import { plainEnvironment } from '@fleetkey/fleet/run-program'
import { sshArguments, type KeyPair } from '@fleetkey/fleet/ssh'
import { hookCost } from './hook-cost.ts'
import { OS_USER, startHostUnderTest, type HostUnderTest } from './host-under-test.ts'
import type { Question } from './question.ts'
import { allowStaticLogin } from './static-login.ts'

const LIMIT_MS = 10_000

/**
 * How long after sshd has let somebody in that is durably on record: from the moment that PAM told the hook (on the host's boot clock, which
 * shows hundredths of a second) until another connection to the database sees it, which is after the commit. And what the hook adds to a
 * login (hook-cost.ts).
 */
export const sessionRecord: Question = {
  name: 'session-record',
  async ask(run) {
    const under = await startHostUnderTest(run)
    const database = new DatabaseSync(`${run.dir}/server/data/fleetkey.db`, { readOnly: true })
    try {
      const standing = await allowStaticLogin(under, run.dir)
      await standing.time() // warms up
      run.say('logging in')
      const delays: number[] = []
      for (let turn = 0; turn < (run.quick ? 20 : 200); turn++) {
        const before = countOf(database)
        const login = standing.time()
        delays.push(await delayOfNext(database, before))
        await login
      }
      run.say('ending')
      const ends: number[] = []
      for (let turn = 0; turn < (run.quick ? 3 : 20); turn++)
        ends.push(await timeEnd(under, standing.key, run.dir))
      await under.agent.stopAgent()
      run.say('with the hook, and without')
      const cost = await hookCost(under, standing.time, run.quick ? 12 : 40)
      const spread = spreadOf(delays)
      return [
        medianFigure('from login to durable record: p50', 'ms', {
          values: delays,
          target: atMost(1000),
        }),
        {
          what: 'from login to durable record: p99',
          unit: 'ms',
          value: spread.p99,
          target: atMost(1000),
        },
        medianFigure('`fleetkey sessions end ID`, until the client is gone', 'ms', {
          values: ends,
          target: atMost(5000),
        }),
        ...cost,
      ]
    } finally {
      database.close()
      await under.stop()
    }
  },
}

function countOf(database: DatabaseSync): number {
  const sql = `select count(*) as count from trail where event_name = 'SessionStarted'`
  return Number(database.prepare(sql).get()?.['count'])
}

/** Milliseconds. */
async function delayOfNext(database: DatabaseSync, before: number): Promise<number> {
  const deadline = Date.now() + LIMIT_MS
  while (countOf(database) === before) {
    if (Date.now() > deadline) throw new Error('a login was not recorded')
    await sleep(1)
  }
  const seen = Date.now()
  const sql = `select record from trail where event_name = 'SessionStarted' order by seq desc limit 1`
  const record = JSON.parse(String(database.prepare(sql).get()?.['record'])) as {
    readonly additionalEventData: { readonly hostTime: string }
  }
  return seen - Date.parse(record.additionalEventData.hostTime)
}

/** Of a session that has left work behind. */
async function timeEnd(under: HostUnderTest, key: KeyPair, dir: string): Promise<number> {
  const words = sshArguments(under.host, {
    user: OS_USER,
    identityFile: key.identityFile,
    knownHostsFile: `${dir}/known_hosts`,
    command: 'setsid sleep 900 & echo ready; sleep 900',
  })
  const client = spawn('ssh', words, {
    env: plainEnvironment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(client, 'close')
  await once(client.stdout, 'data')
  const env = { env: under.plane.root }
  const find = async () =>
    (await fleetkeyJson(['sessions', 'list'], env)) as { sessionId: string }[]
  let open = await find()
  for (; open.length === 0; open = await find());
  const start = performance.now()
  await fleetkeyJson(['sessions', 'end', open[0]?.sessionId ?? ''], env)
  await gone
  return performance.now() - start
}
