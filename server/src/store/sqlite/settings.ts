import type { DatabaseSync } from 'node:sqlite'
import { one, run } from './sql.ts'

export const settingReads = { get }
export const settingWrites = { set, setIfAbsent }

function get(db: DatabaseSync, name: string): string | undefined {
  return one<{ value: string }>(db, 'select value from settings where name = ?', name)?.value
}

function set(db: DatabaseSync, name: string, value: string | undefined): void {
  if (value === undefined) run(db, 'delete from settings where name = ?', name)
  else {
    run(
      db,
      `insert into settings (name, value) values (?, ?)
       on conflict (name) do update set value = excluded.value`,
      name,
      value,
    )
  }
}

function setIfAbsent(db: DatabaseSync, name: string, value: string): string {
  run(db, 'insert into settings (name, value) values (?, ?) on conflict do nothing', name, value)
  return get(db, name) ?? value
}
