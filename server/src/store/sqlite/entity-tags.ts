import type { DatabaseSync } from 'node:sqlite'
import type { EntityTagChange } from '../identity-store.ts'
import { demandEntity, foldedKey } from './entity-row.ts'
import { changeRights } from './security-version.ts'
import { all, run } from './sql.ts'

/** Counts before it writes, so that there is nothing to undo. A key that is set in another case takes the new spelling, as in AWS. */
export function changeTags(db: DatabaseSync, id: string, change: EntityTagChange): boolean {
  demandEntity(db, id)
  const removed = (change.remove ?? []).map(foldedKey)
  const set = Object.entries(change.set ?? {})
  const keys = new Set(foldedKeys(db, id))
  for (const key of removed) keys.delete(key)
  for (const [key] of set) keys.add(foldedKey(key))
  if (keys.size > change.limit) return false
  for (const key of removed) {
    run(db, 'delete from entity_tags where entity_id = ? and folded_key = ?', id, key)
  }
  for (const [key, value] of set) {
    run(
      db,
      `insert into entity_tags (entity_id, folded_key, key, value) values (?, ?, ?, ?)
       on conflict (entity_id, folded_key) do update set key = excluded.key, value = excluded.value`,
      id,
      foldedKey(key),
      key,
      value,
    )
  }
  changeRights(db)
  return true
}

function foldedKeys(db: DatabaseSync, id: string): readonly string[] {
  const sql = 'select folded_key as foldedKey from entity_tags where entity_id = ?'
  return all<{ foldedKey: string }>(db, sql, id).map((tag) => tag.foldedKey)
}
