import assert from 'node:assert/strict'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { entity, session } from '../contract/given-identities.ts'
import { NOW } from '../contract/given.ts'
import { accessReads, accessWrites } from './accesses.ts'
import { accessKeyWrites } from './access-keys.ts'
import { entityReads, entityWrites } from './entities.ts'
import { mfaWrites } from './mfa.ts'
import { migrate } from './migrate.ts'
import { rightReads } from './rights.ts'
import { sessionReads, sessionWrites } from './sessions.ts'
import { sshSessionReads, sshSessionWrites } from './ssh-sessions.ts'
import { tryWrites } from './tries.ts'

/** Notes how each statement will be run. */
class Planned extends DatabaseSync {
  readonly plan: string[] = []

  override prepare(sql: string): StatementSync {
    if (/^\s*(select|with|insert|update|delete)/.test(sql)) {
      const rows = super.prepare(`explain query plan ${sql}`).all()
      this.plan.push(...rows.map(({ detail }) => String(detail)))
    }
    return super.prepare(sql)
  }
}

const USER = entity('user')
const SESSION = session(USER.id, { limits: { policyIds: ['ANPAx'] } })
const PERSON = { provider: 'id.example.org', subject: '42' }
const KEY = { accessKeyId: 'AKIAx', userId: USER.id, sealedSecret: '', status: 'Active' } as const

const SSH_SESSION = {
  sessionId: 's-1',
  instanceId: 'i-1',
  osUser: 'ann',
  method: 'publickey',
  seenBy: 'pam',
  pid: 7,
  startedAt: NOW,
  isUnrecorded: true,
} as const

/** What is asked at each request or sign-in, or takes something away: no pile of rows may make it slow. */
const QUERIES: Readonly<Record<string, (db: DatabaseSync) => unknown>> = {
  'credential of a user': (db) => rightReads.credential(db, KEY.accessKeyId),
  'credential of a session': (db) => rightReads.credential(db, SESSION.accessKeyId),
  'entities.find': (db) => entityReads.find(db, 'user', USER.name),
  'entities.list': (db) => entityReads.list(db, { kind: 'user', limit: 1 }),
  'sessions.create': (db) => sessionWrites.create(db, { ...SESSION, accessKeyId: 'ASIAy' }),
  'sessions.list': (db) => sessionReads.list(db, USER.id, NOW),
  'sessions.end': (db) => sessionWrites.end(db, SESSION.accessKeyId),
  'sessions.endAll': (db) => sessionWrites.endAll(db, USER.id, NOW),
  'sessions.listOfPerson': (db) => sessionReads.listOfPerson(db, PERSON, NOW),
  'sessions.standing': (db) => sessionReads.standing(db, [SESSION.accessKeyId]),
  'sessions.endAllOfPerson': (db) => sessionWrites.endAllOfPerson(db, PERSON, NOW),
  'keys.setStatus': (db) => accessKeyWrites.setStatus(db, KEY.accessKeyId, 'Inactive'),
  'keys.delete': (db) => accessKeyWrites.delete(db, KEY.accessKeyId),
  'accesses.note': (db) =>
    accessWrites.note(db, [{ entityId: USER.id, service: 'iam', action: 'GetUser', at: NOW }]),
  'accesses.lastOf': (db) => accessReads.lastOf(db, [USER.id]),
  'accesses.lastOfEach': (db) => accessReads.lastOfEach(db, [USER.id], 'iam'),
  'keys.noteUses': (db) =>
    accessKeyWrites.noteUses(db, [{ accessKeyId: 'AKIAx', at: NOW, service: 'iam', region: 'r' }]),
  'entities.delete of a user': (db) => entityWrites.delete(db, USER.id, { force: true }),
  'mfa.useStep': (db) => mfaWrites.useStep(db, 'AMFAx', 1),
  'sshSessions.start': (db) => sshSessionWrites.start(db, SSH_SESSION),
  'sshSessions.list of those that are open': (db) =>
    sshSessionReads.list(db, { state: 'active', beforePlace: 9, limit: 1 }),
  'sshSessions.end': (db) => {
    sshSessionWrites.start(db, SSH_SESSION)
    sshSessionWrites.end(db, SSH_SESSION, { kind: 'closed', at: NOW })
  },
  'passwords.takeTry': (db) =>
    tryWrites.takeTry(db, [{ key: 'a', tries: 1, windowMs: 60_000 }], NOW),
}

/** Of this query alone, or one row for ever. */
const SMALL = /^SCAN (holders|parent|ended|e|security|CONSTANT ROW|asked VIRTUAL TABLE INDEX 1:)$/

describe('the plan', () => {
  for (const [name, query] of Object.entries(QUERIES)) {
    it(`of ${name} goes by an index to each table`, () => {
      using db = new Planned(':memory:')
      migrate(db)
      db.plan.length = 0
      entityWrites.create(db, USER)
      accessKeyWrites.create(db, { ...KEY, createdAt: NOW }, 2)
      sessionWrites.create(db, SESSION)
      query(db)
      const scans = db.plan.filter((step) => step.startsWith('SCAN'))
      assert.ok(!db.plan.some((step) => step.includes('INTEGER PRIMARY KEY (rowid<?)')))
      assert.ok(db.plan.some((step) => step.startsWith('SEARCH')))
      assert.deepEqual(
        scans.filter((step) => !SMALL.test(step)),
        [],
      )
    })
  }
})
