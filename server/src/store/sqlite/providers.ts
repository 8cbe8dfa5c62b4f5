import type { DatabaseSync } from 'node:sqlite'
import type { ProviderRow } from '../identity-store.ts'
import { ENTITY_COLUMNS, entityRow, insertEntity, type StoredEntity } from './entity-row.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const providerReads = { get, list }
export const providerWrites = { create, update }

interface StoredProvider extends StoredEntity {
  readonly url: string
  readonly clientIds: string
  readonly thumbprints: string
  readonly claimTags: string
}

const SELECT = `select ${ENTITY_COLUMNS}, o.url, o.client_ids as clientIds, o.thumbprints,
  o.claim_tags as claimTags from providers o join entities e on e.id = o.provider_id`

function get(db: DatabaseSync, providerId: string): ProviderRow | undefined {
  const row = one<StoredProvider>(db, `${SELECT} where o.provider_id = ?`, providerId)
  return row && provider(row)
}

function list(db: DatabaseSync): readonly ProviderRow[] {
  return all<StoredProvider>(db, `${SELECT} order by e.name`).map(provider)
}

function provider(row: StoredProvider): ProviderRow {
  return {
    ...entityRow(row),
    url: row.url,
    clientIds: JSON.parse(row.clientIds) as ProviderRow['clientIds'],
    thumbprints: JSON.parse(row.thumbprints) as ProviderRow['thumbprints'],
    claimTags: JSON.parse(row.claimTags) as ProviderRow['claimTags'],
  }
}

function create(db: DatabaseSync, row: ProviderRow, limit?: number): boolean {
  if (!insertEntity(db, row, limit)) return false
  run(
    db,
    `insert into providers (provider_id, url, client_ids, thumbprints, claim_tags)
     values (?, ?, ?, ?, ?)`,
    row.id,
    row.url,
    JSON.stringify(row.clientIds),
    JSON.stringify(row.thumbprints),
    JSON.stringify(row.claimTags),
  )
  changeRights(db)
  return true
}

function update(
  db: DatabaseSync,
  providerId: string,
  change: Partial<Pick<ProviderRow, 'clientIds' | 'thumbprints' | 'claimTags'>>,
): void {
  const changed = run(
    db,
    `update providers set client_ids = coalesce(?, client_ids),
       thumbprints = coalesce(?, thumbprints), claim_tags = coalesce(?, claim_tags)
     where provider_id = ?`,
    jsonOrNull(change.clientIds),
    jsonOrNull(change.thumbprints),
    jsonOrNull(change.claimTags),
    providerId,
  )
  if (changed === 0) throw new Error(`there is no provider ${providerId}`)
  changeRights(db)
}

function jsonOrNull(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value)
}
