import type { Command } from 'commander'
import { answersOf, optionalTextOf, textOf, timeOf, type Answer } from '../api/answer.ts'
import { CREATE_JOIN_TOKEN, LIST_JOIN_TOKENS, REVOKE_JOIN_TOKEN } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import {
  defineCommand,
  withConnectionFlags,
  withListingFlags,
  type ListingFlags,
} from '../command.ts'
import type { ConnectionFlags } from '../config/settings.ts'
import { usageFailure } from '../failure.ts'
import { printable, printableJson } from '../output.ts'
import { printListing, type Screen } from '../screen.ts'
import { localTime } from '../time.ts'
import { parseSpan } from '@fleetkey/domain/span'
import { parseTag } from './instances-tag.ts'

interface CreateFlags extends ListingFlags {
  readonly name?: string
  readonly tag: readonly string[]
  readonly expires?: string
}

/** `fleetkey join-tokens …`; alone, it lists. */
export function joinTokensCommand(screen: Screen): Command {
  return defineCommand(screen, 'join-tokens', {
    summary: 'One-time secrets with which hosts become instances.',
    examples: [
      'fleetkey join-tokens create --name web-1 --tag Env=production --expires 15m',
      'fleetkey join-tokens',
      'fleetkey join-tokens revoke jt-0123456789abcdef0',
    ],
  })
    .addCommand(listCommand(screen), { isDefault: true })
    .addCommand(createCommand(screen))
    .addCommand(revokeCommand(screen))
}

function createCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'create', {
    summary: 'Make a join token. It enrols one host, which gets the name and tags given here.',
    examples: [
      'fleetkey join-tokens create --name web-1 --tag Env=production --expires 15m',
      'fleetkey join-tokens create --name web-1 > token   the token alone; the rest is on stderr',
    ],
  })
  return withListingFlags(command)
    .option('--name <name>', 'Name tag of the instance')
    .option(
      '--tag <key=value>',
      'tag of the instance; may be repeated',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option('--expires <span>', 'how long it can be used: 90s, 15m, 2h, 1d (default: the server’s)')
    .action(async (flags: CreateFlags) => {
      const tags = flags.tag.map(parseTag)
      const answer = await withApi(screen, flags, (api) =>
        api.call(CREATE_JOIN_TOKEN, {
          ...(flags.name === undefined ? {} : { Name: parseTag(`Name=${flags.name}`).Value }),
          ...(tags.length === 0 ? {} : { Tags: tags }),
          ...(flags.expires === undefined ? {} : { ExpiresInSeconds: spanOf(flags.expires) }),
        }),
      )
      const token = {
        joinTokenId: textOf(answer, 'JoinTokenId'),
        joinToken: textOf(answer, 'JoinToken'),
        expiresAt: new Date(timeOf(answer, 'ExpiresAt')).toISOString(),
      }
      if (flags.output === 'json') return screen.out(`${printableJson(token)}\n`)
      const until = localTime(Date.parse(token.expiresAt))
      screen.out(`${printable(token.joinToken)}\n`)
      screen.err(
        `Shown only now; ${printable(token.joinTokenId)}, good for one host until ${until}.\n`,
      )
      screen.err('On the host, the token comes from stdin or a file: fleetkey agent join --help\n')
    })
}

function listCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'list', {
    summary: 'List join tokens; the secrets themselves are kept by nobody.',
    examples: ['fleetkey join-tokens', 'fleetkey join-tokens list --output json'],
  })
  return withListingFlags(command).action(async (flags: ListingFlags) => {
    const answer = await withApi(screen, flags, (api) => api.call(LIST_JOIN_TOKENS, {}))
    const tokens = answersOf(answer, 'JoinTokens').map(readToken)
    printListing(screen, flags.output, {
      headings: ['JOIN TOKEN', 'STATE', 'EXPIRES', 'BY', 'INSTANCE', 'TAGS'],
      rows: tokens.map((token) => [
        token.joinTokenId,
        token.state,
        localTime(token.expiresAt),
        token.createdBy,
        token.instanceId ?? '-',
        token.tags.map(({ key, value }) => `${key}=${value}`).join(' '),
      ]),
      json: tokens,
      whenEmpty: 'No join tokens. Make one: fleetkey join-tokens create',
    })
  })
}

function revokeCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'revoke', {
    summary: 'Make a join token useless. Hosts that it enrolled stay.',
    examples: ['fleetkey join-tokens revoke jt-0123456789abcdef0'],
  })
  return withConnectionFlags(command)
    .argument('<join-token-id>', 'as in: fleetkey join-tokens')
    .action(async (id: string, flags: ConnectionFlags) => {
      await withApi(screen, flags, (api) => api.call(REVOKE_JOIN_TOKEN, { JoinTokenId: id }))
      screen.out(`${printable(id)} is revoked.\n`)
    })
}

function readToken(answer: Answer) {
  return {
    joinTokenId: textOf(answer, 'JoinTokenId'),
    state: textOf(answer, 'State'),
    tags: answersOf(answer, 'Tags').map((tag) => ({
      key: textOf(tag, 'Key'),
      value: textOf(tag, 'Value'),
    })),
    createdBy: optionalTextOf(answer, 'CreatedBy') ?? '-',
    createdAt: timeOf(answer, 'CreatedAt'),
    expiresAt: timeOf(answer, 'ExpiresAt'),
    instanceId: optionalTextOf(answer, 'InstanceId'),
  }
}

function spanOf(text: string): number {
  const seconds = parseSpan(text)
  if (seconds !== undefined && seconds > 0) return seconds
  throw usageFailure(`"${text}" is not a span of time.`, 'Write it like 90s, 15m, 2h or 1d')
}
