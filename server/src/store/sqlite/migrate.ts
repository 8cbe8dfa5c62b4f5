import type { DatabaseSync } from 'node:sqlite'
import * as firstTables from './migrations/001-first-tables.ts'
import * as identities from './migrations/002-identities.ts'
import * as policiesOfAws from './migrations/003-policies-of-aws.ts'
import * as endpointsAndLaunches from './migrations/004-endpoints-and-launches.ts'
import * as tunnelFacts from './migrations/005-tunnel-facts.ts'
import * as trailDigests from './migrations/006-trail-digests.ts'
import * as trailSearch from './migrations/007-trail-search.ts'
import * as sshSessions from './migrations/008-ssh-sessions.ts'
import * as securityGroups from './migrations/009-security-groups.ts'
import * as smallerBlocks from './migrations/010-smaller-blocks.ts'
import * as recordings from './migrations/011-recordings.ts'
import * as consoleSessions from './migrations/012-console-sessions.ts'
import * as passkeys from './migrations/013-passkeys.ts'
import * as timesOfStretches from './migrations/014-times-of-stretches.ts'
import * as owners from './migrations/015-owners.ts'
import * as unrecordedSessions from './migrations/016-unrecorded-sessions.ts'
import * as alarms from './migrations/017-alarms.ts'
import * as accesses from './migrations/018-accesses.ts'
import * as toldReports from './migrations/019-told-reports.ts'
import { all, run } from './sql.ts'

export interface Migration {
  readonly name: string
  readonly sql: string
}

/** In order, for ever: a new one goes to the end and none is changed once it was released. */
export const MIGRATIONS: readonly Migration[] = [
  firstTables,
  identities,
  policiesOfAws,
  endpointsAndLaunches,
  tunnelFacts,
  trailDigests,
  trailSearch,
  sshSessions,
  securityGroups,
  smallerBlocks,
  recordings,
  consoleSessions,
  passkeys,
  timesOfStretches,
  owners,
  unrecordedSessions,
  alarms,
  accesses,
  toldReports,
]

/** Brings the database to what this code knows. Throws when it was written by newer code. */
export function migrate(db: DatabaseSync, migrations: readonly Migration[] = MIGRATIONS): void {
  db.exec(`create table if not exists migrations (
    number integer not null constraint migrations_pk primary key,
    name text not null
  ) strict`)
  const done = all(db, 'select number from migrations').length
  if (done > migrations.length) {
    throw new Error(
      `the database was written by a newer Fleetkey (its migration ${done}, this one knows ${migrations.length}): start that version`,
    )
  }
  for (const [index, migration] of migrations.entries()) {
    if (index >= done) apply(db, index + 1, migration)
  }
}

function apply(db: DatabaseSync, number: number, { name, sql }: Migration): void {
  db.exec('begin immediate')
  try {
    db.exec(sql)
    run(db, 'insert into migrations (number, name) values (?, ?)', number, name)
    db.exec('commit')
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}
