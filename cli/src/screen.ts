import { isatty } from 'node:tty'
import { paintFor, printable, printableJson, table, type Paint } from './output.ts'

/** What a command sees of its surroundings; tests hand in their own. */
export interface Screen {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether a person can be asked: stdin and stderr are terminals. */
  readonly interactive: boolean
  readonly paintOut: Paint
  readonly paintErr: Paint
  /** Columns of the terminal that stdout is; undefined when it is none. */
  readonly width?: () => number | undefined
  out(text: string): void
  err(text: string): void
  now(): number
}

export type OutputFormat = 'table' | 'json'

/**
 * The screen of this process. Streams are opened only when something is written: opening one makes its descriptor non-blocking, also
 * for the ssh that shares it, and takes milliseconds from every login.
 */
export function processScreen(): Screen {
  const { env } = process
  let isOpen = false
  return {
    env,
    interactive: isatty(0) && isatty(2),
    paintOut: paintFor({ isTTY: isatty(1) }, env),
    paintErr: paintFor({ isTTY: isatty(2) }, env),
    width: () => (isatty(1) ? process.stdout.columns : undefined),
    out: (text) => {
      if (!isOpen) process.stdout.on('error', stopWhenUnread)
      isOpen = true
      process.stdout.write(text)
    },
    err: (text) => process.stderr.write(text),
    now: () => Date.now(),
  }
}

/** `fleetkey events | head`: the reader has enough. */
function stopWhenUnread(error: Error & { readonly code?: string }): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
}

/** One thing and its parts: a line each for people, an object for programs. */
export function printParts(
  screen: Screen,
  format: OutputFormat,
  parts: Readonly<Record<string, string>>,
): void {
  if (format === 'json') return screen.out(`${printableJson(parts)}\n`)
  const width = Math.max(...Object.keys(parts).map((name) => name.length))
  for (const [name, value] of Object.entries(parts)) {
    screen.out(`${name.padEnd(width)}  ${printable(value)}\n`)
  }
}

/** A listing in the wanted format. `json` is what programs get: whole values, stable names. */
export function printListing(
  screen: Screen,
  format: OutputFormat,
  listing: {
    readonly headings: readonly string[]
    readonly rows: readonly (readonly string[])[]
    readonly json: unknown
    /** Said on stderr, with what to do, when there are no rows. */
    readonly whenEmpty: string
  },
): void {
  if (format === 'json') return screen.out(`${printableJson(listing.json)}\n`)
  if (listing.rows.length === 0) return screen.err(`${listing.whenEmpty}\n`)
  screen.out(table(listing.headings, listing.rows))
}
