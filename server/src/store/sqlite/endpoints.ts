import type { DatabaseSync } from 'node:sqlite'
import type { Tags } from '@fleetkey/domain/instance'
import type { EndpointRow } from '../endpoint-store.ts'
import type { TagChange } from '../store.ts'
import { changedTags } from './changed-tags.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const endpointReads = { get, list }
export const endpointWrites = { create, update, changeTags, remove }

interface StoredEndpoint {
  readonly endpointId: string
  readonly site: string
  readonly createdAt: number
  readonly clientToken: string | null
  readonly tags: string
  readonly ipAddressType: EndpointRow['ipAddressType']
  readonly securityGroupIds: string
}

const SELECT = `select endpoint_id as endpointId, site, created_at as createdAt,
  client_token as clientToken, tags, ip_address_type as ipAddressType,
  security_group_ids as securityGroupIds from endpoints`

function get(db: DatabaseSync, endpointId: string): EndpointRow | undefined {
  const row = one<StoredEndpoint>(db, `${SELECT} where endpoint_id = ?`, endpointId)
  return row && endpoint(row)
}

function list(db: DatabaseSync): readonly EndpointRow[] {
  return all<StoredEndpoint>(db, `${SELECT} order by created_at, endpoint_id`).map(endpoint)
}

function endpoint({ clientToken, ...row }: StoredEndpoint): EndpointRow {
  return {
    ...row,
    ...(clientToken !== null && { clientToken }),
    tags: JSON.parse(row.tags) as Tags,
    securityGroupIds: JSON.parse(row.securityGroupIds) as string[],
  }
}

function create(db: DatabaseSync, row: EndpointRow): boolean {
  const created = run(
    db,
    `insert into endpoints (endpoint_id, site, created_at, client_token, tags, ip_address_type,
       security_group_ids)
     values (?, ?, ?, ?, ?, ?, ?) on conflict (site) do nothing`,
    row.endpointId,
    row.site,
    row.createdAt,
    row.clientToken ?? null,
    JSON.stringify(row.tags),
    row.ipAddressType,
    JSON.stringify(row.securityGroupIds),
  )
  if (created === 0) return false
  changeRights(db)
  return true
}

function update(
  db: DatabaseSync,
  endpointId: string,
  {
    ipAddressType,
    securityGroupIds,
  }: Partial<Pick<EndpointRow, 'ipAddressType' | 'securityGroupIds'>>,
): boolean {
  const changed = run(
    db,
    `update endpoints set ip_address_type = coalesce(?, ip_address_type),
       security_group_ids = coalesce(?, security_group_ids)
     where endpoint_id = ?`,
    ipAddressType ?? null,
    securityGroupIds === undefined ? null : JSON.stringify(securityGroupIds),
    endpointId,
  )
  if (changed === 0) return false
  changeRights(db)
  return true
}

function changeTags(db: DatabaseSync, endpointId: string, change: TagChange): boolean {
  const found = get(db, endpointId)
  if (found === undefined) return false
  const tags = JSON.stringify(changedTags(found.tags, change))
  run(db, 'update endpoints set tags = ? where endpoint_id = ?', tags, endpointId)
  changeRights(db)
  return true
}

function remove(db: DatabaseSync, endpointId: string): boolean {
  if (run(db, 'delete from endpoints where endpoint_id = ?', endpointId) === 0) return false
  changeRights(db)
  return true
}
