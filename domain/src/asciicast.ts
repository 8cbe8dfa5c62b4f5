/**
 * Lines of asciicast v2 (asciinema's documentation, "asciicast v2"): the first is a header, each further one an event
 * `[seconds, code, data]`.
 */
export interface CastHeader {
  readonly width: number
  readonly height: number
  /** Seconds since 1970: when it began. */
  readonly timestamp?: number
  readonly title?: string
}

/** `o`: shown by the terminal. `i`: typed. `r`: resized. */
export type CastEvent =
  | { readonly code: 'o' | 'i'; readonly at: number; readonly text: string }
  | { readonly code: 'r'; readonly at: number; readonly cols: number; readonly rows: number }

/** A longer one is none that was written here. UTF-16 units. */
const MAX_LINE = 1 << 20
const MAX_SIDE = 10_000
const SIZE = /^(\d{1,5})x(\d{1,5})$/

/** With its line end. */
export const castHeaderLine = ({ width, height, ...others }: CastHeader): string =>
  `${JSON.stringify({ version: 2, width, height, ...others, env: { TERM: 'xterm-256color' } })}\n`

/** With its line end. `at`: seconds since the beginning, kept to the microsecond. */
export function castLine(event: CastEvent): string {
  const data = event.code === 'r' ? `${event.cols}x${event.rows}` : event.text
  return `[${event.at.toFixed(6)}, "${event.code}", ${JSON.stringify(data)}]\n`
}

/** Undefined when it is no header of version 2. */
export function parseCastHeader(line: string): CastHeader | undefined {
  const value = parsed(line)
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 2) {
    return undefined
  }
  const { width, height, timestamp, title } = value as Partial<Record<string, unknown>>
  if (!isSide(width) || !isSide(height)) return undefined
  return {
    width,
    height,
    ...(typeof timestamp === 'number' && { timestamp }),
    ...(typeof title === 'string' && { title }),
  }
}

/** Undefined when it is none, or one of a kind that is not shown (markers). */
export function parseCastLine(line: string): CastEvent | undefined {
  const value = parsed(line)
  if (!Array.isArray(value)) return undefined
  const [at, code, data] = value as unknown[]
  if (typeof at !== 'number' || !(at >= 0) || typeof data !== 'string') return undefined
  if (code === 'o' || code === 'i') return { code, at, text: data }
  const size = code === 'r' ? SIZE.exec(data) : null
  const [cols, rows] = [Number(size?.[1]), Number(size?.[2])]
  return isSide(cols) && isSide(rows) ? { code: 'r', at, cols, rows } : undefined
}

const isSide = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= MAX_SIDE

function parsed(line: string): unknown {
  if (line.length > MAX_LINE) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
