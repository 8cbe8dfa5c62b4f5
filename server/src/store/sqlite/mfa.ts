import type { DatabaseSync } from 'node:sqlite'
import type { MfaDeviceRow } from '../credential-store.ts'
import { ENTITY_COLUMNS, entityRow, insertEntity, type StoredEntity } from './entity-row.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const mfaReads = { get, list }
export const mfaWrites = { create, enable, deactivate, useStep }

interface StoredDevice extends StoredEntity {
  readonly sealedSeed: string
  readonly userId: string | null
  readonly enabledAt: number | null
}

const SELECT = `select ${ENTITY_COLUMNS}, d.sealed_seed as sealedSeed, d.user_id as userId,
  d.enabled_at as enabledAt from mfa_devices d join entities e on e.id = d.device_id`

function get(db: DatabaseSync, deviceId: string): MfaDeviceRow | undefined {
  const row = one<StoredDevice>(db, `${SELECT} where d.device_id = ?`, deviceId)
  return row && device(row)
}

function list(db: DatabaseSync, userId: string | undefined): readonly MfaDeviceRow[] {
  const rows =
    userId === undefined
      ? all<StoredDevice>(db, `${SELECT} order by e.name`)
      : all<StoredDevice>(db, `${SELECT} where d.user_id = ? order by e.name`, userId)
  return rows.map(device)
}

function device(row: StoredDevice): MfaDeviceRow {
  const { sealedSeed, userId, enabledAt } = row
  return {
    ...entityRow(row),
    sealedSeed,
    ...(userId !== null && { userId }),
    ...(enabledAt !== null && { enabledAt }),
  }
}

function create(db: DatabaseSync, row: Omit<MfaDeviceRow, 'userId' | 'enabledAt'>): boolean {
  if (!insertEntity(db, row)) return false
  run(db, 'insert into mfa_devices (device_id, sealed_seed) values (?, ?)', row.id, row.sealedSeed)
  changeRights(db)
  return true
}

/** Steps used before it was last deactivated stay used. */
function enable(
  db: DatabaseSync,
  deviceId: string,
  enabled: { readonly userId: string; readonly at: number; readonly usedStep: number },
  limit: number,
): boolean {
  const { userId, at, usedStep } = enabled
  const changed = run(
    db,
    `update mfa_devices
     set user_id = ?1, enabled_at = ?2, used_step = max(coalesce(used_step, ?3), ?3)
     where device_id = ?4 and user_id is null
       and (select count(*) from mfa_devices where user_id = ?1)
         + (select count(*) from passkeys where user_id = ?1) < ?5`,
    userId,
    at,
    usedStep,
    deviceId,
    limit,
  )
  if (changed === 0) return false
  changeRights(db)
  return true
}

function deactivate(db: DatabaseSync, deviceId: string): boolean {
  const changed = run(
    db,
    `update mfa_devices set user_id = null, enabled_at = null
     where device_id = ? and user_id is not null`,
    deviceId,
  )
  if (changed === 0) return false
  changeRights(db)
  return true
}

/** Compared and set by one statement: of two who show the same code at once, one is in. */
function useStep(db: DatabaseSync, deviceId: string, step: number): boolean {
  const used = one(
    db,
    `update mfa_devices set used_step = ?1
     where device_id = ?2 and user_id is not null and used_step < ?1 returning 1`,
    step,
    deviceId,
  )
  return used !== undefined
}
