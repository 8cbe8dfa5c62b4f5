import type { Command } from 'commander'
import type { ApiClient } from '../api/api-client.ts'
import { MODIFY_INSTANCE_ATTRIBUTE } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { Failure } from '../failure.ts'
import { findInstance } from '../instance/find-instance.ts'
import type { Screen } from '../screen.ts'
import { findSecurityGroup } from '../security-group/find-security-group.ts'
import { printChange, readChange, type ChangeTold } from '../security-group/hosts-told.ts'
import { listSecurityGroups, type ListedGroup } from '../security-group/list-security-groups.ts'

/** `fleetkey security-groups attach` */
export function attachCommand(screen: Screen): Command {
  return changeCommand(screen, {
    name: 'attach',
    summary: 'Give instances a group, beside those that they have.',
    verb: 'has',
    change: (group, had) => (had.includes(group.groupId) ? had : [...had, group.groupId]),
  })
}

/** `fleetkey security-groups detach` */
export function detachCommand(screen: Screen): Command {
  return changeCommand(screen, {
    name: 'detach',
    summary: 'Take a group from instances. Without any, they let in what their firewalls let in.',
    verb: 'no longer has',
    change(group, had) {
      if (had.includes(group.groupId)) return had.filter((id) => id !== group.groupId)
      throw new Failure('notFound', `The instance does not have the group ${group.name}.`, {
        todo: [`See who has it: fleetkey security-groups show ${group.name}`],
      })
    },
  })
}

function changeCommand(
  screen: Screen,
  about: {
    readonly name: string
    readonly summary: string
    readonly verb: string
    readonly change: (group: ListedGroup, had: readonly string[]) => readonly string[]
  },
): Command {
  const command = defineCommand(screen, about.name, {
    summary: about.summary,
    examples: [
      `fleetkey security-groups ${about.name} office web-1`,
      `fleetkey security-groups ${about.name} sg-0123456789abcdef0 web-1 web-2`,
    ],
  })
  return withListingFlags(command)
    .argument('<group>', 'id or name')
    .argument('<instances...>', 'id, Name tag or address of each')
    .action(async (meant: string, instances: readonly string[], flags: ListingFlags) => {
      const { group, change } = await withApi(screen, flags, async (api) => {
        const found = await findSecurityGroup(api, meant)
        const changes: ChangeTold[] = []
        for (const one of instances) {
          // oxlint-disable-next-line no-await-in-loop -- who is wrong is said before the next is changed
          changes.push(await changeOne(api, one, (had) => about.change(found, had)))
        }
        return { group: found, change: together(changes) }
      })
      const done = `${instances.join(', ')} ${about.verb} ${group.name}.`
      printChange(screen, flags.output, { done, change })
    })
}

async function changeOne(
  api: Pick<ApiClient, 'call'>,
  meant: string,
  change: (had: readonly string[]) => readonly string[],
): Promise<ChangeTold> {
  const instance = await findInstance(api, meant)
  const groups = await listSecurityGroups(api)
  const had = groups
    .filter(({ instanceIds }) => instanceIds.includes(instance.instanceId))
    .map(({ groupId }) => groupId)
  const wanted = change(had)
  const none = groups.find((group) => group.mode === undefined && group.vpcId === instance.vpcId)
  const Groups = wanted.length > 0 || none === undefined ? wanted : [none.groupId]
  const asked = { InstanceId: instance.instanceId, Groups }
  return readChange(await api.call(MODIFY_INSTANCE_ATTRIBUTE, asked))
}

const together = (changes: readonly ChangeTold[]): ChangeTold => ({
  hosts: changes.flatMap(({ hosts }) => hosts),
  warning: undefined,
})
