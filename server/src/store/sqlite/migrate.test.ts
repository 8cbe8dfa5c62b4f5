import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { migrate } from './migrate.ts'

const first = { name: 'first', sql: 'create table a (x integer) strict' }
const second = { name: 'second', sql: 'insert into a values (1)' }
const broken = { name: 'broken', sql: 'insert into a values (2); insert into nowhere values (1)' }

describe('migrations', () => {
  const rows = (db: DatabaseSync) => db.prepare('select x from a').all().length

  it('run once each, in order', () => {
    using db = new DatabaseSync(':memory:')
    migrate(db, [first])
    migrate(db, [first, second])
    migrate(db, [first, second])
    assert.equal(rows(db), 1)
  })

  it('leave nothing half done', () => {
    using db = new DatabaseSync(':memory:')
    assert.throws(() => migrate(db, [first, broken]), /nowhere/)
    assert.equal(rows(db), 0)
    migrate(db, [first, second])
    assert.equal(rows(db), 1)
  })
})
