import type { Command } from 'commander'
import { asAnswer, textOf } from '../../api/answer.ts'
import type { ApiClient } from '../../api/api-client.ts'
import { iamOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import {
  defineCommand,
  withConnectionFlags,
  withListingFlags,
  type ListingFlags,
} from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { Failure } from '../../failure.ts'
import { printable } from '../../output.ts'
import { printListing, printParts, type Screen } from '../../screen.ts'
import { localTime } from '../../time.ts'
import { readAccessKeys, type AccessKey } from './held-facts.ts'

/** `fleetkey iam access-keys …` */
export function accessKeysCommand(screen: Screen): Command {
  return defineCommand(screen, 'access-keys', {
    summary: 'What users sign their requests with.',
    examples: [
      'fleetkey iam access-keys create alice',
      'fleetkey iam access-keys rotate alice',
      'fleetkey iam access-keys disable alice AKIA…',
    ],
  })
    .addCommand(createCommand(screen))
    .addCommand(listCommand(screen))
    .addCommand(statusCommand(screen, ENABLE))
    .addCommand(statusCommand(screen, DISABLE))
    .addCommand(deleteCommand(screen))
    .addCommand(rotateCommand(screen))
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
      const parts = await withApi(screen, flags, (api) => createKey(api, UserName))
      printParts(screen, flags.output, parts)
      screen.err('The secret is kept by nobody else and shown only now.\n')
    })
}

async function createKey(api: Pick<ApiClient, 'call'>, UserName: string) {
  const answer = await api.call(iamOperation('CreateAccessKey'), { UserName })
  const key = asAnswer(answer['AccessKey'], 'AccessKey')
  return {
    accessKeyId: textOf(key, 'AccessKeyId'),
    secretAccessKey: textOf(key, 'SecretAccessKey'),
  }
}

function listCommand(screen: Screen): Command {
  const about = {
    summary: "List a user's access keys, without their secrets.",
    examples: ['fleetkey iam access-keys list alice'],
  }
  return withListingFlags(defineCommand(screen, 'list', about))
    .argument('<user>')
    .action(async (userName: string, flags: ListingFlags) => {
      const keys = await withApi(screen, flags, (api) => readAccessKeys(api, userName))
      const shown = (time: number | undefined, otherwise: string) =>
        time === undefined ? otherwise : localTime(time)
      printListing(screen, flags.output, {
        headings: ['ACCESS KEY', 'STATUS', 'CREATED', 'LAST USED'],
        rows: keys.map(({ accessKeyId, status, createdAt, lastUsedAt }) => [
          accessKeyId,
          status,
          shown(createdAt, '-'),
          shown(lastUsedAt, 'never'),
        ]),
        json: keys,
        whenEmpty: `${printable(userName)} has no access key.`,
      })
    })
}

const ENABLE = {
  name: 'enable',
  Status: 'Active',
  summary: 'Let an access key open things again.',
  said: 'is enabled',
}
const DISABLE = {
  name: 'disable',
  Status: 'Inactive',
  summary: 'Switch an access key off. It opens nothing, and the sessions made with it end.',
  said: 'is disabled',
}

function statusCommand(
  screen: Screen,
  { name, Status, summary, said }: typeof ENABLE | typeof DISABLE,
): Command {
  const about = {
    summary,
    examples: [`fleetkey iam access-keys ${name} alice AKIAIOSFODNN7EXAMPLE`],
  }
  return withConnectionFlags(defineCommand(screen, name, about))
    .argument('<user>')
    .argument('<access-key-id>')
    .action(async (UserName: string, AccessKeyId: string, flags: ConnectionFlags) => {
      const input = { UserName, AccessKeyId, Status }
      await withApi(screen, flags, (api) => api.call(iamOperation('UpdateAccessKey'), input))
      screen.out(`${printable(AccessKeyId)} ${said}.\n`)
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
      const input = { UserName, AccessKeyId }
      await withApi(screen, flags, (api) => api.call(iamOperation('DeleteAccessKey'), input))
      screen.out(`${printable(AccessKeyId)} is deleted.\n`)
    })
}

function rotateCommand(screen: Screen): Command {
  const about = {
    summary: 'Make a new access key beside the one in use. The old one works until you disable it.',
    examples: ['fleetkey iam access-keys rotate alice --output json > alice.json'],
  }
  return withListingFlags(defineCommand(screen, 'rotate', about))
    .argument('<user>')
    .action(async (userName: string, flags: ListingFlags) => {
      const { old, made } = await withApi(screen, flags, async (api) => {
        const keys = await readAccessKeys(api, userName)
        return { old: oldKey(keys, userName), made: await createKey(api, userName) }
      })
      printParts(screen, flags.output, made)
      const next = `${printable(userName)} ${printable(old.accessKeyId)}`
      screen.err('The secret is kept by nobody else and shown only now.\n')
      screen.err('Put the new key where the old one is used, and see that the old one is not:\n')
      screen.err(`  fleetkey iam access-keys list ${printable(userName)}\n`)
      screen.err(`Then: fleetkey iam access-keys disable ${next}\n`)
      screen.err(`      fleetkey iam access-keys delete ${next}\n`)
    })
}

function oldKey(keys: readonly AccessKey[], userName: string): AccessKey {
  const [old, second] = keys
  if (old === undefined) {
    throw new Failure('notFound', `${userName} has no access key to replace.`, {
      todo: [`fleetkey iam access-keys create ${userName}`],
    })
  }
  if (second === undefined) return old
  throw new Failure('refused', `${userName} has two access keys, which is the most.`, {
    why: keys.map(({ accessKeyId, status }) => `${accessKeyId} is ${status}`),
    todo: [`Delete the one that is not used: fleetkey iam access-keys delete ${userName} KEY`],
  })
}
