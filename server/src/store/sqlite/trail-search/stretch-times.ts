import type { DatabaseSync } from 'node:sqlite'
import { all, one, run } from '../sql.ts'
import { both, FAN, rangeOf, TOP_LEVEL, type SeqRange, type Stretch } from './layout.ts'

/** Both inclusive. */
export interface Times {
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** The earliest and the latest of a stretch's own records. */
interface StretchTimes {
  readonly number: number
  readonly earliest: number
  readonly latest: number
}

/** So many stretches of a level are looked into, some 8 µs each. Where more have records of the time and others, all of theirs may be meant. */
const MOST_PARTLY = 256

/** How many blocks are indexed, counted from the beginning of the trail, whatever was pruned. */
export function indexedBlocks(db: DatabaseSync): number {
  const sql = 'select number from trail_stretches where level = 0 order by number desc limit 1'
  return (one<{ number: number }>(db, sql)?.number ?? -1) + 1
}

/** The next block has records of these times: none, when retention was faster. */
export function noteTimes(db: DatabaseSync, block: number, times: readonly number[]): void {
  const earliest = times.reduce((a, b) => Math.min(a, b), Number.MAX_SAFE_INTEGER)
  const latest = times.reduce((a, b) => Math.max(a, b), 0)
  for (let level = 0; level <= TOP_LEVEL; level++) {
    run(
      db,
      `insert into trail_stretches (level, number, earliest, latest) values (?, ?, ?, ?)
       on conflict (level, number) do update
       set earliest = min(earliest, excluded.earliest), latest = max(latest, excluded.latest)`,
      level,
      Math.floor(block / FAN ** level),
      earliest,
      latest,
    )
  }
}

/**
 * Where in the stretch, within the range, records of that time can be: ascending, with room between them. A record whose clock was ahead or behind costs
 * its own block, and the looks at those that it is in.
 */
export function windowsIn(
  db: DatabaseSync,
  stretch: Stretch,
  given: {
    readonly range: SeqRange
    readonly times: Times
    readonly budget: { left: number }
  },
): readonly SeqRange[] {
  const { range, times, budget } = given
  const { from = -Infinity, to = Infinity } = times
  if (from === -Infinity && to === Infinity) return joined([both(range, rangeOf(stretch))])
  const windows: SeqRange[] = []
  let looked = timesOf(db, stretch.level, stretch)
  for (let { level } = stretch; ; level--) {
    const partly: Stretch[] = []
    for (const { number, earliest, latest } of looked) {
      const window = both(range, rangeOf({ level, number }))
      if (window.low > window.high || earliest > to || latest < from) continue
      if (level === 0 || (earliest >= from && latest <= to)) windows.push(window)
      else partly.push({ level, number })
    }
    if (partly.length > MOST_PARTLY) {
      windows.push(...partly.map((one) => both(range, rangeOf(one))))
    } else if (partly.length > 0) {
      budget.left -= partly.length
      looked = partly.flatMap((one) => timesOf(db, level - 1, one))
      continue
    }
    return joined(windows.sort((a, b) => a.low - b.low))
  }
}

/** Of the stretches of that level that this one is made of. */
function timesOf(
  db: DatabaseSync,
  level: number,
  { level: above, number }: Stretch,
): readonly StretchTimes[] {
  const each = FAN ** (above - level)
  return all<StretchTimes>(
    db,
    `select number, earliest, latest from trail_stretches
     where level = ? and number between ? and ? order by number`,
    level,
    number * each,
    (number + 1) * each - 1,
  )
}

/** Those that touch are one, those that are empty none. */
function joined(windows: readonly SeqRange[]): readonly SeqRange[] {
  const found: SeqRange[] = []
  for (const window of windows) {
    if (window.low > window.high) continue
    const last = found.at(-1)
    if (last?.high === window.low - 1) found[found.length - 1] = { ...last, high: window.high }
    else found.push(window)
  }
  return found
}
