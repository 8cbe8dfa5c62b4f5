import { createHash } from 'node:crypto'
import { buildLogFile, type DigestedRecord } from '@fleetkey/wire/trail/build-digest'
import type { DigestLogFile } from '@fleetkey/wire/trail/digest'
import { LOG_BETWEEN, LOG_HEAD, LOG_TAIL } from '@fleetkey/wire/trail/log-file'
import type { TrailPlace } from '@fleetkey/wire/trail/object-names'
import type { StoredTrailEntry } from '../store/store.ts'

/** What fits into one file: whoever reads one back holds it in memory. */
const MAX_RECORDS = 10_000
const MAX_LENGTH = 16 * 1024 * 1024

/** A log file to be: its hash grows with it, so that its content is never held. */
export class LogFileDraft {
  readonly #content = createHash('sha256').update(LOG_HEAD)
  readonly #records: DigestedRecord[] = []
  #length = 0

  get isFull(): boolean {
    return this.#records.length >= MAX_RECORDS || this.#length >= MAX_LENGTH
  }

  add({ seq, hash, time, record }: StoredTrailEntry): void {
    if (this.#records.length > 0) this.#content.update(LOG_BETWEEN)
    this.#content.update(record)
    this.#length += record.length
    this.#records.push({ seq, hash, time })
  }

  /** Undefined when it is empty. `end` is the end of its digest. */
  finish(place: TrailPlace, end: number): DigestLogFile | undefined {
    const [first, ...rest] = this.#records
    if (first === undefined) return undefined
    const hashValue = this.#content.update(LOG_TAIL).digest('hex')
    return buildLogFile(place, [first, ...rest], { end, hashValue })
  }
}
