import type { EventQuery } from './event-query.ts'

/** A token of the filter bar. Without a name it is text. */
export interface FilterToken {
  readonly propertyKey?: string
  readonly operator: string
  readonly value?: unknown
}

export function tokensOf({ filters, text }: Pick<EventQuery, 'filters' | 'text'>) {
  const words = Array.from(text.matchAll(/"([^"]+)"|[^\s"]+/g), ([word, quoted]) => quoted ?? word)
  return [
    ...filters.flatMap(({ name, values }) =>
      values.map((value) => ({ propertyKey: name, operator: '=', value })),
    ),
    ...words.map((value) => ({ operator: ':', value })),
  ]
}

/** Those of one name are its values; what has none is looked for as it stands. */
export function queryOfTokens(
  tokens: readonly FilterToken[],
): Pick<EventQuery, 'filters' | 'text'> {
  const byName = new Map<string, string[]>()
  const words: string[] = []
  for (const { propertyKey, value } of tokens) {
    const text = typeof value === 'string' ? value.trim() : ''
    if (text === '') continue
    if (propertyKey !== undefined)
      byName.set(propertyKey, [...(byName.get(propertyKey) ?? []), text])
    else words.push(...wordsIn(text))
  }
  return {
    filters: [...byName].map(([name, values]) => ({ name, values: [...new Set(values)] })),
    text: words.join(' '),
  }
}

/** A text with blanks is one word; quotes cannot stand inside. */
function wordsIn(text: string): readonly string[] {
  return text.split('"').flatMap((part) => {
    const word = part.trim()
    if (word === '') return []
    return [/\s/.test(word) ? `"${word}"` : word]
  })
}
