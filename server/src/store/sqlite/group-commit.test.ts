import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { DatabaseSync } from 'node:sqlite'
import { CHAIN_START } from '@fleetkey/domain/trail-chain'
import { entry } from '../contract/given.ts'
import { connectWriter } from './connect.ts'
import { commitTogether } from './group-commit.ts'
import { migrate } from './migrate.ts'
import type { Families } from './queries.ts'
import { run } from './sql.ts'
import { scopedFolder, scopedStore } from './scoped.ts'

const WAL_HEADER = 32
const FRAME_HEADER = 24
const PAGE = 4096

describe('group commit', () => {
  it('shares commits among writes that come together, and none among those that do not', async () => {
    using folder = scopedFolder()
    const file = join(folder.path, 'fleetkey.db')
    await using store = await scopedStore({ file })
    const start = commits(file)
    for (let n = 0; n < 20; n++) await store.trail.append(entry())
    assert.equal(commits(file) - start, 20)
    await Promise.all(Array.from({ length: 500 }, () => store.trail.append(entry())))
    assert.ok(commits(file) - start - 20 <= 10, `${commits(file) - start - 20} commits`)
    await store.close()
  })

  const families: Families = {
    settings: {
      set: (db: DatabaseSync, name: string) =>
        run(db, 'insert into settings (name, value) values (?, ?)', name, ''),
      fail: (_: DatabaseSync, errcode: number) => {
        throw Object.assign(new Error(`sqlite error ${errcode}`), { errcode })
      },
    },
  }
  const set = (name: string) => ({ family: 'settings', query: 'set', args: [name] })
  const fail = (errcode: number) => ({ family: 'settings', query: 'fail', args: [errcode] })
  /** Of those that were set here: migrations leave some of their own. */
  const names = (db: DatabaseSync) =>
    db
      .prepare('select name from settings where length(name) = 1 order by name')
      .all()
      .map(({ name }) => name)

  it('undoes only the call that made a mistake', () => {
    using folder = scopedFolder()
    using db = migrated(folder.path)
    const answer = commitTogether(db, families, [set('a'), set('a'), set('b')])
    assert.deepEqual(answer, {
      kind: 'done',
      results: [{ value: 1 }, { error: 'UNIQUE constraint failed: settings.name' }, { value: 1 }],
      securityVersion: 0,
      head: CHAIN_START,
    })
    assert.deepEqual(names(db), ['a', 'b'])
  })

  it('refuses the whole batch when the disk is full, and takes the next', () => {
    using folder = scopedFolder()
    using db = migrated(folder.path)
    const SQLITE_FULL = 13
    assert.deepEqual(commitTogether(db, families, [set('a'), fail(SQLITE_FULL)]), {
      kind: 'refused',
      count: 2,
      message: 'sqlite error 13',
    })
    assert.equal(commitTogether(db, families, [set('b')]).kind, 'done')
    assert.deepEqual(names(db), ['b'])
  })

  it('fails for good on an error of the disk, or one that it does not know', () => {
    using folder = scopedFolder()
    using db = migrated(folder.path)
    const SQLITE_IOERR_FSYNC = 1034
    for (const errcode of [SQLITE_IOERR_FSYNC, 11, 255]) {
      const answer = commitTogether(db, families, [set('a'), fail(errcode)])
      assert.deepEqual(answer, { kind: 'failed', message: `sqlite error ${errcode}` })
    }
    assert.deepEqual(names(db), [])
  })
})

function migrated(folder: string): DatabaseSync {
  const db = connectWriter(join(folder, 'fleetkey.db'))
  migrate(db)
  return db
}

/** Counted in the log itself: a frame that ends a commit says how large the database is then (sqlite.org/fileformat2.html#walformat). */
function commits(file: string): number {
  const log = readFileSync(`${file}-wal`)
  const salt = log.subarray(16, 24)
  let count = 0
  for (let at = WAL_HEADER; at < log.length; at += FRAME_HEADER + PAGE) {
    if (!log.subarray(at + 8, at + 16).equals(salt)) break
    if (log.readUInt32BE(at + 4) > 0) count++
  }
  return count
}
