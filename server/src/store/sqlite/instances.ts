import type { DatabaseSync } from 'node:sqlite'
import type { HostFacts } from '@fleetkey/domain/host-facts'
import type { Instance, Tags } from '@fleetkey/domain/instance'
import type { Launch } from '@fleetkey/domain/launch'
import type { InstancesPart, TagChange, TaggedInstance } from '../store.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const instanceReads = { get, list, tagged, atAddress, tagValues }
export const instanceWrites = { saveFacts, changeTags, forget }

interface Row {
  readonly instanceId: string
  readonly agentKey: string
  readonly enrolledAt: number
  readonly facts: string
  readonly tags: string
  readonly launch: string | null
}

const TAGS =
  '(select json_group_object(key, value) from instance_tags t where t.instance_id = i.instance_id) as tags'

const SELECT = `select instance_id as instanceId, agent_key as agentKey, enrolled_at as enrolledAt, facts, launch,
  ${TAGS} from instances i`

function get(db: DatabaseSync, instanceId: string): Instance | undefined {
  const row = one<Row>(db, `${SELECT} where instance_id = ?`, instanceId)
  return row && instance(row)
}

const IN_ORDER = 'order by enrolled_at, instance_id'

function list(db: DatabaseSync, part?: InstancesPart): readonly Instance[] {
  if (part === undefined) return all<Row>(db, `${SELECT} ${IN_ORDER}`).map(instance)
  const { after = { enrolledAt: -1, instanceId: '' }, limit } = part
  // Which they are is found first: facts and tags are then read of those alone.
  const sql = `${SELECT} where instance_id in (
    select instance_id from instances where (enrolled_at, instance_id) > (?, ?) ${IN_ORDER} limit ?
  ) ${IN_ORDER}`
  return all<Row>(db, sql, after.enrolledAt, after.instanceId, limit).map(instance)
}

function tagged(db: DatabaseSync): readonly TaggedInstance[] {
  const rows = all<Pick<Row, 'instanceId' | 'tags'>>(
    db,
    `select instance_id as instanceId, ${TAGS} from instances i ${IN_ORDER}`,
  )
  return rows.map(({ instanceId, tags }) => ({ instanceId, tags: JSON.parse(tags) as Tags }))
}

function atAddress(db: DatabaseSync, address: string): readonly Instance[] {
  const sql = `${SELECT} where instance_id in (select instance_id from instance_addresses where address = ?)
    ${IN_ORDER}`
  return all<Row>(db, sql, address).map(instance)
}

function tagValues(db: DatabaseSync, key: string): readonly string[] {
  const sql = 'select distinct value from instance_tags where key = ? order by value'
  return all<{ value: string }>(db, sql, key).map(({ value }) => value)
}

/** JSON that this server wrote after it had parsed it; a change of shape is a migration. */
function instance({ launch, ...row }: Row): Instance {
  return {
    ...row,
    ...(launch !== null && { launch: JSON.parse(launch) as Launch }),
    facts: JSON.parse(row.facts) as HostFacts,
    tags: JSON.parse(row.tags) as Tags,
  }
}

/** Inside a transaction of joinTokens.redeem. */
export function create(db: DatabaseSync, created: Instance): void {
  run(
    db,
    'insert into instances (instance_id, agent_key, enrolled_at, facts, launch) values (?, ?, ?, ?, ?)',
    created.instanceId,
    created.agentKey,
    created.enrolledAt,
    JSON.stringify(created.facts),
    created.launch === undefined ? null : JSON.stringify(created.launch),
  )
  setTags(db, created.instanceId, created.tags)
}

function saveFacts(db: DatabaseSync, instanceId: string, facts: HostFacts): void {
  run(db, 'update instances set facts = ? where instance_id = ?', JSON.stringify(facts), instanceId)
}

function changeTags(db: DatabaseSync, instanceId: string, change: TagChange): boolean {
  if (!one(db, 'select 1 from instances where instance_id = ?', instanceId)) return false
  for (const { key, value } of change.remove ?? []) {
    run(
      db,
      'delete from instance_tags where instance_id = ? and key = ? and value = coalesce(?, value)',
      instanceId,
      key,
      value ?? null,
    )
  }
  setTags(db, instanceId, change.set ?? {})
  changeRights(db)
  return true
}

function setTags(db: DatabaseSync, instanceId: string, tags: Tags): void {
  for (const [key, value] of Object.entries(tags)) {
    run(
      db,
      `insert into instance_tags (instance_id, key, value) values (?, ?, ?)
       on conflict do update set value = excluded.value`,
      instanceId,
      key,
      value,
    )
  }
}

function forget(db: DatabaseSync, instanceId: string): boolean {
  if (run(db, 'delete from instances where instance_id = ?', instanceId) === 0) return false
  changeRights(db)
  return true
}
