import type { Condition } from '../condition/condition.ts'
import type { Statement } from '../statement.ts'
import { coversText } from './covering.ts'
import { eachStatement } from './finding.ts'

/** Beyond this many pairs of entries in a document the answer would take longer than it is worth. */
const mostPairs = 200_000

/** Statements that another one makes pointless: the same again, a wider one, or a Deny over an Allow. */
export const redundantStatement = eachStatement((statement, { document, kind }) => {
  if (kind === 'trust' || weight(document.statements) > mostPairs) return []
  const other = document.statements.find(
    (one) => one !== statement && overrides(one, statement) && covers(one, statement),
  )
  if (other === undefined) return []
  const name =
    other.sid === undefined
      ? `statement ${other.number}`
      : `statement ${other.number} (${other.sid})`
  if (other.effect !== statement.effect) {
    return [
      {
        level: 'error',
        what: `Everything that it allows is denied by ${name}.`,
        why: 'A Deny always wins, so the statement allows nothing.',
        instead: 'Leave it out, or narrow the Deny.',
      },
    ]
  }
  return [
    {
      level: 'suggestion',
      what: `Everything that it says is said by ${name} already.`,
      why: 'It changes nothing, and whoever removes the other one may be surprised.',
      instead: 'Leave it out.',
    },
  ]
})

/** Of two that say the same, the later one is pointless. */
function overrides(other: Statement, statement: Statement): boolean {
  if (other.effect !== statement.effect) return other.effect === 'Deny'
  return other.number < statement.number || !covers(statement, other)
}

/** Does `wide` apply whenever `narrow` does? No when in doubt. */
function covers(wide: Statement, narrow: Statement): boolean {
  return (
    coversElement(texts(wide.action, true), texts(narrow.action, true)) &&
    coversElement(texts(wide.resource, false), texts(narrow.resource, false)) &&
    wide.conditions.every((condition) => narrow.conditions.some((one) => isSame(condition, one)))
  )
}

interface Element {
  readonly element: string
  readonly entries: readonly { readonly text: string }[]
}

interface Texts {
  readonly isNegated: boolean
  readonly entries: readonly string[]
}

function texts(element: Element | undefined, isCaseInsensitive: boolean): Texts {
  return {
    isNegated: element?.element.startsWith('Not') ?? false,
    entries: (element?.entries ?? []).map(({ text }) =>
      isCaseInsensitive ? text.toLowerCase() : text,
    ),
  }
}

function coversElement(wide: Texts, narrow: Texts): boolean {
  if (wide.isNegated !== narrow.isNegated) return narrow.isNegated && wide.entries.includes('*')
  const [many, few] = wide.isNegated ? [narrow, wide] : [wide, narrow]
  return few.entries.every((entry) => many.entries.some((one) => coversText(one, entry)))
}

function isSame(one: Condition, other: Condition): boolean {
  return (
    one.operator === other.operator &&
    one.key.toLowerCase() === other.key.toLowerCase() &&
    one.wanted.length === other.wanted.length &&
    one.wanted.every((wanted) => other.wanted.includes(wanted))
  )
}

function weight(statements: readonly Statement[]): number {
  const entries = statements.reduce(
    (sum, { action, resource }) => sum + action.entries.length + (resource?.entries.length ?? 0),
    0,
  )
  return entries * entries
}
