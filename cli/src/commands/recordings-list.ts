import { RECORDING_STATES } from '@fleetkey/domain/recording'
import { Option, type Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { parseMoment } from '../moment.ts'
import { lengthText, listRecordings } from '../recordings/recording.ts'
import { printListing, type Screen } from '../screen.ts'
import { sessionQuery, withSessionFlags, type SessionFlags } from '../sessions/session-flags.ts'
import { localTime } from '../time.ts'

interface ListFlags extends ListingFlags, SessionFlags {
  readonly state?: string
  readonly since?: string
  readonly until?: string
  readonly limit: string
}

/** `fleetkey recordings [list]` */
export function listCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'list', {
    summary: 'List recordings, the last first: your own, and of others those that you may see.',
    examples: [
      'fleetkey recordings',
      'fleetkey recordings list --instance web-1 --since 7d',
      'fleetkey recordings list --user ann --os-user root --state finished',
      "fleetkey recordings list --mine --output json | jq -r '.[].recordingId'",
    ],
  })
  return withSessionFlags(withListingFlags(command))
    .addOption(new Option('--state <state>', 'only these').choices([...RECORDING_STATES]))
    .option('--since <time>', 'only those that began then or later: 15m, 7d, 2026-11-22')
    .option('--until <time>', 'only those that began then or before')
    .option('--limit <number>', 'how many at most', '200')
    .action((flags: ListFlags) =>
      withApi(screen, flags, async (api) => {
        const { state, since, until } = flags
        const limit = readLimit(flags.limit)
        const seconds = (text: string) => parseMoment(text, screen.now()) / 1000
        const query = {
          ...(await sessionQuery(api, flags)),
          ...(state !== undefined && { State: state }),
          ...(since !== undefined && { StartTime: seconds(since) }),
          ...(until !== undefined && { EndTime: seconds(until) }),
        }
        const recordings = await listRecordings(api, query, limit)
        printListing(screen, flags.output, {
          headings: ['RECORDING', 'WHO', 'INSTANCE', 'OS USER', 'BEGAN', 'LENGTH', 'STATE'],
          rows: recordings.map((one) => [
            one.recordingId,
            one.userName,
            one.instanceName ?? one.instanceId,
            one.osUser,
            localTime(one.startedAt),
            lengthText(one.seconds),
            one.state,
          ]),
          json: recordings,
          whenEmpty: 'No recording fits, or you may not see it.',
        })
      }),
    )
}

function readLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit >= 1) return limit
  throw usageFailure(`"${text}" is not a number of recordings.`, 'Write it like --limit 200')
}
