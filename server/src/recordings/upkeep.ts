import type { RecordingRow, RecordingStore } from '../store/recording-store.ts'
import type { RecordingRecorder } from '../trail/record-recordings.ts'
import type { RecordingBucket } from './bucket.ts'
import type { RecordingDirectory } from './directory.ts'
import { BytesMissing } from './stored-bytes.ts'
import { removeBytes } from './remove-bytes.ts'

export interface UpkeepParts {
  readonly directory: RecordingDirectory
  readonly bucket?: RecordingBucket | undefined
  readonly recordings: Pick<RecordingStore, 'forget' | 'list' | 'moved'>
  readonly recorder: Pick<RecordingRecorder, 'expired'>
  readonly keepDays: number
  readonly now: () => number
  readonly log: { info(facts: object, text: string): void; warn(facts: object, text: string): void }
  /** How often all is looked at. Milliseconds. */
  readonly everyMs?: number | undefined
  /** Whether this server writes it now. */
  readonly isHere: (recordingId: string) => boolean
  readonly recoverOne: (row: RecordingRow) => Promise<void>
  readonly settleRest: () => Promise<void>
}

const EVERY_MS = 60_000
const DAY_MS = 86_400_000
const AT_ONCE = 200

/**
 * What is to be done with recordings beside writing them: ending those that an earlier run left open, moving what is over to the bucket, and
 * removing what is old. Whatever fails is tried again the next time.
 */
export function startUpkeep(parts: UpkeepParts): {
  /** Looks soon. */
  wake(): void
  settled(): Promise<void>
  stop(): Promise<void>
} {
  const { directory, bucket, recordings, recorder, keepDays, now, log } = parts
  const stopping = new AbortController()
  const { signal } = stopping

  /** Newest first, a page at a time; those that fail stay, and are passed by: `most` of them, then it is left for the next time. */
  async function each(
    query: Omit<Parameters<RecordingStore['list']>[0], 'limit'>,
    work: (row: RecordingRow) => Promise<void>,
    { what, most = Infinity }: { readonly what: string; readonly most?: number },
  ): Promise<void> {
    let failures = 0
    let place: { readonly beforePlace?: number } = {}
    while (!signal.aborted) {
      const rows = await recordings.list({ ...query, ...place, limit: AT_ONCE })
      for (const row of rows) {
        if (signal.aborted) return
        const { recordingId } = row
        try {
          await work(row)
        } catch (error) {
          // What a stop broke off is none's fault, and goes on at the next start.
          if (signal.aborted) return
          log.warn({ recordingId, error: String(error) }, what)
          failures += 1
          if (failures >= most) return
        }
      }
      const last = rows.at(-1)
      if (last === undefined || rows.length < AT_ONCE) return
      place = { beforePlace: last.place }
    }
  }

  async function move(row: RecordingRow): Promise<void> {
    if (row.end === undefined || bucket === undefined) return
    const stored = await directory.open(row).catch((error: unknown) => {
      // Taken away: whoever reads it is told. The bucket is not to blame.
      if (error instanceof BytesMissing) return undefined
      throw error
    })
    if (stored === undefined) return
    try {
      await bucket.upload(row, stored, { size: await stored.size(), signal })
    } finally {
      await stored.close()
    }
    await recordings.moved(row.recordingId)
    await directory.remove(row)
  }

  async function expire(row: RecordingRow): Promise<void> {
    await recorder.expired(row, keepDays)
    await removeBytes(row, parts)
    await recordings.forget(row.recordingId)
  }

  async function look(): Promise<void> {
    await parts.settleRest()
    await each(
      { state: 'running' },
      async (row) => {
        if (!parts.isHere(row.recordingId)) await parts.recoverOne(row)
      },
      { what: 'a recording that was cut off is not in order yet' },
    )
    const endedBefore = now() - keepDays * DAY_MS
    await each({ endedBefore }, expire, {
      what: 'an old recording was not removed',
    })
    if (bucket !== undefined) {
      // A bucket that is away is not asked for each of thousands.
      const what = 'a recording is not in the bucket yet'
      await each({ keptIn: 'directory' }, move, { what, most: 3 })
    }
  }

  let looking: Promise<void> | undefined
  let isAsked = false
  const go = () => {
    isAsked = true
    looking ??= (async () => {
      while (isAsked && !signal.aborted) {
        isAsked = false
        try {
          await look()
        } catch (error) {
          log.warn({ error: String(error) }, 'recordings were not looked after')
        }
      }
    })().finally(() => (looking = undefined))
  }
  const timer = setInterval(go, parts.everyMs ?? EVERY_MS).unref()
  go()

  return {
    wake: go,
    settled: async () => {
      while (looking !== undefined) await looking
    },
    async stop() {
      stopping.abort()
      clearInterval(timer)
      await looking
    },
  }
}
