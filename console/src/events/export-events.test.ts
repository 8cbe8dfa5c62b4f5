import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { exportEvents, type ExportFormat } from './export-events.ts'
import type { EventPage } from './search-events.ts'
import { sampleEvent } from './testing/sample-event.ts'
import { readEvent } from './trail-record.ts'

async function* pagesOf(...pages: readonly EventPage['events'][]): AsyncGenerator<EventPage> {
  for (const events of pages) yield { events, next: undefined, searchedTo: undefined }
}

const SEARCH = { Order: 'newest', Detail: 'acts' } as const
const [one, two] = [1, 2].map((seq) => readEvent(sampleEvent({}, {}, seq)))
const pages = () =>
  pagesOf(
    [one, two].flatMap((event) => event ?? []),
    [],
    [one].flatMap((event) => event ?? []),
  )

async function exported(format: ExportFormat, given = pages()) {
  const parts: string[] = []
  const told: number[] = []
  const count = await exportEvents(SEARCH, {
    format,
    sink: { write: (text) => void parts.push(text) },
    signal: new AbortController().signal,
    onProgress: ({ records }) => told.push(records),
    pages: given,
  })
  return { parts, told, count, lines: parts.join('').trimEnd().split(/\r?\n/) }
}

describe('exportEvents', () => {
  it('writes a line of JSON for each, page by page, and says how far it is', async () => {
    const { lines, told, count, parts } = await exported('jsonl')
    assert.deepEqual([count, lines.length, parts.length, told], [3, 3, 2, [2, 2, 3]])
    const { seq, record } = JSON.parse(lines[1] ?? '')
    assert.deepEqual([seq, record.eventName], [2, 'SendSSHPublicKey'])
  })
  it('writes headings once, and a row for each', async () => {
    const { lines } = await exported('csv')
    assert.equal(lines.length, 4)
    assert.match(lines[0] ?? '', /^\u{feff}"Event time","Event name"/u)
    assert.match(lines[3] ?? '', /^"2026-11-26T12:00:00Z","SendSSHPublicKey","ann"/)
  })
  it('writes nothing that a spreadsheet takes for a formula', async () => {
    const hostile = readEvent(
      sampleEvent({}, { instanceName: '=HYPERLINK("http://x")', osUser: '@SUM(1)' }),
    )
    const { lines } = await exported('csv', pagesOf([hostile]))
    assert.match(lines[1] ?? '', /"'=HYPERLINK\(""http:\/\/x""\)"/)
    assert.match(lines[1] ?? '', /"'@SUM\(1\)"/)
  })
  it('stops when it is told to', async () => {
    const stop = new AbortController()
    const parts: string[] = []
    const running = exportEvents(SEARCH, {
      format: 'jsonl',
      sink: { write: (text) => void parts.push(text) },
      signal: stop.signal,
      onProgress: () => stop.abort(),
      pages: pages(),
    })
    await assert.rejects(running, { name: 'AbortError' })
    assert.equal(parts.length, 1)
  })
})
