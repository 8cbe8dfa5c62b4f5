import type { Command } from 'commander'
import { answersOf, asAnswer, optionalTimeOf, textOf } from '../api/answer.ts'
import { CREATE_ACCESS_KEY, DELETE_ACCESS_KEY, LIST_ACCESS_KEYS } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import {
  defineCommand,
  withConnectionFlags,
  withListingFlags,
  type ListingFlags,
} from '../command.ts'
import type { ConnectionFlags } from '../config/settings.ts'
import { printable } from '../output.ts'
import { printListing, printParts, type Screen } from '../screen.ts'
import { localTime } from '../time.ts'

/** `fleetkey iam access-keys …` */
export function accessKeysCommand(screen: Screen): Command {
  return defineCommand(screen, 'access-keys', {
    summary: 'What users sign their requests with.',
    examples: [
      'fleetkey iam access-keys create alice',
      'fleetkey iam access-keys list alice',
      'fleetkey iam access-keys delete alice AKIA…',
    ],
  })
    .addCommand(createCommand(screen))
    .addCommand(listCommand(screen))
    .addCommand(deleteCommand(screen))
}

function createCommand(screen: Screen): Command {
  const about = {
    summary: 'Make an access key. Its secret is shown this once.',
    examples: [
      'fleetkey iam access-keys create alice',
      'fleetkey iam access-keys create alice --output json > alice.json     for: fleetkey configure --stdin',
    ],
  }
  return withListingFlags(defineCommand(screen, 'create', about))
    .argument('<user>')
    .action(async (UserName: string, flags: ListingFlags) => {
      const answer = await withApi(screen, flags, (api) =>
        api.call(CREATE_ACCESS_KEY, { UserName }),
      )
      const key = asAnswer(answer['AccessKey'], 'AccessKey')
      printParts(screen, flags.output, {
        accessKeyId: textOf(key, 'AccessKeyId'),
        secretAccessKey: textOf(key, 'SecretAccessKey'),
      })
      screen.err('The secret is kept by nobody else and shown only now.\n')
    })
}

function listCommand(screen: Screen): Command {
  const about = {
    summary: "List a user's access keys, without their secrets.",
    examples: ['fleetkey iam access-keys list alice'],
  }
  return withListingFlags(defineCommand(screen, 'list', about))
    .argument('<user>')
    .action(async (UserName: string, flags: ListingFlags) => {
      const answer = await withApi(screen, flags, (api) => api.call(LIST_ACCESS_KEYS, { UserName }))
      const keys = answersOf(answer, 'AccessKeyMetadata').map((key) => ({
        accessKeyId: textOf(key, 'AccessKeyId'),
        status: textOf(key, 'Status'),
        createdAt: optionalTimeOf(key, 'CreateDate'),
      }))
      printListing(screen, flags.output, {
        headings: ['ACCESS KEY', 'STATUS', 'CREATED'],
        rows: keys.map(({ accessKeyId, status, createdAt }) => [
          accessKeyId,
          status,
          createdAt === undefined ? '-' : localTime(createdAt),
        ]),
        json: keys,
        whenEmpty: `${printable(UserName)} has no access key.`,
      })
    })
}

function deleteCommand(screen: Screen): Command {
  const about = {
    summary: 'Delete an access key. It opens nothing from then on.',
    examples: ['fleetkey iam access-keys delete alice AKIAIOSFODNN7EXAMPLE'],
  }
  return withConnectionFlags(defineCommand(screen, 'delete', about))
    .argument('<user>')
    .argument('<access-key-id>')
    .action(async (UserName: string, AccessKeyId: string, flags: ConnectionFlags) => {
      await withApi(screen, flags, (api) => api.call(DELETE_ACCESS_KEY, { UserName, AccessKeyId }))
      screen.out(`${printable(AccessKeyId)} is deleted.\n`)
    })
}
