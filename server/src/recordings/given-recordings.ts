import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEnvelope } from '../secrets/envelope.ts'
import { openSqliteStore } from '../store/sqlite/open.ts'
import type { Act } from '../trail/trail.ts'
import { createRecordingRecorder } from '../trail/record-recordings.ts'
import type { RecordingBucket } from './bucket.ts'
import { recordingDirectory } from './directory.ts'
import { createRecordings, type RecordingParts, type Recordings } from './recordings.ts'
import type { RecordingsConfig } from './recordings-config.ts'

const REALM = { accountId: '111122223333', region: 'on-prem-1', partition: 'aws' } as const
const CONFIG = {
  enabled: true,
  required: 'tagged',
  input: false,
  keepDays: 90,
  maxMegabytes: 1024,
} as const

/** For tests: recordings over a real store and a real directory, with a trail of which the acts are seen. */
export async function givenRecordings(parts: { readonly directory?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'fleetkey-recordings-'))
  const path = parts.directory ?? join(folder, 'recordings')
  const store = await openSqliteStore({ file: join(folder, 'fleetkey.db') })
  const acts: Act[] = []
  const logged: string[] = []
  const clock = { ms: Date.UTC(2026, 10, 26, 12), elapsed: 0 }
  /** The trail, while it can be written. */
  const trail = { broken: undefined as Error | undefined }
  const complete = (act: Act) => {
    if (trail.broken !== undefined) return Promise.reject(trail.broken)
    acts.push(act)
    return Promise.resolve({ seq: acts.length, hash: '' })
  }
  const log = (facts: object, text: string) => void logged.push(`${text} ${JSON.stringify(facts)}`)
  const envelope = createEnvelope(randomBytes(32))
  const started: Recordings[] = []
  return {
    path,
    store,
    acts,
    clock,
    trail,
    log: () => logged.join('\n'),
    envelope,
    directory: recordingDirectory(path),
    /** As a server that is started over what there is. */
    start(
      config: Partial<RecordingsConfig> = {},
      others: Partial<RecordingParts> & { readonly bucket?: RecordingBucket } = {},
    ): Recordings {
      const recordings = createRecordings({
        config: { ...CONFIG, ...config },
        directory: recordingDirectory(path),
        recordings: store.recordings,
        recorder: createRecordingRecorder(
          { complete },
          { realm: REALM, instances: store.instances },
        ),
        envelope,
        now: () => clock.ms,
        elapsed: () => clock.elapsed,
        log: { info: log, warn: log },
        ...others,
      })
      started.push(recordings)
      return recordings
    },
    async close() {
      await Promise.all(started.map((one) => one.stop()))
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** All the text of a recording. */
export async function wholeText(
  recordings: Recordings,
  row: Parameters<Recordings['readPage']>[0],
): Promise<string> {
  const pages: Buffer[] = []
  for (let offset = 0; ;) {
    // oxlint-disable-next-line no-await-in-loop -- page by page
    const { text } = await recordings.readPage(row, { offset, most: 1 << 20 })
    if (text.length === 0) return Buffer.concat(pages).toString()
    pages.push(text)
    offset += text.length
  }
}
