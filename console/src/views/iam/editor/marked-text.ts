import type { Level } from '@fleetkey/iam/lint/finding'
import type { Span } from './locate.ts'

/** A stretch of text, marked or not. */
export interface Stretch {
  readonly text: string
  readonly level: Level | undefined
}

const RANK: Readonly<Record<Level, number>> = { error: 3, warning: 2, suggestion: 1 }

/** The text in one piece after the other; where marks overlap the worst counts. */
export function markedText(
  text: string,
  marks: readonly (Span & { readonly level: Level })[],
): readonly Stretch[] {
  const edges = new Set([0, text.length])
  for (const { from, to } of marks)
    edges.add(Math.min(from, text.length)).add(Math.min(to, text.length))
  const sorted = [...edges].toSorted((a, b) => a - b)
  return sorted.slice(1).map((to, index) => {
    const from = sorted[index] ?? 0
    const over = marks.filter((mark) => mark.from <= from && mark.to >= to)
    return { text: text.slice(from, to), level: worstOf(over) }
  })
}

/** The worst of what is in each line, by its number from 1. */
export function levelsByLine(
  problems: readonly { readonly line: number; readonly level: Level }[],
): ReadonlyMap<number, Level> {
  const levels = new Map<number, Level>()
  for (const problem of problems) {
    const worst = worstOf([problem, ...[levels.get(problem.line)].flatMap(asMark)])
    if (worst !== undefined) levels.set(problem.line, worst)
  }
  return levels
}

const asMark = (level: Level | undefined) => (level === undefined ? [] : [{ level }])

function worstOf(marks: readonly { readonly level: Level }[]): Level | undefined {
  return marks.toSorted((one, other) => RANK[other.level] - RANK[one.level])[0]?.level
}
