import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** Notes how many rows of which table were read: time says nothing on a busy machine. */
export class RowCountingDatabase extends DatabaseSync {
  readonly read = new Map<string, number>()

  override prepare(sql: string): StatementSync {
    const statement = super.prepare(sql)
    const table = /\bfrom (\w+)/.exec(sql)?.[1] ?? ''
    const note = (rows: number) => this.read.set(table, (this.read.get(table) ?? 0) + rows)
    const get = statement.get.bind(statement) as (...values: never[]) => never
    const all = statement.all.bind(statement) as (...values: never[]) => never[]
    statement.get = (...values: never[]) => {
      note(1)
      return get(...values)
    }
    statement.all = (...values: never[]) => {
      const rows = all(...values)
      note(rows.length)
      return rows
    }
    return statement
  }
}
