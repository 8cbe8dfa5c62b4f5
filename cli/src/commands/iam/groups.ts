import type { Command } from 'commander'
import { answersOf, asAnswer, textOf } from '../../api/answer.ts'
import type { ApiClient } from '../../api/api-client.ts'
import { listAll } from '../../api/list-all.ts'
import { iamOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import {
  defineCommand,
  withConnectionFlags,
  withListingFlags,
  type ListingFlags,
} from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { printable } from '../../output.ts'
import type { Screen } from '../../screen.ts'
import { attachCommand, detachCommand } from './attachment-commands.ts'
import { deleteCommand } from './delete-command.ts'
import { fact, printFacts } from './fact.ts'
import { attachedFact, inlineFact, ownFacts } from './held-facts.ts'
import {
  deletePolicyCommand,
  getPolicyCommand,
  policiesOfCommand,
  putPolicyCommand,
} from './inline-commands.ts'
import { GROUP, named } from './kind.ts'
import { listCommand } from './list-command.ts'
import { renameCommand } from './rename-command.ts'

/** `fleetkey iam groups …`; alone, it lists. */
export function groupsCommand(screen: Screen): Command {
  const groups = defineCommand(screen, 'groups', {
    summary: 'Users who get the same policies.',
    examples: ['fleetkey iam groups create sre', 'fleetkey iam groups add sre alice bob'],
  })
  return groups
    .alias('group')
    .addCommand(listCommand(screen, GROUP), { isDefault: true })
    .addCommand(createCommand(screen))
    .addCommand(showCommand(screen))
    .addCommand(deleteCommand(screen, GROUP, heldBy))
    .addCommand(renameCommand(screen, GROUP))
    .addCommand(memberCommand(screen, ADD))
    .addCommand(memberCommand(screen, REMOVE))
    .addCommand(policiesOfCommand(screen, GROUP))
    .addCommand(putPolicyCommand(screen, GROUP))
    .addCommand(getPolicyCommand(screen, GROUP))
    .addCommand(deletePolicyCommand(screen, GROUP))
    .addCommand(attachCommand(screen, GROUP))
    .addCommand(detachCommand(screen, GROUP))
}

function createCommand(screen: Screen): Command {
  const about = {
    summary: 'Make a group. Its members get nothing by it until it has a policy.',
    examples: ['fleetkey iam groups create sre'],
  }
  return withConnectionFlags(defineCommand(screen, 'create', about))
    .argument('<group>')
    .option('--path <path>', 'e.g. /team-a/; policies can name all below it')
    .action(async (GroupName: string, flags: ConnectionFlags & { readonly path?: string }) => {
      const input = { GroupName, Path: flags.path }
      await withApi(screen, flags, (api) => api.call(iamOperation('CreateGroup'), input))
      screen.out(`Group ${printable(GroupName)} is made.\n`)
      screen.err(`Next: fleetkey iam groups attach ${printable(GroupName)} POLICY\n`)
      screen.err(`      fleetkey iam groups add ${printable(GroupName)} USER\n`)
    })
}

function showCommand(screen: Screen): Command {
  const about = {
    summary: 'Show all about a group: its members and its policies.',
    examples: ['fleetkey iam groups show sre'],
  }
  return withListingFlags(defineCommand(screen, 'show', about))
    .argument('<group>')
    .action(async (name: string, flags: ListingFlags) => {
      const facts = await withApi(screen, flags, async (api) => {
        const answer = await api.call(iamOperation('GetGroup'), named(GROUP, name))
        const group = asAnswer(answer['Group'], 'Group')
        return [...ownFacts(group, GROUP), ...(await heldBy(api, name))]
      })
      printFacts(screen, flags.output, facts)
    })
}

function heldBy(api: Pick<ApiClient, 'call'>, name: string) {
  const members = fact('members', 'members', {
    read: async () => {
      const options = { member: 'Users', input: named(GROUP, name) }
      const answer = await listAll(api, iamOperation('GetGroup'), options)
      return answersOf(answer, 'Users').map((user) => textOf(user, 'UserName'))
    },
    lines: (names) => names,
  })
  return Promise.all([members, inlineFact(api, GROUP, name), attachedFact(api, GROUP, name)])
}

const ADD = {
  name: 'add',
  operation: 'AddUserToGroup',
  summary: 'Add users to a group: they get its policies.',
  said: 'is in',
}
const REMOVE = {
  name: 'remove',
  operation: 'RemoveUserFromGroup',
  summary: 'Take users out of a group. The next request already feels it.',
  said: 'is no longer in',
}

function memberCommand(
  screen: Screen,
  { name, operation, summary, said }: typeof ADD | typeof REMOVE,
): Command {
  const about = { summary, examples: [`fleetkey iam groups ${name} sre alice bob`] }
  return withConnectionFlags(defineCommand(screen, name, about))
    .argument('<group>')
    .argument('<users...>')
    .action(async (GroupName: string, users: readonly string[], flags: ConnectionFlags) => {
      await withApi(screen, flags, async (api) => {
        for (const UserName of users) {
          await api.call(iamOperation(operation), { GroupName, UserName })
          screen.out(`${printable(UserName)} ${said} ${printable(GroupName)}.\n`)
        }
      })
    })
}
