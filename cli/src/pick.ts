import { ask } from './ask.ts'
import { Failure } from './failure.ts'
import { printable, table } from './output.ts'
import type { Screen } from './screen.ts'

/**
 * Lets the person at the terminal pick one of several, by number or by the beginning of its first column.
 * @throws Failure `ambiguous` with all of them when nobody can be asked
 */
export async function pick<T>(
  screen: Screen,
  choice: {
    readonly headings: readonly string[]
    readonly rows: readonly { readonly cells: readonly string[]; readonly value: T }[]
    /** What to say, and what to do, when nobody is there to pick. */
    readonly ambiguous: string
    readonly todo: string
  },
): Promise<T> {
  const { headings, rows } = choice
  if (!screen.interactive) {
    throw new Failure('ambiguous', choice.ambiguous, {
      why: rows.map(({ cells }) => printable(cells.join('  ')).trimEnd()),
      todo: [choice.todo],
    })
  }
  const numbered = rows.map(({ cells }, index) => [String(index + 1), ...cells])
  screen.err(table(['#', ...headings], numbered))
  const reply = (await ask('Which one? (number or name) ')).trim()
  const fitting = /^\d+$/.test(reply)
    ? rows.slice(Number(reply) - 1, Number(reply) || undefined)
    : rows.filter(({ cells }) => reply !== '' && cells[0]?.startsWith(reply))
  const [only] = fitting
  if (only && fitting.length === 1) return only.value
  throw new Failure('cancelled', `"${reply}" is not one of them.`)
}
