import type { DatabaseSync } from 'node:sqlite'
import type { Tags } from '@fleetkey/domain/instance'
import type { EntityKind, EntityRow } from '../identity-store.ts'
import { one, run } from './sql.ts'

// What all kinds of entities have in common: one row in `entities` and their tags.

export interface StoredEntity {
  readonly id: string
  readonly kind: EntityKind
  readonly name: string
  readonly path: string
  readonly createdAt: number
  readonly boundaryId: string | null
  /** JSON object. */
  readonly tags: string
}

/** Of a query that calls the entity `e`. */
export const ENTITY_COLUMNS = `e.id, e.kind, e.name, e.path, e.created_at as createdAt, e.boundary_id as boundaryId,
  (select json_group_object(t.key, t.value) from entity_tags t where t.entity_id = e.id) as tags`

/** Takes its own columns out of a row that may have more. */
export function entityRow(row: StoredEntity): EntityRow {
  const { id, kind, name, path, createdAt, boundaryId, tags } = row
  return {
    id,
    kind,
    name,
    path,
    createdAt,
    ...(boundaryId !== null && { boundaryId }),
    tags: JSON.parse(tags) as Tags,
  }
}

/** How many the account has of a kind; AWS's policies do not count. */
export function count(db: DatabaseSync, kind: EntityKind): number {
  const sql = 'select count(*) as count from entities where kind = ? and owned_by_aws = 0'
  return one<{ count: number }>(db, sql, kind)?.count ?? 0
}

/** False when the name is taken, or when there are `limit` of the kind already. Rejects an id that is taken. */
export function insertEntity(db: DatabaseSync, row: EntityRow, limit?: number): boolean {
  if (limit !== undefined && count(db, row.kind) >= limit) return false
  const created = run(
    db,
    `insert into entities (id, kind, name, path, created_at, boundary_id) values (?, ?, ?, ?, ?, ?)
     on conflict (kind, owned_by_aws, name) do nothing`,
    row.id,
    row.kind,
    row.name,
    row.path,
    row.createdAt,
    row.boundaryId ?? null,
  )
  if (created === 0) return false
  for (const [key, value] of Object.entries(row.tags)) {
    run(
      db,
      'insert into entity_tags (entity_id, folded_key, key, value) values (?, ?, ?, ?)',
      row.id,
      foldedKey(key),
      key,
      value,
    )
  }
  return true
}

/** Tag keys are one regardless of case, as condition keys are: `aws:PrincipalTag/Team` is `aws:principaltag/team`. */
export const foldedKey = (key: string): string => key.toLowerCase()

/** Throws when there is no entity with this id. */
export function demandEntity(db: DatabaseSync, id: string): void {
  if (one(db, 'select 1 from entities where id = ?', id) === undefined) {
    throw new Error(`there is no entity ${id}`)
  }
}
