import { EscapeSequences } from '@fleetkey/domain/escape-sequences'
import type { RecordingPages } from './recording-pages.ts'

/** A place where a text appears. */
export interface Found {
  /** When its last character was shown, in seconds. */
  readonly at: number
  /** The line around it, cut to what fits: the text itself stands between the two. */
  readonly before: string
  readonly match: string
  readonly after: string
}

export const MOST_FOUND = 500
/** Of the line before and after. */
const AROUND = 60
/** A line of which no end is seen is searched in pieces. */
const MOST_LINE = 4096

/**
 * Where a text appears in a recording, in its order: page by page, so that memory stays bounded, and the next one is asked for while one is looked
 * through. Upper and lower case are the same. What is drawn at other places of the screen in one go counts as another line; what was rubbed out is not
 * found. It ends after {@link MOST_FOUND} places.
 */
export async function* searchRecording(
  pages: RecordingPages,
  text: string,
  signal: AbortSignal,
): AsyncGenerator<{ readonly found: readonly Found[]; readonly searchedBytes: number }> {
  const wanted = text.toLowerCase()
  if (wanted === '') return
  const lines = new ShownLines(wanted.length - 1)
  let count = 0
  for (let offset = 0; count < MOST_FOUND;) {
    // oxlint-disable-next-line no-await-in-loop -- page by page
    const page = await pages.page(offset, signal)
    signal.throwIfAborted()
    const isEnd = page.next === offset
    if (!isEnd) pages.ahead(page.next)
    const done = isEnd
      ? lines.rest()
      : page.events.flatMap((event) => (event.code === 'o' ? lines.write(event) : []))
    const found = done.flatMap((line) => matchesIn(line, wanted)).slice(0, MOST_FOUND - count)
    count += found.length
    yield { found, searchedBytes: page.next }
    if (isEnd) return
    offset = page.next
  }
}

interface ShownLine {
  readonly text: string
  /** From which of its characters on it was shown when, in their order. */
  readonly times: readonly ShownFrom[]
}

interface ShownFrom {
  readonly index: number
  readonly at: number
}

function matchesIn({ text, times }: ShownLine, wanted: string): readonly Found[] {
  const found: Found[] = []
  const lower = text.toLowerCase()
  // Some letters become longer in lower case: then places are not the same.
  const searched = lower.length === text.length ? lower : text
  for (
    let from = searched.indexOf(wanted);
    from !== -1;
    from = searched.indexOf(wanted, from + 1)
  ) {
    const to = from + wanted.length
    found.push({
      at: times.findLast(({ index }) => index < to)?.at ?? 0,
      before: text.slice(Math.max(0, from - AROUND), from).trimStart(),
      match: text.slice(from, to),
      after: text.slice(to, to + AROUND).trimEnd(),
    })
  }
  return found
}

/** What was shown, as lines, with when. */
class ShownLines {
  readonly #sequences = new EscapeSequences()
  /** Characters that the pieces of one line share, so that a text is found across them. */
  readonly #shared: number
  #text = ''
  #times: ShownFrom[] = []

  constructor(shared: number) {
    this.#shared = shared
  }

  write({ at, text }: { readonly at: number; readonly text: string }): readonly ShownLine[] {
    const done: ShownLine[] = []
    for (const token of this.#sequences.read(text)) {
      if (token.kind === 'text') {
        this.#put(token.text, at)
        if (this.#text.length > MOST_LINE + this.#shared) done.push(this.#piece(at))
      } else if (token.kind === 'control') {
        if (token.text === '\b') this.#rubOut()
        else if (token.text === '\t') this.#put(' ', at)
        else if (token.text === '\n' || token.text === '\r') done.push(...this.rest())
      } else if (token.kind === 'csi' && 'HfABEFdGJ'.includes(token.csi.final)) {
        // The cursor went elsewhere.
        done.push(...this.rest())
      } else if (token.kind === 'csi' && token.csi.final === 'C') this.#put(' ', at)
    }
    return done
  }

  rest(): readonly ShownLine[] {
    if (this.#text === '') return []
    const line = { text: this.#text, times: this.#times }
    this.#text = ''
    this.#times = []
    return [line]
  }

  /** All but what the next piece begins with: what is found there ends in what is new. */
  #piece(at: number): ShownLine {
    const piece = { text: this.#text, times: this.#times }
    this.#text = this.#shared === 0 ? '' : this.#text.slice(-this.#shared)
    this.#times = this.#text === '' ? [] : [{ index: 0, at }]
    return piece
  }

  #put(text: string, at: number): void {
    if (this.#times.at(-1)?.at !== at) this.#times.push({ index: this.#text.length, at })
    this.#text += text
  }

  #rubOut(): void {
    this.#text = this.#text.slice(0, -1)
    while ((this.#times.at(-1)?.index ?? -1) >= this.#text.length) this.#times.pop()
  }
}
