import { answersOf, asAnswer, optionalTextOf, textOf, type Answer } from '../api/answer.ts'
import { printable, printableJson } from '../output.ts'
import type { OutputFormat, Screen } from '../screen.ts'

/** What became of a change on a host. */
export interface HostTold {
  readonly instanceId: string
  /** `done`, `away`, `unable` or `failed`. */
  readonly state: string
  readonly says: string
}

export interface ChangeTold {
  readonly hosts: readonly HostTold[]
  readonly warning: string | undefined
}

export function readChange(answer: Answer): ChangeTold {
  const ours = answer['Fleetkey'] === undefined ? {} : asAnswer(answer['Fleetkey'], 'Fleetkey')
  return {
    hosts: answersOf(ours, 'Hosts').map((host) => ({
      instanceId: textOf(host, 'InstanceId'),
      state: textOf(host, 'State'),
      says: textOf(host, 'Says'),
    })),
    warning: optionalTextOf(ours, 'Warning'),
  }
}

/** One line for what was done, one for each host, and what else there is to know. */
export function printChange(
  screen: Screen,
  format: OutputFormat,
  { done, change }: { readonly done: string; readonly change: ChangeTold },
): void {
  if (format === 'json') return screen.out(`${printableJson(change)}\n`)
  screen.out(`${printable(done)}\n`)
  for (const { instanceId, state, says } of change.hosts) {
    screen.out(`  ${printable(`${instanceId}  ${state.padEnd(6)}  ${says}`)}\n`)
  }
  if (change.warning !== undefined) screen.err(`note: ${printable(change.warning)}\n`)
}
