import { jsonLine } from '@fleetkey/domain/acting-characters'
import { Option, type Command } from 'commander'
import type { ApiClient } from '../api/api-client.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, severalTimes, withListingFlags, type ListingFlags } from '../command.ts'
import { Failure, usageFailure } from '../failure.ts'
import { listInstances } from '../instance/list-instances.ts'
import { untilInterrupted } from '../interrupt.ts'
import { printableJsonList } from '../output.ts'
import type { Screen } from '../screen.ts'
import { localTime } from '../time.ts'
import { eventSearch, type EventFlags } from '../trail/event-filters.ts'
import { eventLine, eventTable, type InstanceNames } from '../trail/event-table.ts'
import type { EventView } from '../trail/event-view.ts'
import { followEvents } from '../trail/follow-events.ts'
import { searchEvents, type EventPage, type EventSearch } from '../trail/search-events.ts'
import { showEventCommand } from './events-show.ts'

interface EventsFlags extends ListingFlags, EventFlags {
  readonly limit: string
  readonly oldestFirst?: true
  readonly follow?: true
}

/** `fleetkey events …`; alone, it lists. */
export function eventsCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'events', {
    summary: 'Who did what, where, and what became of it; newest first.',
    examples: [
      'fleetkey events --since 1h',
      'fleetkey events --instance web-1 --principal alice',
      'fleetkey events --tag Env=prod --outcome denied --since yesterday',
      'fleetkey events --from 203.0.113.0/24 --event SendSSHPublicKey --output json',
      'fleetkey events --follow',
      'fleetkey events show 0193f4a1-…   one record, with all that belongs to its request',
    ],
  })
  return (
    withFilters(withListingFlags(command))
      .option('--limit <number>', 'how many at most', '50')
      .option('--oldest-first', 'in the order in which they happened')
      .option('--follow', 'show new ones as they come; Ctrl-C ends it')
      // Or "show" would not see options that both have.
      .enablePositionalOptions()
      .action((flags: EventsFlags) =>
        withApi(screen, flags, async (api) => {
          const search = await eventSearch(api, flags, screen.now())
          const names = flags.output === 'json' ? new Map() : await instanceNames(api)
          await (flags.follow ? follow : list)({ screen, api, flags, search, names })
        }),
      )
      .addCommand(showEventCommand(screen))
  )
}

function withFilters(command: Command): Command {
  const several = (flags: string, says: string) =>
    new Option(flags, `${says}; may be given several times`).argParser(severalTimes).default([])
  return command
    .option(
      '--instance <instance>',
      'only about this one: id, Name tag (also a former one) or address',
    )
    .addOption(several('--not-instance <instance>', 'only about others than this one'))
    .addOption(several('--tag <key=value>', 'only about instances that had this tag then'))
    .addOption(
      several(
        '--principal <who>',
        'only by this one: user, ARN, role, session, role/session; "root" is one',
      ),
    )
    .option('--os-user <user>', 'only for this account of the host')
    .option('--key <fingerprint>', 'only of this SSH key, e.g. SHA256:…')
    .addOption(several('--from <address>', 'only from this address or range, e.g. 203.0.113.0/24'))
    .addOption(several('--event <action>', 'only this action, e.g. SendSSHPublicKey'))
    .option('--source <service>', 'only of this service, e.g. iam')
    .addOption(
      several('--outcome <outcome>', 'only with this: ok, denied, failed, alarm, or an error code'),
    )
    .option('--request-id <id>', 'only of this request')
    .option('--event-id <id>', 'only this record')
    .option('--access-key <id>', 'only signed with this access key')
    .option('--resource <name>', 'only about this thing: ARN or its last part')
    .option('--text <words>', 'only with all of these words; "in quotes" is one')
    .option('--reads', 'only what looked at something')
    .option('--changes', 'only what changed something')
    .option('--since <when>', '15m, 2h, 7d, yesterday, 14:30, 2026-11-22 or 2026-11-22T17:00:00Z')
    .option('--until <when>', 'likewise')
    .option('--all', 'also show reads that were allowed')
}

interface Asked {
  readonly screen: Screen
  readonly api: ApiClient
  readonly flags: EventsFlags
  readonly search: EventSearch
  readonly names: InstanceNames
}

async function list({ screen, api, flags, search, names }: Asked): Promise<void> {
  const limit = parseLimit(flags.limit)
  const order = flags.oldestFirst ? ('oldest' as const) : ('newest' as const)
  const pages = upTo(limit, searchEvents(api, { ...search, Order: order }, { limit }))
  if (flags.output === 'json') {
    for await (const text of printableJsonList(shown(pages))) screen.out(text)
    return screen.out('\n')
  }
  const events: EventView[] = []
  for await (const page of pages) {
    events.push(...page.events)
    if (events.length === limit || page.searchedTo === undefined || !screen.interactive) continue
    screen.err(`${screen.paintErr.faint(`looked as far as ${localTime(page.searchedTo)} …`)}\n`)
  }
  if (events.length > 0) return screen.out(eventTable(screen, events, names))
  screen.err(
    `Nothing of that kind is on record.${flags.all ? '' : ' Reads are shown with --all.'}\n`,
  )
}

/** Asks for no page beyond what is wanted. */
async function* upTo(limit: number, pages: AsyncIterable<EventPage>): AsyncGenerator<EventPage> {
  let left = limit
  for await (const page of pages) {
    yield { ...page, events: page.events.slice(0, left) }
    left -= page.events.length
    if (left <= 0) return
  }
}

async function* shown(pages: AsyncIterable<EventPage>): AsyncGenerator<readonly object[]> {
  for await (const { events } of pages) yield events.map(asJson)
}

/** Until Ctrl-C. */
async function follow({ screen, api, flags, search, names }: Asked): Promise<void> {
  const StartTime = search.StartTime ?? Math.floor(screen.now() / 1000)
  let isAway = false
  const onAway = (failure: Failure) => {
    if (!isAway) screen.err(`${failure.message} It goes on when the server is back.\n`)
    isAway = true
  }
  await untilInterrupted(async (signal) => {
    const pages = followEvents(api, { ...search, StartTime }, { signal, onAway })
    for await (const events of pages) {
      isAway = false
      for (const event of events.filter((one) => !isOwnDoing(one, flags))) {
        screen.out(
          flags.output === 'json'
            ? `${jsonLine(asJson(event))}\n`
            : eventLine(screen, event, names),
        )
      }
    }
  })
}

/** Following asks every second, and each question is on record: shown, that would never end. */
function isOwnDoing({ action, errorCode }: EventView, { event }: EventsFlags): boolean {
  return action === 'SearchEvents' && errorCode === undefined && !event.includes(action)
}

function asJson({ seq, hash, record }: EventView) {
  return { seq, hash, record }
}

/** Ids by name, as far as the caller may see instances: without that right, events are shown with ids. */
async function instanceNames(api: ApiClient): Promise<InstanceNames> {
  try {
    const instances = await listInstances(api, {})
    return new Map(instances.flatMap(({ instanceId, name }) => (name ? [[instanceId, name]] : [])))
  } catch (error) {
    if (error instanceof Failure && error.isDenial) return new Map()
    throw error
  }
}

function parseLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit >= 1) return limit
  throw usageFailure(`"${text}" is not a number of events.`, 'Write it like --limit 200')
}
