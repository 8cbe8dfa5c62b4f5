import { answersOf, asAnswer, optionalTextOf, textOf, type Answer } from '../api/answer.ts'
import { Failure } from '../failure.ts'
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

/**
 * One line for what was done, one for each host, and what else there is to know. Then throws where a host that is there does not follow
 * it: the change is made, and a script must not take it for one that is in force.
 */
export function printChange(
  screen: Screen,
  format: OutputFormat,
  { done, change }: { readonly done: string; readonly change: ChangeTold },
): void {
  if (format === 'json') screen.out(`${printableJson(change)}\n`)
  else printLines(screen, done, change)
  const unmoved = change.hosts.filter(({ state }) => state === 'failed' || state === 'unable')
  if (unmoved.length === 0) return
  throw new Failure('instanceUnavailable', 'The change is made, and not in force on every host.', {
    why: unmoved.map(({ says }) => says),
    todo: [
      'Mend what they say. They are told again when their link is new, and by the next change.',
    ],
  })
}

function printLines(screen: Screen, done: string, { hosts, warning }: ChangeTold): void {
  screen.out(`${printable(done)}\n`)
  for (const { instanceId, state, says } of hosts) {
    screen.out(`  ${printable(`${instanceId}  ${state.padEnd(6)}  ${says}`)}\n`)
  }
  if (warning !== undefined) screen.err(`note: ${printable(warning)}\n`)
}
