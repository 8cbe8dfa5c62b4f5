import { counted } from '../../ui/counted.ts'

/** What became of a change of rules on each host (docs/operate/security-groups.md). */
export interface HostTold {
  readonly instanceId: string
  readonly state: 'done' | 'away' | 'unable' | 'failed'
  readonly says: string
}

export interface ChangeTold {
  readonly hosts: readonly HostTold[]
  /** What the control plane says beside it. */
  readonly warning: string | undefined
}

/** The part of an answer that says so. */
export interface ChangeAnswer {
  readonly Fleetkey?: {
    readonly Hosts?: readonly {
      readonly InstanceId: string
      readonly State: HostTold['state']
      readonly Says: string
    }[]
    readonly Warning?: string
  }
}

export function readChange({ Fleetkey }: ChangeAnswer): ChangeTold {
  return {
    hosts: (Fleetkey?.Hosts ?? []).map(({ InstanceId, State, Says }) => ({
      instanceId: InstanceId,
      state: State,
      says: Says,
    })),
    warning: Fleetkey?.Warning,
  }
}

/** Several changes that were made one after the other: of each host, the last word. */
export function together(changes: readonly ChangeTold[]): ChangeTold {
  const hosts = new Map(
    changes.flatMap((change) => change.hosts.map((host) => [host.instanceId, host] as const)),
  )
  const warnings = new Set(changes.flatMap(({ warning }) => warning ?? []))
  return {
    hosts: [...hosts.values()],
    warning: warnings.size === 0 ? undefined : [...warnings].join(' '),
  }
}

/** Hosts that are there and do not follow: the change is made, and not in force on them. */
export const unmoved = ({ hosts }: ChangeTold): readonly HostTold[] =>
  hosts.filter(({ state }) => state === 'failed' || state === 'unable')

/** How many hosts are in each state, in words; `Done on 3 hosts, failed on 1 host`. */
export function changeText({ hosts }: ChangeTold): string {
  if (hosts.length === 0) return 'No instance has the group yet.'
  const count = (state: HostTold['state']) => hosts.filter((host) => host.state === state).length
  const parts = [
    [count('done'), 'done on'],
    [count('away'), 'told when its agent is back:'],
    [count('unable'), 'cannot be enforced on'],
    [count('failed'), 'failed on'],
  ] as const
  const text = parts
    .filter(([number]) => number > 0)
    .map(([number, words]) => `${words} ${counted(number, 'host')}`)
    .join(', ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
