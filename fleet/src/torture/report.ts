import type { PushHistory } from './push-history.ts'
import type { Tally } from './tally.ts'
import type { Violation } from './violations.ts'

export interface TortureReport {
  readonly seed: number
  readonly tally: Tally
  readonly history: PushHistory
  readonly trailLength: number
  readonly keysSeen: number
  readonly violations: readonly Violation[]
  readonly seconds: number
}

/** For a person, a line each. */
export function formatReport(report: TortureReport): string {
  const { tally, history, violations, seconds } = report
  const { serverKills, agentKills, deadKeys, kills } = tally
  const attempts = history.pushes.flatMap((push) => push.attempts)
  const cutOff = attempts.filter(({ answer }) => answer.kind === 'cut off').length
  const repeats = attempts.filter(({ isRepeat }) => isRepeat).length
  const bound = violations.length === 0 ? `, so fewer than ${percent(3 / kills)} (3/n, 95 %)` : ''
  return [
    `seed          ${report.seed}`,
    `kills         ${kills} in ${seconds.toFixed(0)} s (${(seconds / kills).toFixed(2)} s each)`,
    `  server      ${serverKills.running} running, ${serverKills.starting} starting`,
    `  agent       ${agentKills.linked} linked, ${agentKills.away} between links, ${agentKills.starting} starting`,
    `pushes        ${history.pushes.length}, ${attempts.length} sendings (${repeats} of bytes sent before), ${cutOff} cut off`,
    `  answers     ${counted(attempts.map(({ answer }) => (answer.kind === 'refused' ? answer.code : answer.kind)))}`,
    `  cut by server's death: ${listed(tally.serverPhases)}`,
    `  cut by agent's death:  ${listed(tally.agentPhases)}`,
    `logins        ${tally.logins} good at once, ${tally.excusedLogins} overtaken by a start of the agent`,
    `  dead agents' keys: helper asked for ${deadKeys.live} live, ${deadKeys.over} over; sshd took ${deadKeys.taken} at once, refused ${deadKeys.refused} after 61 s`,
    `keys          ${report.keysSeen} seen on hosts, each with its intent`,
    `trail         ${report.trailLength} records; ${tally.closedIntents} cut off and closed as OutcomeUnknown`,
    `server ready  ${times(tally.serverStarts)}`,
    `agent linked  ${times(tally.agentStarts)} after its start`,
    `agent back    ${times(tally.agentReturns)} after the server was ready, by itself`,
    `violations    ${violations.length} in ${kills} kills${bound}`,
    ...violations.slice(0, 50).map((each) => `  ${JSON.stringify(each)}`),
  ].join('\n')
}

function counted(words: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return listed(counts)
}

function listed(counts: ReadonlyMap<string, number>): string {
  const parts = [...counts].toSorted(([, a], [, b]) => b - a).map(([name, n]) => `${n} ${name}`)
  return parts.length === 0 ? 'none' : parts.join(', ')
}

function times(ms: readonly number[]): string {
  const sorted = ms.toSorted((a, b) => a - b)
  const at = (share: number) =>
    `${Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0)}`
  return `median ${at(0.5)}, p95 ${at(0.95)}, longest ${at(1)} ms (${sorted.length})`
}

function percent(share: number): string {
  return `${(share * 100).toPrecision(2)} %`
}
