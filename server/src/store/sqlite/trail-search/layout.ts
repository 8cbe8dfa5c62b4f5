/**
 * Where in the table `trail_postings` a term's records stand.
 *
 * Records are indexed in blocks of 64, a row each (postings.ts), whose 16 parts go by the first four bits of the terms' hashes. Sixteen stretches become one of the
 * next level, part by part: what was one part of each is a row of the larger one, its parts by the next four bits. So all rows stay about as large (some 3.6 KB: one
 * page of the database, and one look at a disk), and a search reads one row per stretch. After each block one part is moved up at each level: the work per block is the same for ever, and how far every move has
 * come follows from the number of blocks alone. Rows that nothing is left in are deleted.
 */

export const BLOCK_RECORDS = 64
const FAN_BITS = 4
export const FAN = 1 << FAN_BITS
/** Stretches of 64 · 16⁴ = 4,194,304 records, beyond which there is little to gain. */
export const TOP_LEVEL = 4

/** Of records, by their place in the trail. Both inclusive; empty when `low` is beyond `high`. */
export interface SeqRange {
  readonly low: number
  readonly high: number
}

/** A run of records whose postings lie together. */
export interface Stretch {
  readonly level: number
  /** Counted from the beginning of the trail, whatever was pruned. */
  readonly number: number
}

export const blockOf = (seq: number): number => Math.floor(seq / BLOCK_RECORDS)

/** Records in a stretch of that level. */
export const spanOf = (level: number): number => BLOCK_RECORDS * blocksOf(level)

export const rangeOf = ({ level, number }: Stretch): SeqRange => ({
  low: number * spanOf(level),
  high: (number + 1) * spanOf(level) - 1,
})

export const both = (a: SeqRange, b: SeqRange): SeqRange => ({
  low: Math.max(a.low, b.low),
  high: Math.min(a.high, b.high),
})

/** Key of that row of the stretch. A trail of 2⁵⁰ records has keys below 2⁵². */
export function placeOf({ level, number }: Stretch, row: number): number {
  return level * 2 ** 49 + number * rowsOf(level) + row
}

/** Rows of a stretch of that level: each holds the terms that begin with the same bits. */
export const rowsOf = (level: number): number => FAN ** level

/** The row that a term is in. */
export const rowOf = (hash: number, level: number): number =>
  level === 0 ? 0 : hash >>> (32 - FAN_BITS * level)

/** And its part. */
export const partOf = (hash: number, level: number): number =>
  (hash >>> (32 - FAN_BITS * (level + 1))) & (FAN - 1)

/** What is to be moved up once `blocks` blocks are indexed: this part of that row of the sixteen stretches below. */
export function moveAt(
  level: number,
  blocks: number,
):
  | (Stretch & {
      readonly row: number
      readonly from: { readonly row: number; readonly part: number }
    })
  | undefined {
  const since = blocks - blocksOf(level)
  if (since < 0) return undefined
  const moves = blocksOf(level)
  const row = since % moves
  const from = { row: Math.floor(row / FAN), part: row % FAN }
  return { level, number: Math.floor(since / moves), row, from }
}

/** How many rows of this stretch have been moved up from those below. */
function movedRows({ level, number }: Stretch, blocks: number): number {
  if (level === 0) return number + 1 <= blocks ? 1 : 0
  const since = blocks - blocksOf(level) * (number + 1) + 1
  return Math.max(0, Math.min(blocksOf(level), since))
}

/** The largest stretch with this block that has one of the terms, or, where none is asked for, anything. */
export function stretchOf(block: number, blocks: number, hashes: readonly number[]): Stretch {
  for (let level = TOP_LEVEL; level > 0; level--) {
    const stretch = { level, number: Math.floor(block / blocksOf(level)) }
    const hasSome =
      hashes.length === 0
        ? movedRows(stretch, blocks) > 0
        : hashes.some((hash) => isMoved(stretch, hash, blocks))
    if (hasSome) return stretch
  }
  return { level: 0, number: block }
}

/** Whether the term's records stand in the stretch itself, or still in the sixteen below. */
export function isMoved(stretch: Stretch, hash: number, blocks: number): boolean {
  return stretch.level === 0 || rowOf(hash, stretch.level) < movedRows(stretch, blocks)
}

export function below({ level, number }: Stretch): readonly Stretch[] {
  return Array.from({ length: FAN }, (_, index) => ({
    level: level - 1,
    number: number * FAN + index,
  }))
}

/** Blocks in a stretch of that level; as many moves make one. */
const blocksOf = (level: number): number => FAN ** level
