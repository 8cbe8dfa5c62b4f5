import type { Random } from './random.ts'
import type { TargetHost } from './target-host.ts'

/** What dies in a round, and when: milliseconds from the moment that the load runs. */
export interface KillPlan {
  readonly server: { readonly atMs: number } | undefined
  readonly agents: readonly { readonly host: TargetHost; readonly atMs: number }[]
}

/** Load before the first kill of a round, at most. */
const LOAD_MS = 120
/** Those that die together die within this time: a push takes some 10 ms. */
const TOGETHER_MS = 20
const SHARE = { server: 0.6, agent: 0.35, away: 0.8 }

/** At least one dies. */
export function planKills(hosts: readonly TargetHost[], random: Random): KillPlan {
  const start = random.next() * LOAD_MS
  const at = () => ({ atMs: start + random.next() * TOGETHER_MS })
  const agents = hosts
    .filter((host) => random.isLucky(host.isAway() ? SHARE.away : SHARE.agent))
    .map((host) => ({ host, ...at() }))
  const server = random.isLucky(SHARE.server) || agents.length === 0 ? at() : undefined
  return { server, agents }
}
