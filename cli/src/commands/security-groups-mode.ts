import { MODE_TAG } from '@fleetkey/domain/security-group'
import { Argument, type Command } from 'commander'
import type { ApiClient } from '../api/api-client.ts'
import { answersOf, numberOf, textOf, timeOf } from '../api/answer.ts'
import { CREATE_TAGS, LIST_OBSERVED_INGRESS } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { printableJson, table } from '../output.ts'
import type { OutputFormat, Screen } from '../screen.ts'
import { findSecurityGroup } from '../security-group/find-security-group.ts'
import { printChange, readChange } from '../security-group/hosts-told.ts'
import type { ListedGroup } from '../security-group/list-security-groups.ts'
import { localTime } from '../time.ts'
import { MODES } from './security-groups-create.ts'

interface ModeFlags extends ListingFlags {
  readonly dryRun?: true
}

/** Connections that came to a host of the group and that no rule of today lets in. */
interface Observed {
  readonly instanceId: string
  readonly address: string
  readonly port: number
  readonly outcome: string
  readonly attempts: number
  /** Milliseconds since 1970. */
  readonly lastAt: number
}

/** `fleetkey security-groups mode` */
export function modeCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'mode', {
    summary:
      'Let a group only observe, or enforce it: then hosts cut new connections that no rule lets in. What stands is never cut.',
    examples: [
      'fleetkey security-groups mode office enforce --dry-run   # whom would it cut?',
      'fleetkey security-groups mode office enforce',
      'fleetkey security-groups mode office observe',
    ],
  })
  return withListingFlags(command)
    .argument('<group>', 'id or name')
    .addArgument(new Argument('<mode>', 'observe or enforce').choices(MODES))
    .option('--dry-run', 'change nothing; show who came and would be cut')
    .action(async (meant: string, mode: string, flags: ModeFlags) => {
      await withApi(screen, flags, async (api) => {
        const group = await findSecurityGroup(api, meant)
        if (flags.dryRun) {
          const observed = mode === 'enforce' ? await observedBy(api, group) : []
          return showObserved(screen, flags.output, observed)
        }
        const Tags = [{ Key: MODE_TAG, Value: mode }]
        const answer = await api.call(CREATE_TAGS, { Resources: [group.groupId], Tags })
        const done = mode === 'enforce' ? 'is enforced' : 'observes'
        printChange(screen, flags.output, {
          done: `${group.name} ${done}.`,
          change: readChange(answer),
        })
      })
    })
}

async function observedBy(
  api: Pick<ApiClient, 'call'>,
  { instanceIds }: ListedGroup,
): Promise<readonly Observed[]> {
  const all = await Promise.all(
    instanceIds.map(async (instanceId) => {
      const answer = await api.call(LIST_OBSERVED_INGRESS, { InstanceId: instanceId })
      return answersOf(answer, 'Observations')
        .filter((one) => one['LetInNow'] !== true)
        .map((one) => ({
          instanceId,
          address: textOf(one, 'Address'),
          port: numberOf(one, 'Port'),
          outcome: textOf(one, 'Outcome'),
          attempts: numberOf(one, 'Attempts'),
          lastAt: timeOf(one, 'LastAt'),
        }))
    }),
  )
  return all.flat().toSorted((a, b) => b.lastAt - a.lastAt)
}

function showObserved(screen: Screen, format: OutputFormat, observed: readonly Observed[]): void {
  if (format === 'json') return screen.out(`${printableJson({ observed })}\n`)
  if (observed.length === 0) {
    return screen.out('Nobody who came so far would be cut. Nothing was changed.\n')
  }
  const rows = observed.map((one) => [
    one.instanceId,
    one.address,
    String(one.port),
    String(one.attempts),
    localTime(one.lastAt),
    one.outcome,
  ])
  screen.out('Whom the rules of now would cut, of those who came. Nothing was changed.\n')
  screen.out(table(['INSTANCE', 'FROM', 'PORT', 'ATTEMPTS', 'LAST', 'SO FAR'], rows))
}
