import { StoreUnavailable, type Store, type TrailEntry } from '../store/store.ts'

/**
 * Records of what was answered, or refused, while the trail could not be written: kept in memory and written as soon as it can be. Only of
 * what has no effect without its record: a read, a refusal, an outcome whose intent is durable and which nobody was told as a success.
 */
export interface LateRecords {
  /** False when there are too many already: then it must not be answered. */
  keep(record: LateRecord): boolean
  /** How many there are. */
  readonly count: number
  /** Writes what it can, once. */
  flush(): Promise<void>
  stop(): Promise<void>
}

export interface LateRecord {
  /** `refused`: before it began, and it is not known whether its intent is on disk. Then it is that intent's outcome. */
  readonly phase: 'complete' | 'outcome' | 'refused'
  readonly requestId: string
  /** The entry, as what it turns out to be. The same eventId each time. */
  readonly entry: (phase: 'complete' | 'outcome') => TrailEntry
}

/** Some megabytes. */
const MOST = 1000
const EVERY_MS = 500

export function createLateRecords(parts: {
  readonly trail: Pick<Store['trail'], 'append' | 'lookup'>
  readonly log: Record<'warn' | 'error', (facts: object, text: string) => void>
}): LateRecords {
  const { trail, log } = parts
  const kept: LateRecord[] = []
  let isFullTold = false
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  async function write(record: LateRecord): Promise<void> {
    const found = await trail.lookup({ requestId: record.requestId, limit: 10 })
    const hasIntent = found.some(({ phase }) => phase === 'intent')
    const isOutcome = record.phase === 'outcome' || (record.phase === 'refused' && hasIntent)
    const entry = record.entry(isOutcome ? 'outcome' : 'complete')
    // What was in doubt may have been written after all.
    if (found.some(({ eventId }) => eventId === entry.eventId)) return
    await trail.append(entry)
  }

  /** Rejects while the trail cannot be written. What cannot be written for another reason does not keep the others waiting. */
  async function writeOrTell(record: LateRecord): Promise<void> {
    try {
      await write(record)
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error
      const { requestId } = record
      log.error({ requestId, error: String(error) }, 'a late record cannot be written')
    }
  }

  async function writeAll(): Promise<void> {
    const count = kept.length
    try {
      for (let [next] = kept; next !== undefined; [next] = kept) {
        await writeOrTell(next)
        kept.shift()
      }
    } catch {
      timer = setTimeout(() => void flush(), EVERY_MS).unref()
      return
    }
    isFullTold = false
    if (count > 0) log.warn({ records: count }, 'what was kept in memory is in the trail now')
  }

  async function flush(): Promise<void> {
    clearTimeout(timer)
    running ??= writeAll().finally(() => (running = undefined))
    await running
  }

  return {
    keep(record) {
      if (kept.length >= MOST) {
        if (!isFullTold) log.warn({ records: MOST }, 'no more is answered until it can be recorded')
        isFullTold = true
        return false
      }
      kept.push(record)
      clearTimeout(timer)
      timer = setTimeout(() => void flush(), EVERY_MS).unref()
      return true
    },
    get count() {
      return kept.length
    },
    flush,
    async stop() {
      await flush()
      clearTimeout(timer)
      if (kept.length > 0)
        log.warn({ records: kept.length }, 'records are lost: the disk is not back')
    },
  }
}
