import type { DatabaseSync } from 'node:sqlite'
import type { TryBudget } from '../credential-store.ts'
import { one, run } from './sql.ts'

export const tryWrites = { takeTry, giveBack }

/** A window that is over is kept a while longer, so that a node whose clock is ahead gives no new tries on one that is behind. */
const KEPT_MS = 3_600_000

function takeTry(db: DatabaseSync, budgets: readonly TryBudget[], now: number): boolean {
  run(db, 'delete from tries where until <= ?', now - KEPT_MS)
  if (budgets.some((budget) => usedOf(db, budget, now) >= budget.tries)) return false
  for (const budget of budgets) take(db, budget, now)
  return true
}

function usedOf(db: DatabaseSync, { key }: TryBudget, now: number): number {
  const sql = 'select used from tries where key = ? and until > ?'
  return one<{ used: number }>(db, sql, key, now)?.used ?? 0
}

/** A window begins at a multiple of its length. */
function take(db: DatabaseSync, { key, windowMs }: TryBudget, now: number): void {
  run(
    db,
    `insert into tries (key, until, used) values (?1, ?2, 1)
     on conflict (key) do update set
       used = case when until > ?3 then used + 1 else 1 end,
       until = case when until > ?3 then until else excluded.until end`,
    key,
    (Math.floor(now / windowMs) + 1) * windowMs,
    now,
  )
}

function giveBack(db: DatabaseSync, budgetKey: string): void {
  run(db, 'delete from tries where key = ?', budgetKey)
}
