import {
  parseCastHeader,
  parseCastLine,
  type CastEvent,
  type CastHeader,
} from '@fleetkey/domain/asciicast'

/** What ReadRecording answers. */
export interface ReadPage {
  readonly Data: string
  readonly NextOffset: number
  /** Of the whole text so far. */
  readonly Bytes: number
  /** Of the recording so far. */
  readonly Seconds: number
  readonly State: string
  readonly ViewToken: string
}

export interface PageQuery {
  readonly Offset: number
  readonly MaxBytes: number
  readonly ViewToken?: string
}

/** A stretch of a recording, from one line to another. */
export interface RecordingPage {
  readonly offset: number
  /** Where the next page begins. The same as `offset`: there is no more as yet. */
  readonly next: number
  readonly events: readonly CastEvent[]
  /** Of the first page. */
  readonly header: CastHeader | undefined
}

const PAGE_BYTES = 256 << 10
/** So many pages are kept: some 8 MiB of text, however long the recording is. */
const MOST_PAGES = 32
/** One that runs is asked for more so often. */
const AGAIN_MS = 1000
/** Who does not leave. */
const NOBODY = new AbortController().signal

/** Reads a recording page by page, as one view, and keeps those that were asked for last. */
export class RecordingPages {
  readonly #read: (query: PageQuery) => Promise<ReadPage>
  /** By offset; the one that was asked for last stands last. */
  readonly #kept = new Map<number, RecordingPage>()
  readonly #asked = new Map<number, Promise<RecordingPage>>()
  #viewToken: string | undefined
  #bytes = 0
  #seconds = 0
  #isGrowing = false
  readonly #elapsed: () => number
  /** What there was not, when it was last asked for. */
  #end: { readonly page: RecordingPage; readonly until: number } | undefined

  /** @param elapsed milliseconds of a clock that nobody sets */
  constructor(read: (query: PageQuery) => Promise<ReadPage>, elapsed: () => number) {
    this.#read = read
    this.#elapsed = elapsed
  }

  /** As the last answer said. */
  get extent() {
    return { bytes: this.#bytes, seconds: this.#seconds, isGrowing: this.#isGrowing }
  }

  /**
   * What is under way is not cancelled: several may wait for it, and it is kept for the next who asks.
   * @param offset 0, or the `next` of another page
   */
  async page(offset: number, signal: AbortSignal): Promise<RecordingPage> {
    const kept = this.#kept.get(offset)
    if (kept !== undefined) {
      this.#keep(kept)
      return kept
    }
    if (this.#end?.page.offset === offset && this.#elapsed() < this.#end.until)
      return this.#end.page
    const asked = this.#asked.get(offset) ?? this.#ask(offset)
    this.#asked.set(offset, asked)
    try {
      const page = await asked
      signal.throwIfAborted()
      return page
    } finally {
      if (this.#asked.get(offset) === asked) this.#asked.delete(offset)
    }
  }

  /** Asks for it, to have it when somebody comes for it: they are told what was wrong with it. */
  ahead(offset: number): void {
    if (!this.#kept.has(offset)) this.page(offset, NOBODY).catch(() => undefined)
  }

  async #ask(offset: number): Promise<RecordingPage> {
    // The answer to the first has the token by which the others are the same view.
    const { Data, NextOffset, Bytes, Seconds, State, ViewToken } = await this.#read({
      Offset: offset,
      MaxBytes: PAGE_BYTES,
      ...(this.#viewToken !== undefined && { ViewToken: this.#viewToken }),
    })
    this.#viewToken = ViewToken
    this.#bytes = Bytes
    this.#seconds = Seconds
    this.#isGrowing = State === 'running'
    const page = pageOf(Data, { offset, next: NextOffset })
    if (NextOffset > offset) this.#keep(page)
    // Of one that runs there may be more in a moment, and pictures are drawn more often than that.
    else this.#end = { page, until: this.#isGrowing ? this.#elapsed() + AGAIN_MS : Infinity }
    return page
  }

  #keep(page: RecordingPage): void {
    this.#kept.delete(page.offset)
    this.#kept.set(page.offset, page)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > MOST_PAGES && oldest !== undefined) this.#kept.delete(oldest)
  }
}

function pageOf(
  data: string,
  place: { readonly offset: number; readonly next: number },
): RecordingPage {
  const lines = data.split('\n')
  const header = place.offset === 0 ? parseCastHeader(lines[0] ?? '') : undefined
  // What is no event (a header, a line of a kind that is not shown) is passed over.
  return { ...place, header, events: lines.flatMap((line) => parseCastLine(line) ?? []) }
}
