import type { Command } from 'commander'
import { answersOf, optionalTextOf, optionalTimeOf, textOf, textsOf } from '../api/answer.ts'
import {
  CREATE_USER,
  DELETE_USER,
  DELETE_USER_POLICY,
  LIST_USERS,
  LIST_USER_POLICIES,
  PUT_USER_POLICY,
} from '../api/operations.ts'
import { listAll } from '../api/list-all.ts'
import { withApi } from '../api/with-api.ts'
import {
  defineCommand,
  withConnectionFlags,
  withListingFlags,
  type ListingFlags,
} from '../command.ts'
import type { ConnectionFlags } from '../config/settings.ts'
import { readInput } from '../input.ts'
import { printable } from '../output.ts'
import { printListing, type Screen } from '../screen.ts'
import { localTime } from '../time.ts'

/** `fleetkey iam users …`; alone, it lists. */
export function usersCommand(screen: Screen): Command {
  const users = defineCommand(screen, 'users', {
    summary: 'Users and their policies.',
    examples: ['fleetkey iam users', 'fleetkey iam users create alice'],
  })
  return users
    .alias('user')
    .addCommand(listCommand(screen), { isDefault: true })
    .addCommand(createCommand(screen))
    .addCommand(deleteCommand(screen))
    .addCommand(policiesCommand(screen))
    .addCommand(putPolicyCommand(screen))
    .addCommand(deletePolicyCommand(screen))
}

function listCommand(screen: Screen): Command {
  const about = { summary: 'List users.', examples: ['fleetkey iam users --output json'] }
  return withListingFlags(defineCommand(screen, 'list', about)).action(
    async (flags: ListingFlags) => {
      const answer = await withApi(screen, flags, (api) =>
        listAll(api, LIST_USERS, { member: 'Users' }),
      )
      const users = answersOf(answer, 'Users').map((user) => ({
        userName: textOf(user, 'UserName'),
        userId: optionalTextOf(user, 'UserId') ?? '-',
        arn: textOf(user, 'Arn'),
        createdAt: optionalTimeOf(user, 'CreateDate'),
      }))
      printListing(screen, flags.output, {
        headings: ['USER', 'CREATED', 'ARN'],
        rows: users.map(({ userName, createdAt, arn }) => [
          userName,
          createdAt === undefined ? '-' : localTime(createdAt),
          arn,
        ]),
        json: users,
        whenEmpty: 'No users yet. Make one: fleetkey iam users create NAME',
      })
    },
  )
}

function createCommand(screen: Screen): Command {
  const about = {
    summary: 'Make a user. It may do nothing until it has a policy.',
    examples: ['fleetkey iam users create alice'],
  }
  return withConnectionFlags(defineCommand(screen, 'create', about))
    .argument('<user>')
    .action(async (UserName: string, flags: ConnectionFlags) => {
      await withApi(screen, flags, (api) => api.call(CREATE_USER, { UserName }))
      screen.out(`User ${printable(UserName)} is made.\n`)
      screen.err(`Next: fleetkey iam users put-policy ${printable(UserName)} POLICY-NAME FILE\n`)
      screen.err(`      fleetkey iam access-keys create ${printable(UserName)}\n`)
    })
}

function deleteCommand(screen: Screen): Command {
  const about = {
    summary:
      'Delete a user with all that is theirs: policies, access keys, password, devices, groups.',
    examples: ['fleetkey iam users delete alice'],
  }
  return withConnectionFlags(defineCommand(screen, 'delete', about))
    .argument('<user>')
    .action(async (UserName: string, flags: ConnectionFlags) => {
      await withApi(screen, flags, (api) => api.call(DELETE_USER, { UserName, Force: true }))
      screen.out(`User ${printable(UserName)} is deleted.\n`)
    })
}

function policiesCommand(screen: Screen): Command {
  const about = {
    summary: "List the names of a user's policies.",
    examples: ['fleetkey iam users policies alice'],
  }
  return withListingFlags(defineCommand(screen, 'policies', about))
    .argument('<user>')
    .action(async (UserName: string, flags: ListingFlags) => {
      const answer = await withApi(screen, flags, (api) =>
        listAll(api, LIST_USER_POLICIES, { member: 'PolicyNames', input: { UserName } }),
      )
      const names = textsOf(answer, 'PolicyNames')
      printListing(screen, flags.output, {
        headings: ['POLICY'],
        rows: names.map((name) => [name]),
        json: names,
        whenEmpty: `${printable(UserName)} has no policy and so may do nothing.`,
      })
    })
}

function putPolicyCommand(screen: Screen): Command {
  const about = {
    summary: 'Give a user a policy (AWS IAM policy language), or replace it.',
    examples: [
      'fleetkey iam users put-policy alice staging-only policy.json',
      'fleetkey iam users put-policy alice staging-only -  < policy.json',
    ],
  }
  return withConnectionFlags(defineCommand(screen, 'put-policy', about))
    .argument('<user>')
    .argument('<policy-name>')
    .argument('<file>', 'JSON; - for standard input')
    .action(async (UserName: string, PolicyName: string, path: string, flags: ConnectionFlags) => {
      const PolicyDocument = await readInput(path)
      await withApi(screen, flags, (api) =>
        api.call(PUT_USER_POLICY, { UserName, PolicyName, PolicyDocument }),
      )
      screen.out(`${printable(UserName)} has the policy ${printable(PolicyName)}.\n`)
    })
}

function deletePolicyCommand(screen: Screen): Command {
  const about = {
    summary: 'Take a policy from a user. The next request already feels it.',
    examples: ['fleetkey iam users delete-policy alice staging-only'],
  }
  return withConnectionFlags(defineCommand(screen, 'delete-policy', about))
    .argument('<user>')
    .argument('<policy-name>')
    .action(async (UserName: string, PolicyName: string, flags: ConnectionFlags) => {
      await withApi(screen, flags, (api) => api.call(DELETE_USER_POLICY, { UserName, PolicyName }))
      screen.out(`${printable(UserName)} no longer has ${printable(PolicyName)}.\n`)
    })
}
