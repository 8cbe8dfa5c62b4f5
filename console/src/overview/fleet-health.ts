import type { ListedInstance } from '../views/instances/listed-instance.ts'

/** How a host stands, in the words of the map. */
export type HostState = 'connected' | 'impaired' | 'lost' | 'pending'

export const HOST_STATES: readonly HostState[] = ['connected', 'impaired', 'lost', 'pending']

/** Undefined for what is no more. */
export function hostState({ state, facts }: ListedInstance): HostState | undefined {
  switch (state) {
    case 'running':
      return facts !== undefined && facts.problems.length > 0 ? 'impaired' : 'connected'
    case 'stopped':
      return 'lost'
    case 'pending':
      return 'pending'
    default:
      return undefined
  }
}

/** Why somebody should look at a host. */
export interface Concern {
  readonly instance: ListedInstance
  readonly kind: 'lost' | 'problems' | 'not-locked' | 'old-agent'
  readonly says: string
}

/** The worst first; a host may have several. */
export function concernsOf(instances: readonly ListedInstance[]): readonly Concern[] {
  const versions = runningVersions(instances)
  const newest = newestOf(versions)
  const old = new Set([...versions].filter((each) => newest !== undefined && isOlder(each, newest)))
  const found = instances.flatMap((instance): Concern[] => {
    const { state, facts } = instance
    if (state === 'stopped')
      return [{ instance, kind: 'lost', says: 'Its agent is not connected.' }]
    if (state !== 'running' || facts === undefined) return []
    return [
      ...facts.problems.map((says): Concern => ({ instance, kind: 'problems', says })),
      ...(facts.lock.kind === 'open'
        ? [
            {
              instance,
              kind: 'not-locked' as const,
              says: `There are other ways in: ${facts.lock.ways.join(', ')}.`,
            },
          ]
        : []),
      ...(newest !== undefined && old.has(facts.agentVersion)
        ? [
            {
              instance,
              kind: 'old-agent' as const,
              says: `Its agent is ${facts.agentVersion}; others have ${newest}.`,
            },
          ]
        : []),
    ]
  })
  return found.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
}

const KINDS: readonly Concern['kind'][] = ['lost', 'problems', 'not-locked', 'old-agent']

/** Few, however many hosts have them. */
const runningVersions = (instances: readonly ListedInstance[]): ReadonlySet<string> =>
  new Set(
    instances.flatMap(({ state, facts }) =>
      state === 'running' && facts ? [facts.agentVersion] : [],
    ),
  )

const newestOf = (versions: ReadonlySet<string>): string | undefined =>
  [...versions].reduce<string | undefined>(
    (newest, each) => (newest === undefined || isOlder(newest, each) ? each : newest),
    undefined,
  )

/** By numbers, part by part: 0.9.1 is older than 0.10.0. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(/[.+-]/).map(Number))
  for (let index = 0; index < Math.max(a?.length ?? 0, b?.length ?? 0); index++) {
    const [one, other] = [a?.[index] ?? 0, b?.[index] ?? 0]
    // What is no number is not compared.
    if (Number.isNaN(one) || Number.isNaN(other)) return false
    if (one !== other) return one < other
  }
  return false
}
