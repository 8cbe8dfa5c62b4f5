import type { DatabaseSync } from 'node:sqlite'
import type { Tags } from '@fleetkey/domain/instance'
import {
  MAX_RULES_PER_GROUP,
  ruleKey,
  type SecurityGroup,
  type SecurityGroupRule,
} from '@fleetkey/domain/security-group'
import type { Attachment, RulesAdded } from '../security-group-store.ts'
import type { TagChange } from '../store.ts'
import { changedTags } from './changed-tags.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const securityGroupReads = { get, list, groupsOf, attachments }
export const securityGroupWrites = {
  create,
  changeTags,
  changeRuleTags,
  remove,
  addRules,
  removeRules,
  attach,
}

interface StoredGroup extends Omit<SecurityGroup, 'tags' | 'rules'> {
  readonly tags: string
  readonly rules: string
}

const SELECT = `select g.group_id as groupId, g.site, g.name, g.description, g.created_at as createdAt,
  g.tags, g.rules from security_groups g`

function get(db: DatabaseSync, groupId: string): SecurityGroup | undefined {
  const row = one<StoredGroup>(db, `${SELECT} where g.group_id = ?`, groupId)
  return row && group(row)
}

function list(db: DatabaseSync): readonly SecurityGroup[] {
  return all<StoredGroup>(db, `${SELECT} order by g.created_at, g.group_id`).map(group)
}

/** JSON that this server wrote after it had parsed it; a change of shape is a migration. */
function group(row: StoredGroup): SecurityGroup {
  return {
    ...row,
    tags: JSON.parse(row.tags) as Tags,
    rules: JSON.parse(row.rules) as SecurityGroupRule[],
  }
}

function groupsOf(db: DatabaseSync, instanceId: string): readonly SecurityGroup[] {
  const sql = `${SELECT} join instance_security_groups a on a.group_id = g.group_id
    where a.instance_id = ? order by a.place`
  return all<StoredGroup>(db, sql, instanceId).map(group)
}

function attachments(db: DatabaseSync): readonly Attachment[] {
  const rows = all<{ instanceId: string; groupIds: string }>(
    db,
    `select instance_id as instanceId, json_group_array(group_id order by place) as groupIds
     from instance_security_groups group by instance_id order by instance_id`,
  )
  return rows.map(({ instanceId, groupIds }) => ({
    instanceId,
    groupIds: JSON.parse(groupIds) as string[],
  }))
}

function create(db: DatabaseSync, row: SecurityGroup): boolean {
  const created = run(
    db,
    `insert into security_groups (group_id, site, name, description, created_at, tags, rules)
     values (?, ?, ?, ?, ?, ?, ?) on conflict (site, name) do nothing`,
    row.groupId,
    row.site,
    row.name,
    row.description,
    row.createdAt,
    JSON.stringify(row.tags),
    JSON.stringify(row.rules),
  )
  if (created === 0) return false
  changeRights(db)
  return true
}

function changeTags(db: DatabaseSync, groupId: string, change: TagChange): boolean {
  const found = get(db, groupId)
  if (found === undefined) return false
  const tags = JSON.stringify(changedTags(found.tags, change))
  run(db, 'update security_groups set tags = ? where group_id = ?', tags, groupId)
  changeRights(db)
  return true
}

function changeRuleTags(db: DatabaseSync, ruleId: string, change: TagChange): boolean {
  const found = list(db).find(({ rules }) => rules.some((rule) => rule.ruleId === ruleId))
  if (found === undefined) return false
  const rules = found.rules.map((rule) =>
    rule.ruleId === ruleId ? { ...rule, tags: changedTags(rule.tags, change) } : rule,
  )
  setRules(db, found.groupId, rules)
  return true
}

/** Attached are those to instances that are there, or are to be: what nobody ever became leaves nothing behind. */
function remove(db: DatabaseSync, groupId: string): 'removed' | 'unknown' | 'attached' {
  const attached = one(
    db,
    `select 1 from instance_security_groups a where a.group_id = ? and (
       exists (select 1 from instances i where i.instance_id = a.instance_id)
       or exists (select 1 from pending_instances p where p.instance_id = a.instance_id))
     limit 1`,
    groupId,
  )
  if (attached !== undefined) return 'attached'
  if (run(db, 'delete from security_groups where group_id = ?', groupId) === 0) return 'unknown'
  changeRights(db)
  return 'removed'
}

function addRules(
  db: DatabaseSync,
  groupId: string,
  added: readonly SecurityGroupRule[],
): RulesAdded {
  const found = get(db, groupId)
  if (found === undefined) return 'unknown'
  const rules = [...found.rules, ...added]
  if (new Set(rules.map(ruleKey)).size !== rules.length) return 'duplicate'
  if (rules.length > MAX_RULES_PER_GROUP) return 'full'
  setRules(db, groupId, rules)
  return 'added'
}

function removeRules(
  db: DatabaseSync,
  groupId: string,
  ruleIds: readonly string[],
): 'removed' | 'unknown' {
  const rules = get(db, groupId)?.rules ?? []
  const left = rules.filter(({ ruleId }) => !ruleIds.includes(ruleId))
  if (rules.length - left.length !== new Set(ruleIds).size) return 'unknown'
  setRules(db, groupId, left)
  return 'removed'
}

function setRules(db: DatabaseSync, groupId: string, rules: readonly SecurityGroupRule[]): void {
  const text = JSON.stringify(rules)
  run(db, 'update security_groups set rules = ? where group_id = ?', text, groupId)
  changeRights(db)
}

function attach(db: DatabaseSync, instanceId: string, groupIds: readonly string[]): boolean {
  if (groupIds.some((id) => get(db, id) === undefined)) return false
  run(db, 'delete from instance_security_groups where instance_id = ?', instanceId)
  for (const [place, groupId] of groupIds.entries()) {
    run(
      db,
      'insert into instance_security_groups (instance_id, group_id, place) values (?, ?, ?)',
      instanceId,
      groupId,
      place,
    )
  }
  changeRights(db)
  return true
}
