import type { DatabaseSync } from 'node:sqlite'
import type { TryBudget } from '../credential-store.ts'
import { one, run } from './sql.ts'

export const tryWrites = { takeTry, giveBack }

/** A window that is over is kept a while longer, so that a node whose clock is ahead gives no new tries on one that is behind. */
const KEPT_MS = 3_600_000

function takeTry(db: DatabaseSync, budgets: readonly TryBudget[], now: number): number | undefined {
  run(db, 'delete from tries where until <= ?', now - KEPT_MS)
  const spent = budgets.flatMap((budget) => spentUntil(db, budget, now) ?? [])
  if (spent.length > 0) return Math.max(...spent)
  for (const budget of budgets) take(db, budget, now)
  return undefined
}

function spentUntil(db: DatabaseSync, budget: TryBudget, now: number): number | undefined {
  const sql = 'select until, used from tries where key = ? and until > ?'
  const window = one<{ until: number; used: number }>(db, sql, budget.key, now)
  if ((window?.used ?? 0) < budget.tries) return undefined
  return window?.until ?? endOfWindow(budget, now)
}

/** A window begins at a multiple of its length. */
function take(db: DatabaseSync, budget: TryBudget, now: number): void {
  run(
    db,
    `insert into tries (key, until, used) values (?1, ?2, 1)
     on conflict (key) do update set
       used = case when until > ?3 then used + 1 else 1 end,
       until = case when until > ?3 then until else excluded.until end`,
    budget.key,
    endOfWindow(budget, now),
    now,
  )
}

const endOfWindow = ({ windowMs }: TryBudget, now: number): number =>
  (Math.floor(now / windowMs) + 1) * windowMs

function giveBack(db: DatabaseSync, budgetKey: string): void {
  run(db, 'delete from tries where key = ?', budgetKey)
}
