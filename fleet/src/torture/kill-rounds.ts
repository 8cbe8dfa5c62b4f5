import { setTimeout as sleep } from 'node:timers/promises'
import type { ControlPlane } from '../control-plane.ts'
import type { Battlefield } from './battlefield.ts'
import { planKills } from './kill-plan.ts'
import type { Attempt } from './push-history.ts'
import type { Random } from './random.ts'
import type { ServerPhase } from './tally.ts'
import type { TargetHost } from './target-host.ts'

/** Of all starts: killed before they are done, within so many milliseconds. */
const EARLY = { share: 0.1, serverMs: 800, agentMs: 350 }
/** No round waits longer for a first Success. */
const ALIVE_WITHIN_MS = 3000

/** One round: under load some die, what they left is checked, they start again at once, and the load goes on. */
export async function killRound(field: Battlefield): Promise<void> {
  const { load, oracle, hosts, random } = field
  const plan = planKills(hosts, random)
  await Promise.all([
    plan.server && sleep(plan.server.atMs).then(() => killServer(field)),
    ...plan.agents.map(async ({ host, atMs }) => {
      await sleep(atMs)
      await host.kill('running', field.history.inFlight())
    }),
  ])
  await Promise.all([
    plan.server === undefined ? oracle.check() : restartServer(field),
    ...plan.agents.map(({ host }) => restartAgent(host, random)),
  ])
  const since = performance.now()
  load.open()
  await alive(field, since)
}

async function killServer(field: Battlefield): Promise<void> {
  const { plane, load, history, oracle, tally, violations } = field
  if (!plane.isRunning) violations.add('I15', 'the server ended by itself', { log: tail(plane) })
  const inFlight = history.inFlight()
  load.shut()
  await plane.kill()
  tally.serverKills.running++
  await load.drained()
  oracle.serverDied()
  for (const attempt of inFlight) {
    if (!attempt.isRepeat) tally.serverCutOff(phaseOf(attempt, field))
  }
}

async function restartServer(field: Battlefield): Promise<void> {
  const { plane, oracle, tally, random, hosts, violations } = field
  while (random.isLucky(EARLY.share)) {
    const starting = plane.start().catch(() => undefined)
    await sleep(random.next() * EARLY.serverMs)
    await plane.kill()
    await starting
    tally.serverKills.starting++
    oracle.serverDied()
  }
  const startedAt = performance.now()
  try {
    await plane.start()
  } catch (error) {
    violations.add('I15', 'the server does not start', { log: tail(plane) })
    throw error
  }
  tally.serverStarts.push(performance.now() - startedAt)
  for (const host of hosts) host.serverReady()
  tally.closedIntents += oracle.checkClosed()
}

async function restartAgent(host: TargetHost, random: Random): Promise<void> {
  host.start()
  while (random.isLucky(EARLY.share)) {
    await sleep(random.next() * EARLY.agentMs)
    await host.kill('starting', [])
    host.start()
  }
}

/** The path is whole again: somebody was told Success since, and no agent but those who pause is on its way back. */
async function alive({ history, hosts }: Battlefield, since: number): Promise<void> {
  const isWhole = () =>
    history.lastSuccessAt >= since && hosts.every((host) => host.recorder.isLinkUp || host.isAway())
  while (!isWhole() && performance.now() - since < ALIVE_WITHIN_MS) await sleep(5)
}

function phaseOf({ push, answer }: Attempt, { oracle, hosts }: Battlefield): ServerPhase {
  if (answer.kind !== 'cut off') return 'answered'
  const records = oracle.trail.byFingerprint.get(push.fingerprint)
  if (records === undefined) return 'no intent'
  if (records.outcome !== undefined) return 'outcome, no answer'
  const host = hosts.find(({ enrolled }) => enrolled.instanceId === push.instanceId)
  return host?.recorder.holds(push) === true ? 'intent and key, no outcome' : 'intent, no key'
}

function tail(plane: ControlPlane): string {
  return plane.log().slice(-2000)
}
