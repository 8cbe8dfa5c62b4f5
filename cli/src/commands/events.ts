import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { ApiClient } from '../api/api-client.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { Failure, usageFailure } from '../failure.ts'
import { findInstance, isInstanceId } from '../instance/find-instance.ts'
import { listInstances } from '../instance/list-instances.ts'
import { printable, printableJson, table } from '../output.ts'
import type { Screen } from '../screen.ts'
import { localTime, parseSpan } from '../time.ts'
import { outcomeText, withoutSettledIntents, type EventView } from '../trail/event-view.ts'
import { lookupEvents, type EventQuery } from '../trail/lookup-events.ts'
import { wrap } from '../wrap.ts'

interface EventsFlags extends ListingFlags {
  readonly instance?: string
  readonly user?: string
  readonly event?: string
  readonly requestId?: string
  readonly since?: string
  readonly limit: string
  readonly all?: true
  readonly follow?: true
}

const HEADINGS = ['TIME', 'WHO', 'ACTION', 'INSTANCE', 'OS USER', 'KEY', 'OUTCOME']
const INDENT = '    '
const FOLLOW_EVERY_MS = 2000
/** While following, pushes that take long are recorded a little after their neighbours. */
const FOLLOW_OVERLAP_S = 60

/** `fleetkey events` */
export function eventsCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'events', {
    summary: 'Who did what, where, and what became of it; newest first.',
    examples: [
      'fleetkey events --since 1h',
      'fleetkey events --instance web-1 --user alice',
      'fleetkey events --event SendSSHPublicKey --output json',
      'fleetkey events --follow',
    ],
  })
  return withListingFlags(command)
    .option('--instance <instance>', 'only about this one: id, Name tag or address')
    .option('--user <name>', 'only by this user; "root" is one')
    .option('--event <action>', 'only this action, e.g. SendSSHPublicKey')
    .option('--request-id <id>', 'only of this request')
    .option('--since <when>', 'a span (15m, 2h, 7d) or a time (2026-11-22T17:00:00Z)')
    .option('--limit <number>', 'how many at most', '50')
    .option('--all', 'also show reads that were allowed')
    .option('--follow', 'show new ones as they come; Ctrl-C ends it')
    .action((flags: EventsFlags) =>
      withApi(screen, flags, async (api) => {
        const query = await eventQuery(api, flags, screen.now())
        const names = flags.output === 'json' ? new Map() : await instanceNames(api)
        await (flags.follow ? follow : list)({ screen, api, flags, query, names })
      }),
    )
}

interface Asked {
  readonly screen: Screen
  readonly api: ApiClient
  readonly flags: EventsFlags
  readonly query: EventQuery
  readonly names: ReadonlyMap<string, string>
}

async function list({ screen, api, flags, query, names }: Asked): Promise<void> {
  const limit = parseLimit(flags.limit)
  const outcomes = new Set<string>()
  const found: EventView[] = []
  for await (const page of lookupEvents(api, query)) {
    found.push(...withoutSettledIntents(page, outcomes).filter((event) => isShown(event, flags)))
    if (found.length >= limit) break
  }
  const events = found.slice(0, limit)
  if (flags.output === 'json') screen.out(`${printableJson(events.map(asJson))}\n`)
  else if (events.length === 0) {
    screen.err('Nothing of that kind is on record. Reads are shown with --all.\n')
  } else {
    const rows = events.map((event) => row(event, names))
    const [headings, ...lines] = fitting(screen, rows).trimEnd().split('\n')
    screen.out(`${headings}\n`)
    for (const [index, event] of events.entries()) {
      screen.out(`${lines[index]}\n${reasonLines(screen, event)}`)
    }
  }
}

/** A fingerprint is half of a line: where the terminal is too narrow for the table it is shown by its beginning, as the id of a token. */
function fitting(screen: Screen, rows: readonly (readonly string[])[]): string {
  const whole = table(HEADINGS, rows)
  const width = screen.width?.() ?? Infinity
  if (whole.split('\n').every((line) => line.length <= width)) return whole
  const shorter = (cell: string) =>
    cell.replace(/^(SHA256:.{6}|join-token\/.{6}|agent\/.{6}).+$/, '$1…')
  return table(
    HEADINGS,
    rows.map((cells) => cells.map(shorter)),
  )
}

/** Below the event that they explain; wrapped for a terminal, whole for grep. */
function reasonLines(screen: Screen, { reasons }: EventView): string {
  const width = screen.width?.()
  const columns =
    width === undefined ? Infinity : Math.max(20, Math.min(width, 120) - INDENT.length)
  return reasons
    .flatMap((reason) => wrap(printable(reason), columns))
    .map((line) => `${INDENT}${screen.paintOut.faint(line)}\n`)
    .join('')
}

/** Until Ctrl-C. Oldest first, each once; an intent is only shown by its outcome. */
async function follow({ screen, api, flags, query, names }: Asked): Promise<never> {
  const start = query.StartTime ?? Math.floor(screen.now() / 1000)
  const seen = new Set<number>()
  let isFirst = true
  for (;;) {
    const from = isFirst ? start : Math.max(start, screen.now() / 1000 - FOLLOW_OVERLAP_S)
    const fresh: EventView[] = []
    for await (const page of lookupEvents(api, { ...query, StartTime: Math.floor(from) })) {
      fresh.push(...page.filter((event) => !seen.has(event.seq)))
    }
    for (const event of fresh.toReversed()) {
      seen.add(event.seq)
      if (event.phase === 'intent' || !isShown(event, flags)) continue
      if (flags.output === 'json') screen.out(`${printableJson(asJson(event))}\n`)
      else screen.out(`${followLine(row(event, names))}${reasonLines(screen, event)}`)
    }
    isFirst = false
    await sleep(FOLLOW_EVERY_MS)
  }
}

function isShown(event: EventView, flags: EventsFlags): boolean {
  return flags.all === true || flags.event !== undefined || !event.isRoutine
}

/** Without knowing what comes, columns have the widths that times, names and ids mostly need. */
function followLine(cells: readonly string[]): string {
  const widths = [19, 10, 18, 19, 10, 50]
  return table(
    cells.map((_, column) => ' '.repeat(widths[column] ?? 0)),
    [cells],
  ).replace(/^.*\n/, '')
}

function row(event: EventView, names: ReadonlyMap<string, string>): readonly string[] {
  const { instanceId } = event
  return [
    localTime(event.time),
    event.who,
    event.action,
    instanceId === undefined ? '-' : (names.get(instanceId) ?? instanceId),
    event.osUser ?? '-',
    event.fingerprint ?? '-',
    outcomeText(event),
  ]
}

function asJson({ seq, hash, record }: EventView) {
  return { seq, hash, record }
}

async function eventQuery(api: ApiClient, flags: EventsFlags, now: number): Promise<EventQuery> {
  const { instance, user, event, requestId, since } = flags
  return {
    ...(event === undefined ? {} : { EventName: event }),
    ...(user === undefined ? {} : { UserName: user }),
    ...(requestId === undefined ? {} : { RequestId: requestId }),
    ...(since === undefined ? {} : { StartTime: parseSince(since, now) }),
    ...(instance === undefined
      ? {}
      : {
          InstanceId: isInstanceId(instance)
            ? instance
            : (await findInstance(api, instance)).instanceId,
        }),
  }
}

/** Ids by name, as far as the caller may see instances: without that right, events are shown with ids. */
async function instanceNames(api: ApiClient): Promise<ReadonlyMap<string, string>> {
  try {
    const instances = await listInstances(api, {})
    return new Map(instances.flatMap(({ instanceId, name }) => (name ? [[instanceId, name]] : [])))
  } catch (error) {
    if (error instanceof Failure && error.isDenial) return new Map()
    throw error
  }
}

/** Seconds since 1970. */
function parseSince(text: string, now: number): number {
  const span = parseSpan(text)
  if (span !== undefined) return Math.floor(now / 1000) - span
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(time)) return Math.floor(time / 1000)
  throw usageFailure(`"${text}" is not a time.`, 'Write it like 15m, 7d or 2026-11-22T17:00:00Z')
}

function parseLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit >= 1) return limit
  throw usageFailure(`"${text}" is not a number of events.`, 'Write it like --limit 200')
}
