import { Failure } from '../../failure.ts'
import { printable, printableJson } from '../../output.ts'
import type { OutputFormat, Screen } from '../../screen.ts'
import { localTime } from '../../time.ts'

/** One thing that there is to say about somebody: lines for people, a value for programs. */
export interface Fact {
  readonly label: string
  readonly lines: readonly string[]
  /** Under this name in JSON. */
  readonly key: string
  /** `null` where the caller may not see it. */
  readonly json: unknown
}

/**
 * Asks for a fact. What the caller may not see, and what is gone in between, is a fact as well: the others are shown all the same.
 * Every other failure is thrown.
 */
export async function fact<T>(
  label: string,
  key: string,
  ask: {
    readonly read: () => Promise<T>
    readonly lines: (value: T) => readonly string[]
  },
): Promise<Fact> {
  try {
    const json = await ask.read()
    return { label, key, json, lines: ask.lines(json) }
  } catch (error) {
    if (!(error instanceof Failure) || !error.isDenial) throw error
    return { label, key, json: null, lines: ['(you may not see this)'] }
  }
}

/** What was known already. */
export function knownFact(label: string, key: string, text: string): Fact {
  return { label, key, json: text, lines: text === '' ? [] : [text] }
}

/** A moment, in milliseconds since 1970 for programs. */
export function timeFact(
  label: string,
  key: string,
  { at, never }: { readonly at: number | undefined; readonly never: string },
): Fact {
  if (at === undefined) return { label, key, json: null, lines: [never] }
  return { label, key, json: at, lines: [localTime(at)] }
}

/** A label and its lines, below one another; `-` where there is nothing. */
export function printFacts(screen: Screen, format: OutputFormat, facts: readonly Fact[]): void {
  if (format === 'json') {
    const whole = Object.fromEntries(facts.map(({ key, json }) => [key, json]))
    return screen.out(`${printableJson(whole)}\n`)
  }
  const width = Math.max(...facts.map(({ label }) => label.length))
  for (const { label, lines } of facts) {
    const [first = '-', ...more] = lines
    screen.out(`${label.padEnd(width)}  ${printable(first)}\n`)
    for (const line of more) screen.out(`${' '.repeat(width)}  ${printable(line)}\n`)
  }
}
