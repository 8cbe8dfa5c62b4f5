import type { Command } from 'commander'
import { numberOf } from '../../api/answer.ts'
import { fleetkeyOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import {
  defineCommand,
  withConnectionFlags,
  withListingFlags,
  type ListingFlags,
} from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { usageFailure } from '../../failure.ts'
import { printable } from '../../output.ts'
import { printListing, type Screen } from '../../screen.ts'
import { localTime } from '../../time.ts'
import { parseSpan } from '@fleetkey/domain/span'
import { readSessions } from './held-facts.ts'
import { named, ROLE, USER } from './kind.ts'

/** `fleetkey iam sessions …`: temporary credentials of roles and users. */
export function sessionsCommand(screen: Screen): Command {
  return defineCommand(screen, 'sessions', {
    summary: 'Who is logged in by a role or as a user, and how to end that.',
    examples: [
      'fleetkey iam sessions list --role oncall',
      'fleetkey iam sessions revoke --user alice',
    ],
  })
    .addCommand(listCommand(screen))
    .addCommand(revokeCommand(screen))
}

interface HolderFlags {
  readonly role?: string
  readonly user?: string
}

function holderFlags(command: Command): Command {
  return command
    .option('--role <name>', 'sessions of this role')
    .option('--user <name>', 'sessions of this user')
}

function holderOf({ role, user }: HolderFlags) {
  if (role !== undefined && user === undefined) return named(ROLE, role)
  if (user !== undefined && role === undefined) return named(USER, user)
  throw usageFailure('Whose sessions?', 'Give --role NAME or --user NAME: one of the two')
}

function listCommand(screen: Screen): Command {
  const about = {
    summary: 'List the sessions that are open, the newest first.',
    examples: ['fleetkey iam sessions list --role oncall'],
  }
  return holderFlags(withListingFlags(defineCommand(screen, 'list', about))).action(
    async (flags: ListingFlags & HolderFlags) => {
      const holder = holderOf(flags)
      const sessions = await withApi(screen, flags, (api) => readSessions(api, holder))
      printListing(screen, flags.output, {
        headings: ['ACCESS KEY', 'WHO', 'SINCE', 'UNTIL'],
        rows: sessions.map(({ accessKeyId, who, issuedAt, expiresAt }) => [
          accessKeyId,
          who,
          localTime(issuedAt),
          localTime(expiresAt),
        ]),
        json: sessions,
        whenEmpty: 'No session is open.',
      })
    },
  )
}

interface RevokeFlags extends ConnectionFlags, HolderFlags {
  readonly olderThan?: string
}

function revokeCommand(screen: Screen): Command {
  const about = {
    summary:
      'End sessions at once. Who may still take the role can log in again: withdraw that first.',
    examples: [
      'fleetkey iam sessions revoke --role oncall',
      'fleetkey iam sessions revoke --role oncall --older-than 8h',
    ],
  }
  return holderFlags(withConnectionFlags(defineCommand(screen, 'revoke', about)))
    .option('--older-than <span>', 'only those that began longer ago, e.g. 8h')
    .action(async (flags: RevokeFlags) => {
      const input = { ...holderOf(flags), IssuedBefore: momentBefore(screen, flags.olderThan) }
      const answer = await withApi(screen, flags, (api) =>
        api.call(fleetkeyOperation('RevokeSessions'), input),
      )
      const whose = printable(flags.role ?? flags.user ?? '')
      screen.out(`${numberOf(answer, 'EndedSessions')} sessions of ${whose} have ended.\n`)
    })
}

function momentBefore(screen: Screen, span: string | undefined): number | undefined {
  if (span === undefined) return undefined
  const seconds = parseSpan(span)
  if (seconds !== undefined) return Math.floor(screen.now() / 1000) - seconds
  throw usageFailure(`"${span}" is not a span of time.`, 'Write it like 30m, 8h or 2d')
}
