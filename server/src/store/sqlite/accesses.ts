import type { DatabaseSync } from 'node:sqlite'
import type { Access, LastAccesses } from '../access-store.ts'
import { all, run } from './sql.ts'

export const accessReads = { lastOf, lastOfEach }
export const accessWrites = { note }

function note(db: DatabaseSync, accesses: readonly Access[]): void {
  for (const { entityId, service, action, at } of accesses) {
    run(
      db,
      `insert into accesses (entity_id, service, action, at)
       select id, ?, ?, ? from entities where id = ?
       on conflict do update set at = max(at, excluded.at)`,
      service,
      action,
      at,
      entityId,
    )
  }
  const latest = new Map<string, number>()
  for (const { entityId, at } of accesses) {
    latest.set(entityId, Math.max(at, latest.get(entityId) ?? 0))
  }
  for (const [entityId, at] of latest) {
    run(
      db,
      'update roles set last_used_at = ?2 where role_id = ?1 and coalesce(last_used_at < ?2, true)',
      entityId,
      at,
    )
  }
}

function lastOf(db: DatabaseSync, entityIds: readonly string[]): LastAccesses {
  const ids = JSON.stringify(entityIds)
  return {
    // Beside max() SQLite gives the other columns of that same row (SQLite, "Bare columns in an aggregate query").
    actions: all<Access>(
      db,
      `select a.entity_id as entityId, a.service, a.action, max(a.at) as at
       from json_each(?) asked cross join accesses a on a.entity_id = asked.value
       group by a.service, a.action order by a.service, a.action`,
      ids,
    ),
    entities: all<LastAccesses['entities'][number]>(
      db,
      `select a.service, count(distinct a.entity_id) as count
       from json_each(?) asked cross join accesses a on a.entity_id = asked.value
       group by a.service order by a.service`,
      ids,
    ),
  }
}

function lastOfEach(
  db: DatabaseSync,
  entityIds: readonly string[],
  service: string,
): readonly { readonly entityId: string; readonly at: number }[] {
  return all(
    db,
    `select a.entity_id as entityId, max(a.at) as at
     from json_each(?) asked cross join accesses a on a.entity_id = asked.value and a.service = ?
     group by a.entity_id order by a.entity_id`,
    JSON.stringify(entityIds),
    service,
  )
}
