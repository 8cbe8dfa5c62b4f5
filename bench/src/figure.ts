/** One line of the table. */
export interface Figure {
  readonly what: string
  readonly value: number
  readonly unit: string
  /** All that was measured, when `value` stands for many. */
  readonly spread?: Spread
  readonly target?: Target
}

export interface Spread {
  readonly n: number
  readonly min: number
  readonly median: number
  readonly p99: number
}

export type Target =
  | { readonly kind: 'at most'; readonly value: number }
  | { readonly kind: 'at least'; readonly value: number }

export const atMost = (value: number): Target => ({ kind: 'at most', value })
export const atLeast = (value: number): Target => ({ kind: 'at least', value })

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  /** The smallest value that this share of all does not exceed. */
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
  return { n: sorted.length, min: sorted[0] ?? Number.NaN, median: at(0.5), p99: at(0.99) }
}

/** The median of many. */
export function medianFigure(
  what: string,
  unit: string,
  parts: { readonly values: readonly number[]; readonly target?: Target },
): Figure {
  const { values, target } = parts
  const spread = spreadOf(values)
  return { what, unit, value: spread.median, spread, ...(target && { target }) }
}

export function isMet({ value, target }: Figure): boolean | undefined {
  switch (target?.kind) {
    case 'at most':
      return value <= target.value
    case 'at least':
      return value >= target.value
    case undefined:
      return undefined
  }
}
