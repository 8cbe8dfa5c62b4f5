import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { run } from './sql.ts'

/**
 * Ends the sessions that `where` names and all that were made with them, however deep, in one statement: the schema lets none stand whose
 * parent is gone. How many. The caller grows the security version.
 */
export function endSessions(
  db: DatabaseSync,
  where: string,
  ...values: readonly SQLInputValue[]
): number {
  return run(
    db,
    `with recursive ended (access_key_id) as (
       select access_key_id from sessions where ${where}
       union
       select s.access_key_id from sessions s join ended e on s.parent_session_id = e.access_key_id)
     delete from sessions where access_key_id in (select access_key_id from ended)`,
    ...values,
  )
}
