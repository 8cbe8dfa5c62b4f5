import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { connectReader, connectWriter, demandDurable } from './connect.ts'
import { scopedFolder } from './scoped.ts'

describe('the connections', () => {
  it('write with synchronous=full, and refuse to write with less', () => {
    using folder = scopedFolder()
    using db = connectWriter(join(folder.path, 'a.db'))
    assert.deepEqual({ ...db.prepare('pragma synchronous').get() }, { synchronous: 2 })
    db.exec('pragma synchronous = normal')
    assert.throws(() => demandDurable(db, 'a.db'), /not written with synchronous=full/)
  })

  it('refuse a database without foreign keys or a write-ahead log', () => {
    using folder = scopedFolder()
    using db = connectWriter(join(folder.path, 'a.db'))
    db.exec('pragma foreign_keys = off')
    assert.throws(() => demandDurable(db, 'a.db'), /without foreign keys/)
    db.exec('pragma journal_mode = delete')
    assert.throws(() => demandDurable(db, 'a.db'), /WAL mode/)
  })

  it('cannot write through the reader', () => {
    using folder = scopedFolder()
    const file = join(folder.path, 'a.db')
    using writer = connectWriter(file)
    writer.exec('create table t (a integer) strict')
    using reader = connectReader(file)
    assert.throws(() => reader.exec('insert into t values (1)'), /readonly/)
  })
})
