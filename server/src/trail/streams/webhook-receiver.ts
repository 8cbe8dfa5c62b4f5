import { readFile } from 'node:fs/promises'
import { jsonLine } from '@fleetkey/domain/acting-characters'
import { streamedRecord, type StreamReceiver } from './stream-receiver.ts'

const WITHIN_MS = 15_000
const MAX_HEADERS_FILE = 64 * 1024

/**
 * POSTs `{"records": [{"seq", "hash", "record"} …]}`. Any status of 200 to 299 means that all of them are taken; a redirect is none, for who may have the trail is
 * decided by the URL alone.
 */
export function webhookReceiver(parts: {
  readonly url: string
  /** Read anew for each batch, so that a token can be changed: lines of `Name: value`. */
  readonly headersFile: string | undefined
}): StreamReceiver {
  const { url, headersFile } = parts
  return {
    // Without what may be a token in its query.
    name: `webhook ${new URL(url).origin}`,
    async take(entries, signal) {
      const headers = headersFile === undefined ? [] : await readHeaders(headersFile)
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: [['content-type', 'application/json'], ...headers],
        body: jsonLine({ records: entries.map(streamedRecord) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
      })
      await response.body?.cancel()
      if (!response.ok) throw new Error(`it answers with status ${response.status}`)
    },
  }
}

/** RFC 9110 §5.5. What fetch would not take is refused here: its own error repeats the value. */
const HEADER = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\t\u0020-\u007e\u0080-\u00ff]*?)[ \t\r]*$/

/** Nothing of it goes into an error: there are secrets in it. */
async function readHeaders(file: string): Promise<readonly [string, string][]> {
  const text = await readFile(file, 'utf8')
  if (text.length > MAX_HEADERS_FILE) throw new Error(`${file} is larger than ${MAX_HEADERS_FILE}`)
  return text.split('\n').flatMap((line, index): [string, string][] => {
    if (line.trim() === '') return []
    const [, name, value] = HEADER.exec(line) ?? []
    if (name === undefined || value === undefined) {
      throw new Error(`line ${index + 1} of ${file} is no header like "Authorization: Bearer …"`)
    }
    return [[name, value]]
  })
}
