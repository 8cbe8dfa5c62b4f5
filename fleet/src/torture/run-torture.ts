import { join } from 'node:path'
import { generateKey } from '../ssh.ts'
import { openTestFleet, type TestFleet } from '../test-fleet.ts'
import { until } from '../until.ts'
import { checkKeysOfTheDead, checkMinuteOfTheDead, type KeptKey } from './dead-agents-keys.ts'
import { killRound, type Battlefield } from './kill-rounds.ts'
import { Load } from './load.ts'
import { Oracle } from './oracle.ts'
import { PushClient } from './push-client.ts'
import { PushHistory, type Push } from './push-history.ts'
import { createRandom } from './random.ts'
import type { TortureReport } from './report.ts'
import { fingerprintOf, signPush } from './signed-push.ts'
import { Tally } from './tally.ts'
import { TargetHost } from './target-host.ts'
import { Violations } from './violations.ts'

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
const CLIENTS = 8
/** A host takes 32 live keys for each. */
const USERS = ['ec2-user', 'deploy', 'ada', 'bo', 'cy', 'di', 'ed', 'fay', 'gus', 'hal'] as const
const KEPT_PER_HOST = 4
/** More of them would say the same. */
const ENOUGH_VIOLATIONS = 20
/** Long enough for an agent with the longest pause between its tries. */
const LINK_WITHIN_MS = 45_000

/**
 * kill -9 for a control plane and the agents of real hosts, again and again, at moments that the seed chooses, while clients push. An
 * oracle outside the product joins what clients read, what lies on hosts and what stands in the database file.
 */
export async function runTorture(options: TortureOptions): Promise<TortureReport> {
  const { seed, tell } = options
  const startedAt = performance.now()
  const fleet = await openTestFleet({
    hosts: Object.fromEntries(HOSTS.map((name) => [name, {}])),
    users: USERS,
  })
  const violations = new Violations(tell)
  const tally = new Tally()
  const history = new PushHistory()
  const random = createRandom(seed)
  const hosts = Object.values(fleet.hosts).map((each) => new TargetHost(each, tally, violations))
  const recorders = hosts.map(({ recorder }) => recorder)
  const client = new PushClient(fleet.plane, history)
  const file = join(fleet.dir, 'server', 'data', 'fleetkey.db')
  const oracle = new Oracle({ file, history, hosts: recorders, violations })
  const credentials = fleet.plane.root
  const shared = { hosts, history, tally, violations }
  const load = new Load({
    ...shared,
    clients: CLIENTS,
    users: USERS,
    client,
    credentials,
    random: random.fork(),
    dir: fleet.dir,
  })
  const field: Battlefield = { ...shared, plane: fleet.plane, load, oracle, random: random.fork() }
  try {
    await warmUp(field)
    try {
      await fight(field, options)
      const kept = options.waitsForDeadlines ? await pushKeptKeys(field, { fleet, client }) : []
      await bury(field)
      await checkMinuteOfTheDead(kept, violations)
      if (options.waitsForDeadlines) await checkKeysOfTheDead(hosts, violations)
    } catch (error) {
      const why = error instanceof Error ? error.stack : error
      violations.add('run', 'the run broke off', { why })
    }
    return {
      seed,
      tally,
      history,
      trailLength: oracle.trail.length,
      keysSeen: recorders.reduce((count, { seen }) => count + seen.size, 0),
      violations: violations.list,
      seconds: (performance.now() - startedAt) / 1000,
    }
  } finally {
    await load.end().catch(() => undefined)
    client.close()
    for (const recorder of recorders) recorder.close()
    await fleet.close()
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
    const elapsed = performance.now() - startedAt
    if (signal?.aborted === true || elapsed > withinMs) break
    await killRound(field)
    if (tally.kills - told < 100) continue
    told = tally.kills
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
    tell(
      `${seconds} s: ${told} kills, ${history.pushes.length} pushes, ${history.successes} Success`,
    )
  }
}

/** The last kills: of everything, for good. */
async function bury({ load, plane, hosts, history, oracle, tally, violations }: Battlefield) {
  const inFlight = history.inFlight()
  load.shut()
  await Promise.all([plane.kill(), ...hosts.map((host) => host.kill('running', inFlight))])
  tally.serverKills.running++
  await load.drained()
  oracle.serverDied()
  oracle.checkAll()
  await checkKeysOfTheDead(hosts, violations)
}

/** Keys to log in with when all agents are dead. */
async function pushKeptKeys(
  { load, hosts, plane }: Battlefield,
  { fleet, client }: { readonly fleet: TestFleet; readonly client: PushClient },
): Promise<KeptKey[]> {
  load.shut()
  await load.drained()
  const linked = () => hosts.every(({ recorder }) => recorder.isLinkUp)
  await until('every agent is linked', linked, LINK_WITHIN_MS)
  const kept: KeptKey[] = []
  for (const host of hosts) {
    for (let n = 0; n < KEPT_PER_HOST; n++) {
      const osUser = USERS[n] ?? USERS[0]
      const key = await generateKey(fleet.dir, 'ed25519', `kept-${host.name}-${n}`)
      const { instanceId } = host.enrolled
      const { publicKey, identityFile } = key
      const push: Push = {
        instanceId,
        osUser,
        publicKey,
        fingerprint: fingerprintOf(publicKey),
        signed: signPush(plane.root, { instanceId, osUser, publicKey }),
        attempts: [],
      }
      const answer = await client.send(push)
      if (answer.kind === 'success')
        kept.push({ host, osUser, identityFile, at: performance.now() })
    }
  }
  return kept
}
