import type { Command } from 'commander'
import { asAnswer } from '../../api/answer.ts'
import type { ApiClient } from '../../api/api-client.ts'
import { iamOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import {
  defineCommand,
  withConnectionFlags,
  withListingFlags,
  type ListingFlags,
} from '../../command.ts'
import { printable } from '../../output.ts'
import type { Screen } from '../../screen.ts'
import { attachCommand, detachCommand } from './attachment-commands.ts'
import { boundaryCommand } from './boundary-commands.ts'
import { deleteCommand } from './delete-command.ts'
import { printFacts } from './fact.ts'
import {
  accessKeysFact,
  attachedFact,
  boundaryFact,
  devicesFact,
  groupsFact,
  inlineFact,
  ownFacts,
  passwordFact,
  sessionsFact,
  tagsFact,
} from './held-facts.ts'
import {
  deletePolicyCommand,
  getPolicyCommand,
  policiesOfCommand,
  putPolicyCommand,
} from './inline-commands.ts'
import { commandOf, named, USER } from './kind.ts'
import { listCommand } from './list-command.ts'
import { newEntityFlags, newEntityInput, type NewEntityFlags } from './new-entity.ts'
import { renameCommand } from './rename-command.ts'
import { setPasswordCommand } from './set-password.ts'
import { tagCommand, untagCommand, type Tagged } from './tag-commands.ts'

const TAGGED: Tagged = {
  ...USER,
  noun: 'User',
  command: commandOf(USER),
  name: async (_api, name) => named(USER, name),
}

/** `fleetkey iam users …`; alone, it lists. */
export function usersCommand(screen: Screen): Command {
  const users = defineCommand(screen, 'users', {
    summary: 'People and programs with keys or a password of their own.',
    examples: ['fleetkey iam users', 'fleetkey iam users create alice'],
  })
  return users
    .alias('user')
    .addCommand(listCommand(screen, USER), { isDefault: true })
    .addCommand(createCommand(screen))
    .addCommand(showCommand(screen))
    .addCommand(deleteCommand(screen, USER, heldBy))
    .addCommand(renameCommand(screen, USER))
    .addCommand(setPasswordCommand(screen))
    .addCommand(policiesOfCommand(screen, USER))
    .addCommand(putPolicyCommand(screen, USER))
    .addCommand(getPolicyCommand(screen, USER))
    .addCommand(deletePolicyCommand(screen, USER))
    .addCommand(attachCommand(screen, USER))
    .addCommand(detachCommand(screen, USER))
    .addCommand(boundaryCommand(screen, USER))
    .addCommand(tagCommand(screen, TAGGED))
    .addCommand(untagCommand(screen, TAGGED))
}

function createCommand(screen: Screen): Command {
  const about = {
    summary: 'Make a user. It may do nothing until it has a policy.',
    examples: [
      'fleetkey iam users create alice',
      'fleetkey iam users create alice --boundary team-limits --tag team=web',
    ],
  }
  return newEntityFlags(withConnectionFlags(defineCommand(screen, 'create', about)))
    .argument('<user>')
    .action(async (UserName: string, flags: NewEntityFlags) => {
      await withApi(screen, flags, async (api) =>
        api.call(iamOperation('CreateUser'), { UserName, ...(await newEntityInput(api, flags)) }),
      )
      screen.out(`User ${printable(UserName)} is made.\n`)
      screen.err(`Next: fleetkey iam groups add GROUP ${printable(UserName)}\n`)
      screen.err(`      fleetkey iam access-keys create ${printable(UserName)}\n`)
    })
}

function showCommand(screen: Screen): Command {
  const about = {
    summary: 'Show all about a user: groups, policies, boundary, keys, devices, tags, sessions.',
    examples: ['fleetkey iam users show alice', 'fleetkey iam users show alice --output json'],
  }
  return withListingFlags(defineCommand(screen, 'show', about))
    .argument('<user>')
    .action(async (name: string, flags: ListingFlags) => {
      const facts = await withApi(screen, flags, async (api) => {
        const answer = await api.call(iamOperation('GetUser'), named(USER, name))
        const user = asAnswer(answer['User'], 'User')
        const [groups, inline, attached, ...rest] = await heldBy(api, name)
        const policies = [groups, inline, attached].filter((one) => one !== undefined)
        return [...ownFacts(user, USER), ...policies, boundaryFact(user), ...rest, tagsFact(user)]
      })
      printFacts(screen, flags.output, facts)
    })
}

function heldBy(api: Pick<ApiClient, 'call'>, name: string) {
  return Promise.all([
    groupsFact(api, name),
    inlineFact(api, USER, name),
    attachedFact(api, USER, name),
    passwordFact(api, name),
    accessKeysFact(api, name),
    devicesFact(api, name),
    sessionsFact(api, USER, name),
  ])
}
