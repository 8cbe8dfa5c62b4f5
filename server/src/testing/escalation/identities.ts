import { DatabaseSync } from 'node:sqlite'
import { rightReads } from '../../store/sqlite/rights.ts'
import type { Rights } from '../../store/identity-store.ts'

/** For the escalation search: all that decides who may do what, taken out of a running server's database and put back. */
export interface Identities {
  save(): Saved
  restore(saved: Saved): void
  /** The same for two states in which the same names may do the same. */
  fingerprint(): string
  rights(id: string): Rights | undefined
  ids(kind: 'user' | 'role'): readonly string[]
  trustPolicy(roleId: string): string
  /** Tags of instances, by their ids. */
  instanceTags(): ReadonlyMap<string, Readonly<Record<string, string>>>
  close(): void
}

/** No table that decides on rights has bytes in it. */
type Stored = string | number | null

export type Saved = ReadonlyMap<string, readonly Record<string, Stored>[]>

/** What changes with these is no right, or is told by others. */
const VOLATILE =
  /^(created_at|updated_at|changed_at|sealed_|hash|token_hash|last_|issued_at|expires_at|used_step|earlier|enabled_at)/

export function openIdentities(file: string): Identities {
  const db = new DatabaseSync(file, { timeout: 5000 })
  db.exec('pragma foreign_keys = off; pragma synchronous = off; pragma wal_autocheckpoint = 0')
  const tables = [
    'entities',
    'entity_tags',
    'group_members',
    'roles',
    'policies',
    'policy_versions',
    'attachments',
    'inline_policies',
    'access_keys',
    'sessions',
    'passwords',
    'mfa_devices',
    'recovery_codes',
    'providers',
    'instances',
    'instance_tags',
    'join_tokens',
  ]
  const all = (sql: string, ...values: Stored[]) =>
    db.prepare(sql).all(...values) as Record<string, Stored>[]

  /** What comes with Fleetkey cannot be changed. */
  const ours = (table: string): string => {
    if (table === 'entities') return 'where owned_by_aws = 0'
    return table === 'policies' || table === 'policy_versions'
      ? 'where policy_id not in (select id from entities where owned_by_aws = 1)'
      : ''
  }

  function save(): Saved {
    return new Map(tables.map((table) => [table, all(`select * from ${table} ${ours(table)}`)]))
  }

  function fingerprint(): string {
    const names = new Map<string, string>()
    for (const { id, kind, name } of all('select id, kind, name from entities')) {
      names.set(String(id), `${String(kind)} ${String(name)}`)
    }
    // Two keys of one user are told apart by nothing but their status.
    for (const row of all('select access_key_id, user_id from access_keys')) {
      names.set(String(row['access_key_id']), `key of ${String(row['user_id'])}`)
    }
    for (const row of all('select access_key_id, entity_id from sessions')) {
      names.set(String(row['access_key_id']), `session of ${String(row['entity_id'])}`)
    }
    const named = (text: string) =>
      text.replaceAll(/A[A-Z]{3}[A-Z0-9]{10,}/g, (id) => names.get(id) ?? id)
    const lines = tables.map((table) => {
      const rows = all(`select * from ${table}`).map((row) => {
        const kept = Object.entries(row).filter(([column]) => !VOLATILE.test(column))
        return named(named(JSON.stringify(kept)))
      })
      // Who has one key more or less may do no more or less.
      return [...new Set(rows)].toSorted().join('\n')
    })
    return lines.join('\n\n')
  }

  return {
    save,
    fingerprint,
    restore(saved) {
      db.exec('begin immediate')
      for (const [table, rows] of saved) {
        db.exec(`delete from ${table} ${ours(table)}`)
        for (const row of rows) {
          const columns = Object.keys(row)
          const holes = columns.map(() => '?').join(', ')
          db.prepare(`insert into ${table} (${columns.join(', ')}) values (${holes})`).run(
            ...Object.values(row),
          )
        }
      }
      db.exec('update security set version = version + 1; commit')
    },
    rights: (id) => rightReads.rights(db, id),
    ids: (kind) => all('select id from entities where kind = ?', kind).map(({ id }) => String(id)),
    trustPolicy: (roleId) =>
      String(all('select trust_policy from roles where role_id = ?', roleId)[0]?.['trust_policy']),
    instanceTags() {
      const tags = new Map<string, Record<string, string>>()
      for (const { instance_id: id, key, value } of all('select * from instance_tags')) {
        tags.set(String(id), { ...tags.get(String(id)), [String(key)]: String(value) })
      }
      return tags
    },
    close: () => db.close(),
  }
}
