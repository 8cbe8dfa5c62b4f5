import type { Uncovered } from './covers.ts'
import type { Claim } from './covers/claim.ts'
import type { EntrySet } from './covers/entry-set.ts'
import type { LayerKind, Rule } from './covers/standing.ts'
import { nameOf } from './explain-statement.ts'
import { printable, quote } from './quote.ts'

/**
 * For whoever wanted to hand it over: which statement gives what they do not hold, what they hold, and what to do. Two lines;
 * everything from outside is cut and free of control characters.
 */
export function explainUncovered({ given, gap }: Uncovered): string {
  return `${capitalize(nameOf(given))} would allow ${contentOf(given)}, and ${reasonOf(gap)}.\n${remedyOf(gap)}`
}

const ask = 'let somebody do this who may fleetkey:GrantAnyPermission'

function reasonOf(gap: Uncovered['gap']): string {
  switch (gap.kind) {
    case 'notAllowed':
      return gap.nearest === undefined
        ? `no statement of ${layers[gap.layer]} allows you that`
        : `${nameOf(gap.nearest.rule)} allows you that only where ${listOf(gap.nearest.wanting.map(wantOf))}`
    case 'denied':
      return `${nameOf(gap.rule)} denies you some of that`
    case 'tooMany':
      return 'there is too much to compare in these policies'
  }
}

function remedyOf(gap: Uncovered['gap']): string {
  switch (gap.kind) {
    case 'notAllowed':
      return gap.nearest === undefined
        ? `Hand out only what you may do yourself, or ${ask}.`
        : `Put the same condition into the statement, or ${ask}.`
    case 'denied':
      return `Leave that out, put the same Deny beside it, or ${ask}.`
    case 'tooMany':
      return `Write fewer and simpler statements, or ${ask}.`
  }
}

const layers: Readonly<Record<LayerKind, string>> = {
  identity: 'your policies',
  boundary: 'your permissions boundary',
  session: 'your session policies',
}

function contentOf({ actions, resources }: Rule): string {
  return `${elementOf(actions)} on ${elementOf(resources)}`
}

function elementOf({ element, entries }: EntrySet): string {
  const all = listOf(entries.map(({ text }) => quote(text, 256)))
  return element === 'some' ? all : `all but ${all}`
}

function wantOf({ condition: { operator, key, wanted } }: Claim): string {
  return `${printable(operator)} ${printable(key)} is ${listOf(wanted.map((value) => quote(value)))}`
}

function listOf(texts: readonly string[]): string {
  const shown = texts.slice(0, 3)
  return texts.length > 3 ? `${shown.join(', ')} and ${texts.length - 3} more` : shown.join(', ')
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
