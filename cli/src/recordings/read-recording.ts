import {
  parseCastHeader,
  parseCastLine,
  type CastEvent,
  type CastHeader,
} from '@fleetkey/domain/asciicast'
import { numberOf, textOf } from '../api/answer.ts'
import type { ApiClient } from '../api/api-client.ts'
import { READ_RECORDING } from '../api/operations.ts'
import { Failure } from '../failure.ts'

const PAGE_BYTES = 1 << 20

/** Reads one recording, as often as is wanted, as one view: it is one record of the trail. A page is in memory at a time. */
export class RecordingReader {
  readonly #api: ApiClient
  readonly #recordingId: string
  #viewToken: string | undefined

  constructor(api: ApiClient, recordingId: string) {
    this.#api = api
    this.#recordingId = recordingId
  }

  /** Whole lines, some at a time, up to what there is now. */
  async *pages(): AsyncGenerator<string> {
    for (let Offset = 0; ;) {
      // oxlint-disable-next-line no-await-in-loop -- page by page
      const page = await this.#api.call(READ_RECORDING, {
        RecordingId: this.#recordingId,
        Offset,
        MaxBytes: PAGE_BYTES,
        ...(this.#viewToken !== undefined && { ViewToken: this.#viewToken }),
      })
      this.#viewToken = textOf(page, 'ViewToken')
      const data = textOf(page, 'Data')
      if (data === '') return
      Offset = numberOf(page, 'NextOffset')
      yield data
    }
  }

  /** The header, then each event. */
  async *events(): AsyncGenerator<CastHeader | CastEvent> {
    let isFirst = true
    for await (const page of this.pages()) {
      for (const line of page.trimEnd().split('\n')) {
        const parsed = isFirst ? parseCastHeader(line) : parseCastLine(line)
        if (parsed !== undefined) yield parsed
        else if (isFirst) throw notACast(this.#recordingId)
        isFirst = false
      }
    }
  }
}

const notACast = (recordingId: string) =>
  new Failure('badAnswer', `The recording ${recordingId} does not begin as one does.`, {
    todo: [`See whether it is unchanged: fleetkey recordings verify ${recordingId}`],
  })
