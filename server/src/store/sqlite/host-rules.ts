import type { DatabaseSync } from 'node:sqlite'
import { MAX_OBSERVED, type ObservedIngress } from '../security-group-store.ts'
import { all, one, run } from './sql.ts'
import { isFirstTold } from './told-reports.ts'
import { head } from './trail.ts'

// What hosts were told of their groups, and what they saw of it.

export const hostRuleReads = { wasRevised, observed }
export const hostRuleWrites = { revise, observe }

interface Revised {
  readonly revision: number
  readonly digest: string
}

function revise(db: DatabaseSync, instanceId: string, digest: string, now: number): number {
  const sql = 'select revision, digest from host_rules where instance_id = ?'
  const last = one<Revised>(db, sql, instanceId)
  if (last?.digest === digest) return last.revision
  const revision = Math.max((last?.revision ?? 0) + 1, now)
  run(
    db,
    `insert into host_rules (instance_id, revision, digest) values (?, ?, ?)
     on conflict (instance_id) do update set revision = excluded.revision, digest = excluded.digest`,
    instanceId,
    revision,
    digest,
  )
  return revision
}

function wasRevised(db: DatabaseSync, instanceId: string): boolean {
  return one(db, 'select 1 from host_rules where instance_id = ?', instanceId) !== undefined
}

function observe(
  db: DatabaseSync,
  instanceId: string,
  seen: readonly ObservedIngress[],
  report: string,
): void {
  if (!isFirstTold(db, `seen ${instanceId} ${report}`, head(db).seq)) return
  for (const { address, port, outcome, attempts, firstAt, lastAt } of seen) {
    run(
      db,
      `insert into observed_ingress (instance_id, address, port, outcome, attempts, first_at, last_at)
       values (?, ?, ?, ?, ?, ?, ?)
       on conflict (instance_id, address, port, outcome) do update set
         attempts = attempts + excluded.attempts, last_at = max(last_at, excluded.last_at)`,
      instanceId,
      address,
      port,
      outcome,
      attempts,
      firstAt,
      lastAt,
    )
  }
  run(
    db,
    `delete from observed_ingress where instance_id = ?1 and (address, port, outcome) not in (
       select address, port, outcome from observed_ingress where instance_id = ?1
       order by last_at desc, address limit ?2)`,
    instanceId,
    MAX_OBSERVED,
  )
}

function observed(db: DatabaseSync, instanceId: string): readonly ObservedIngress[] {
  return all<ObservedIngress>(
    db,
    `select address, port, outcome, attempts, first_at as firstAt, last_at as lastAt
     from observed_ingress where instance_id = ? order by last_at desc, address`,
    instanceId,
  )
}
