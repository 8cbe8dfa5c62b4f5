import type { Command } from 'commander'
import type { ApiClient } from '../api/api-client.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { Failure } from '../failure.ts'
import { printable, printableJson } from '../output.ts'
import type { Screen } from '../screen.ts'
import { localTime } from '../time.ts'
import { outcomeText, wentWrong, type EventView } from '../trail/event-view.ts'
import { searchEvents } from '../trail/search-events.ts'

/** `fleetkey events show` */
export function showEventCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'show', {
    summary: 'Show one record, and below it all that belongs to the same request, oldest first.',
    examples: [
      'fleetkey events show 0193f4a1-7c2e-7b13-a0d1-0242ac120002',
      'fleetkey events show 0193f4a1-7c2e-7b13-a0d1-0242ac120002 --output json',
    ],
  })
  return withListingFlags(command)
    .argument('<id>', 'id of a request, as a push prints it, or of an event')
    .action((id: string, flags: ListingFlags) =>
      withApi(screen, flags, async (api) => {
        const story = await storyOf(api, id)
        if (flags.output === 'json') {
          const records = story.map(({ seq, hash, record }) => ({ seq, hash, record }))
          return screen.out(`${printableJson(records)}\n`)
        }
        const meant = story.find(({ eventId }) => eventId === id) ?? outcomeIn(story)
        screen.out(details(screen, meant) + storyLines(screen, story))
      }),
    )
}

/** Every record of the request. */
async function storyOf(api: ApiClient, id: string): Promise<readonly EventView[]> {
  const byRequest = await all(api, 'request-id', id)
  if (byRequest.length > 0) return byRequest
  const [event] = await all(api, 'event-id', id)
  if (event !== undefined) return await all(api, 'request-id', event.requestId)
  throw new Failure('notFound', `No event or request has the id "${id}".`, {
    todo: ['See what is on record with: fleetkey events --all'],
  })
}

async function all(api: ApiClient, name: string, value: string): Promise<readonly EventView[]> {
  const found: EventView[] = []
  const search = {
    Filters: [{ Name: name, Values: [value] }],
    Order: 'oldest',
    Detail: 'records',
  } as const
  for await (const { events } of searchEvents(api, search)) found.push(...events)
  return found
}

/** What became of what was asked for; hosts tell theirs later. */
function outcomeIn(story: readonly EventView[]): EventView {
  const asked = story.find(({ phase }) => phase === 'outcome') ?? story[0]
  if (asked === undefined) throw new Error('a story without a record')
  return asked
}

function details(screen: Screen, event: EventView): string {
  const { record, sourceAddress, userAgent, instanceId, instanceName, reasons } = event
  const parts: readonly (readonly [string, string | undefined])[] = [
    ['Event', `${printable(event.action)}  ${screen.paintOut.faint(printable(event.source))}`],
    ['Time', localTime(event.time)],
    ['Who', printable(event.who)],
    [
      'From',
      [sourceAddress, userAgent]
        .filter(Boolean)
        .map((text) => printable(text ?? ''))
        .join('  '),
    ],
    [
      'Instance',
      [instanceName, instanceId]
        .filter(Boolean)
        .map((text) => printable(text ?? ''))
        .join('  '),
    ],
    ['OS user', event.osUser && printable(event.osUser)],
    ['Key', event.fingerprint && printable(event.fingerprint)],
    ['Outcome', outcome(screen, event)],
    ...reasons.map((reason, index) => [index === 0 ? 'Because' : '', printable(reason)] as const),
    ['Asked for', shownMembers(record['requestParameters'])],
    ['Answered', shownMembers(record['responseElements'])],
    ['Request id', printable(event.requestId)],
    ['Event id', printable(event.eventId)],
  ]
  return parts
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name.padEnd(10)}  ${value}\n`)
    .join('')
}

function storyLines(screen: Screen, story: readonly EventView[]): string {
  const longest = (text: (event: EventView) => string) =>
    Math.max(...story.map((event) => printable(text(event)).length))
  const [actions, outcomes] = [longest(({ action }) => action), longest(outcomeText)]
  const lines = story.map((event) => {
    // Colours have no width.
    const gap = ' '.repeat(outcomes - printable(outcomeText(event)).length)
    const action = printable(event.action).padEnd(actions)
    const line = `  ${localTime(event.time)}  ${action}  ${outcome(screen, event)}${gap}  ${says(event)}`
    return `${line.trimEnd()}\n`
  })
  return `Story\n${lines.join('')}`
}

/** What a host had to say of it. */
function says({ record, who, reasons }: EventView): string {
  const facts = record['additionalEventData'] as
    | Readonly<Record<string, unknown>>
    | null
    | undefined
  const text = facts?.['says']
  const told = typeof text === 'string' ? text : reasons.join(' ')
  return printable(told === '' ? who : told)
}

function outcome(screen: Screen, event: EventView): string {
  const text = printable(outcomeText(event))
  return wentWrong(event) ? screen.paintOut.bad(text) : text
}

function shownMembers(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  return printableJson(value)
    .split('\n')
    .join(`\n${' '.repeat(12)}`)
}
