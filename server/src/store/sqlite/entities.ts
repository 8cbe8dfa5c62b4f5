import type { DatabaseSync } from 'node:sqlite'
import type { EntityKind, EntityQuery, EntityRow } from '../identity-store.ts'
import { deleteEntity } from './delete-entity.ts'
import {
  count,
  demandEntity,
  ENTITY_COLUMNS,
  entityRow,
  insertEntity,
  type StoredEntity,
} from './entity-row.ts'
import { changeTags } from './entity-tags.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const entityReads = { find, byId, list, count }
export const entityWrites = { create, rename, changeTags, setBoundary, delete: deleteEntity }

/** Found by the index, which knows no case; then compared exactly, as policies compare it. */
function find(db: DatabaseSync, kind: EntityKind, name: string): EntityRow | undefined {
  const row = one<StoredEntity>(
    db,
    `select ${ENTITY_COLUMNS} from entities e
     where kind = ? and owned_by_aws = 0 and name = ? and name = ? collate binary`,
    kind,
    name,
    name,
  )
  return row && entityRow(row)
}

function byId(db: DatabaseSync, id: string): EntityRow | undefined {
  const row = one<StoredEntity>(db, `select ${ENTITY_COLUMNS} from entities e where id = ?`, id)
  return row && entityRow(row)
}

function list(db: DatabaseSync, query: EntityQuery): readonly EntityRow[] {
  const { kind, pathPrefix = '', after = '', limit = -1 } = query
  return all<StoredEntity>(
    db,
    `select ${ENTITY_COLUMNS} from entities e
     where kind = ? and owned_by_aws = 0 and name > ? and substr(path, 1, length(?)) = ?
     order by name limit ?`,
    kind,
    after,
    pathPrefix,
    pathPrefix,
    limit,
  ).map(entityRow)
}

/** Kinds that have no table of their own. */
const MADE_HERE: ReadonlySet<EntityKind> = new Set(['user', 'group', 'profile'])

function create(db: DatabaseSync, row: EntityRow, limit?: number): boolean {
  if (!MADE_HERE.has(row.kind)) throw new Error(`not a way to make a ${row.kind}`)
  if (!insertEntity(db, row, limit)) return false
  changeRights(db)
  return true
}

function rename(
  db: DatabaseSync,
  id: string,
  { name, path }: { readonly name?: string; readonly path?: string },
): boolean {
  demandEntity(db, id)
  const taken = one(
    db,
    `select 1 from entities e join entities other
       on other.kind = e.kind and other.owned_by_aws = e.owned_by_aws and other.name = ?
     where e.id = ? and other.id <> e.id`,
    name ?? null,
    id,
  )
  if (taken !== undefined) return false
  run(
    db,
    'update entities set name = coalesce(?, name), path = coalesce(?, path) where id = ?',
    name ?? null,
    path ?? null,
    id,
  )
  changeRights(db)
  return true
}

function setBoundary(db: DatabaseSync, id: string, policyId: string | undefined): void {
  demandEntity(db, id)
  run(db, 'update entities set boundary_id = ? where id = ?', policyId ?? null, id)
  changeRights(db)
}
