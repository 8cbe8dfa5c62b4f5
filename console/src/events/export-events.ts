import { csvText } from '../ui/csv.ts'
import type { EventSearch } from './event-query.ts'
import { eventPages, type EventPage } from './search-events.ts'
import type { EventView } from './trail-record.ts'

export type ExportFormat = 'jsonl' | 'csv'

export interface ExportProgress {
  readonly records: number
  /** Of the last record, or how far it looked: seconds since 1970. */
  readonly at: number | undefined
}

/** Where the parts of a file go, one after the other. */
export interface Sink {
  write(text: string): Promise<void> | void
}

const HEADINGS = [
  'Event time',
  'Event name',
  'User name',
  'Source IP address',
  'Instance ID',
  'Instance name',
  'OS user',
  'SSH key fingerprint',
  'Outcome',
  'Reason',
  'Says',
  'Event source',
  'Request ID',
  'Event ID',
  'Sequence',
]

/** Everything that the search finds, page by page: no more than a page is held. Resolves to how many it were; aborted, it throws the reason. */
export async function exportEvents(
  search: EventSearch,
  options: {
    readonly format: ExportFormat
    readonly sink: Sink
    readonly signal: AbortSignal
    readonly onProgress: (progress: ExportProgress) => void
    readonly pages?: AsyncIterable<EventPage>
  },
): Promise<number> {
  const { format, sink, signal, onProgress } = options
  const { pages = eventPages(search, { signal }) } = options
  let records = 0
  if (format === 'csv') await sink.write(csvText(HEADINGS, []))
  for await (const { events, searchedTo } of pages) {
    signal.throwIfAborted()
    if (events.length > 0) await sink.write(format === 'csv' ? csvLines(events) : jsonLines(events))
    records += events.length
    onProgress({ records, at: events.at(-1)?.time ?? searchedTo })
  }
  return records
}

/** Without the headings, which stand once. */
function csvLines(events: readonly EventView[]): string {
  const [first, ...others] = events.map(cells)
  return first === undefined ? '' : csvText(first, others).replace(/^\u{feff}/u, '')
}

function cells(event: EventView): readonly string[] {
  return [
    new Date(event.time * 1000).toISOString().replace('.000Z', 'Z'),
    event.eventName,
    event.who,
    event.sourceAddress ?? '',
    event.instanceId ?? '',
    event.instanceName ?? '',
    event.osUser ?? '',
    event.fingerprint ?? '',
    event.outcome,
    event.reason ?? '',
    event.says.join(' '),
    event.eventSource,
    event.requestId,
    event.eventId,
    String(event.seq),
  ]
}

/** As `fleetkey events --output json` and streams have them. JSON keeps line breaks inside as \n. */
const jsonLines = (events: readonly EventView[]): string =>
  events.map(({ seq, hash, record }) => `${JSON.stringify({ seq, hash, record })}\n`).join('')
