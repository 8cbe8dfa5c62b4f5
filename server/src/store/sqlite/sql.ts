import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

// What the query files are written with. Every statement is prepared once per connection, by its text.

/** The first row. `Row` is what the select names: the schema is strict, so a row has the types of its columns. */
export function one<Row>(
  db: DatabaseSync,
  sql: string,
  ...values: SQLInputValue[]
): Row | undefined {
  return prepared(db, sql).get(...values) as Row | undefined
}

export function all<Row>(db: DatabaseSync, sql: string, ...values: SQLInputValue[]): Row[] {
  return prepared(db, sql).all(...values) as Row[]
}

/** How many rows it changed. */
export function run(db: DatabaseSync, sql: string, ...values: SQLInputValue[]): number {
  return Number(prepared(db, sql).run(...values).changes)
}

const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>()

function prepared(db: DatabaseSync, sql: string): StatementSync {
  let known = statements.get(db)
  if (known === undefined) statements.set(db, (known = new Map()))
  let statement = known.get(sql)
  if (statement === undefined) known.set(sql, (statement = db.prepare(sql)))
  return statement
}
