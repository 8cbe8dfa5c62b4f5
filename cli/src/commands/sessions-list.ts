import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { ApiClient } from '../api/api-client.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { printableJson } from '../output.ts'
import { printListing, type Screen } from '../screen.ts'
import { listSessions } from '../sessions/list-sessions.ts'
import { sessionQuery, withSessionFlags, type SessionFlags } from '../sessions/session-flags.ts'
import { stateText, whoText } from '../sessions/session-texts.ts'
import { localTime } from '../time.ts'
import { parseSpan } from '@fleetkey/domain/span'

interface ListFlags extends ListingFlags, SessionFlags {
  readonly all?: true
  readonly since?: string
  readonly limit: string
  readonly watch?: true
}

const WATCH_EVERY_MS = 2000

type Found = Awaited<ReturnType<typeof listSessions>>

/** `fleetkey sessions [list]` */
export function listCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'list', {
    summary: 'List open sessions, the last first; with --all those that ended too.',
    examples: [
      'fleetkey sessions',
      'fleetkey sessions list --instance web-1 --all --since 1d',
      'fleetkey sessions list --tag env=prod --os-user root --watch',
      "fleetkey sessions list --user ann --output json | jq -r '.[].sessionId'",
    ],
  })
  return withSessionFlags(withListingFlags(command))
    .option('--all', 'also those that ended')
    .option('--since <span>', 'only those that began within this span: 15m, 2h, 7d')
    .option('--limit <number>', 'how many at most', '200')
    .option('--watch', 'show the list again whenever it changes; Ctrl-C ends it')
    .action((flags: ListFlags) =>
      withApi(screen, flags, async (api) => {
        const limit = readLimit(flags.limit)
        const query = {
          ...(await sessionQuery(api, flags)),
          ...(flags.all ? {} : { State: 'active' }),
          ...(flags.since === undefined ? {} : { StartTime: startOf(flags.since, screen.now()) }),
        }
        if (flags.watch) return watch({ screen, api, flags, query, limit })
        show(screen, flags, await listSessions(api, query, limit))
      }),
    )
}

function show(screen: Screen, flags: ListFlags, { sessions, hasMore }: Found): void {
  printListing(screen, flags.output, {
    headings: ['SESSION', 'WHO', 'INSTANCE', 'OS USER', 'FROM', 'SINCE', 'STATE'],
    rows: sessions.map((session) => [
      session.sessionId,
      whoText(session),
      session.instanceName ?? session.instanceId,
      session.osUser,
      session.sourceAddress ?? '-',
      localTime(session.startedAt),
      stateText(session, screen.now()),
    ]),
    json: sessions,
    whenEmpty: flags.all
      ? 'No session fits, or you may not see it.'
      : 'Nobody is logged in that fits, or you may not see it. Ended ones: --all',
  })
  // One host may have told of all that are shown.
  if (hasMore) {
    screen.err(
      `There may be more than the ${sessions.length} shown: --limit ${sessions.length * 10}, or say which with --instance, --user, --tag, --os-user.\n`,
    )
  }
}

/** Until Ctrl-C. Programs get a line for each change, people a screen. */
async function watch(parts: {
  readonly screen: Screen
  readonly api: ApiClient
  readonly flags: ListFlags
  readonly query: object
  readonly limit: number
}): Promise<never> {
  const { screen, api, flags, query, limit } = parts
  let before = ''
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one look after another
    const found = await listSessions(api, query, limit)
    const now = JSON.stringify(found)
    if (now !== before) {
      if (flags.output === 'json')
        screen.out(`${printableJson(found.sessions).replace(/\n\s*/g, ' ')}\n`)
      else {
        // Home, and nothing below: on a terminal only.
        if (screen.width?.() !== undefined) screen.out('\u001b[H\u001b[2J')
        show(screen, flags, found)
      }
    }
    before = now
    // oxlint-disable-next-line no-await-in-loop -- likewise
    await sleep(WATCH_EVERY_MS)
  }
}

/** Seconds since 1970. */
function startOf(text: string, now: number): number {
  const span = parseSpan(text)
  if (span !== undefined) return Math.floor(now / 1000) - span
  throw usageFailure(`"${text}" is not a span of time.`, 'Write it like --since 15m, 2h or 7d')
}

function readLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit >= 1) return limit
  throw usageFailure(`"${text}" is not a number of sessions.`, 'Write it like --limit 200')
}
