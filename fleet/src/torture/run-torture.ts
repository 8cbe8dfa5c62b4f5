import { openTestFleet } from '../test-fleet.ts'
import { takeField, type Battlefield } from './battlefield.ts'
import { checkKeysOfTheDead } from './dead-agents-keys.ts'
import { checkMinuteOfTheDead, pushKeptKeys } from './kept-keys.ts'
import { killRound } from './kill-rounds.ts'
import type { TortureReport } from './report.ts'

export interface TortureOptions {
  readonly kills: number
  readonly seed: number
  /** Ends earlier, with a whole report, after so many milliseconds. */
  readonly withinMs?: number
  /** Whether keys of killed agents are tried once more when their minute is over. */
  readonly waitsForDeadlines: boolean
  readonly tell: (line: string) => void
  /** Ends it after the round that runs. */
  readonly signal?: AbortSignal
}

const HOSTS = ['one', 'two', 'three'] as const
/** A host takes 32 live keys for each. */
const USERS = ['ec2-user', 'deploy', 'ada', 'bo', 'cy', 'di', 'ed', 'fay', 'gus', 'hal'] as const
const USERS_OF_KEPT_KEYS = USERS.slice(0, 4)
/** More of them would say the same. */
const ENOUGH_VIOLATIONS = 20

/**
 * kill -9 for a control plane and the agents of real hosts, again and again, at moments that the seed chooses, while clients push. An
 * oracle outside the product joins what clients read, what lies on hosts and what stands in the database file.
 */
export async function runTorture(options: TortureOptions): Promise<TortureReport> {
  const startedAt = performance.now()
  const fleet = await openTestFleet({
    hosts: Object.fromEntries(HOSTS.map((name) => [name, {}])),
    users: USERS,
  })
  let field: Battlefield | undefined
  try {
    field = takeField(fleet, { ...options, users: USERS })
    await endure(field, options)
    const { tally, history, oracle, violations, hosts } = field
    return {
      seed: options.seed,
      tally,
      history,
      trailLength: oracle.trail.length,
      keysSeen: hosts.reduce((count, { recorder }) => count + recorder.seen.size, 0),
      violations: violations.list,
      seconds: (performance.now() - startedAt) / 1000,
    }
  } finally {
    await field?.close()
    await fleet.close()
  }
}

/** A run that breaks off still has its report. */
async function endure(field: Battlefield, options: TortureOptions): Promise<void> {
  try {
    await warmUp(field)
    await fight(field, options)
    // Who asks for the end does not want another minute.
    const waitsForDeadlines = options.waitsForDeadlines && options.signal?.aborted !== true
    const kept = waitsForDeadlines ? await pushKeptKeys(field, USERS_OF_KEPT_KEYS) : []
    await bury(field)
    await checkMinuteOfTheDead(kept, field)
    if (waitsForDeadlines) await checkKeysOfTheDead(field)
  } catch (error) {
    const why = error instanceof Error ? error.stack : error
    field.violations.add('run', 'the run broke off', { why })
  }
}

/** What Node compiled is kept at an orderly end only. */
async function warmUp({ plane, hosts }: Battlefield): Promise<void> {
  await Promise.all(hosts.map(({ enrolled }) => enrolled.stopAgent()))
  await plane.stop()
  await plane.start()
  for (const host of hosts) {
    host.serverReady()
    host.start()
  }
}

async function fight(field: Battlefield, options: TortureOptions): Promise<void> {
  const { tally, violations, history, load } = field
  const { kills, tell, signal, withinMs = Number.POSITIVE_INFINITY } = options
  const startedAt = performance.now()
  let told = 0
  load.open()
  while (tally.kills < kills && violations.list.length < ENOUGH_VIOLATIONS) {
    const elapsedMs = performance.now() - startedAt
    if (signal?.aborted === true || elapsedMs > withinMs) break
    await killRound(field)
    if (tally.kills - told < 100) continue
    told = tally.kills
    const { pushes, successes } = history
    tell(
      `${(elapsedMs / 1000).toFixed(0)} s: ${told} kills, ${pushes.length} pushes, ${successes} Success`,
    )
  }
}

/** The last kills: of everything, for good. */
async function bury(field: Battlefield): Promise<void> {
  const { load, plane, hosts, history, oracle, tally } = field
  const inFlight = history.inFlight()
  load.shut()
  await Promise.all([plane.kill(), ...hosts.map((host) => host.kill('running', inFlight))])
  tally.serverKills.running++
  await load.drained()
  oracle.serverDied()
  oracle.checkAll()
  await checkKeysOfTheDead(field)
}
