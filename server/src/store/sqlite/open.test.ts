import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { created } from '../contract/given-identities.ts'
import { enrolled, entry } from '../contract/given.ts'
import { StoreClosed } from '../store.ts'
import { openSqliteStore } from './open.ts'
import { scopedFolder, scopedStore } from './scoped.ts'

describe('opening a SQLite store', () => {
  it('makes folder and files for their owner only', async () => {
    using folder = scopedFolder()
    const inner = join(folder.path, 'a', 'b')
    await using store = await scopedStore({ file: join(inner, 'fleetkey.db') })
    await store.trail.append(entry())
    assert.equal(statSync(inner).mode & 0o777, 0o700)
    const modes = readdirSync(inner).map((name) => [name, statSync(join(inner, name)).mode & 0o777])
    assert.deepEqual(Object.fromEntries(modes), {
      'fleetkey.db': 0o600,
      'fleetkey.db-shm': 0o600,
      'fleetkey.db-wal': 0o600,
      'fleetkey.db.lock': 0o600,
    })
  })

  it('refuses a second store on the file, here and from another process (two heads would fork the chain)', async () => {
    using folder = scopedFolder()
    const file = join(folder.path, 'fleetkey.db')
    await using store = await scopedStore({ file })
    const inUse = /in use by another Fleetkey server: stop that one/
    await assert.rejects(openSqliteStore({ file }), inUse)
    const script = join(import.meta.dirname, 'append-for-ever.ts')
    const { stderr } = spawnSync(process.execPath, [script, file], { encoding: 'utf8' })
    assert.match(stderr, inUse)
    // and the attempts have not loosened the lock
    await assert.rejects(openSqliteStore({ file }), inUse)
    await store.close()
    await (await openSqliteStore({ file })).close()
  })

  it('refuses a database of newer code', async () => {
    using folder = scopedFolder()
    const file = join(folder.path, 'fleetkey.db')
    await (await openSqliteStore({ file })).close()
    const db = new DatabaseSync(file)
    db.exec(`insert into migrations (number, name) values (1000, 'from the future')`)
    db.close()
    await assert.rejects(
      openSqliteStore({ file }),
      /written by a newer Fleetkey .* start that version/,
    )
  })

  it('refuses a file that is no database', async () => {
    using folder = scopedFolder()
    await assert.rejects(
      openSqliteStore({ file: join(import.meta.dirname, 'open.ts', 'below-a-file') }),
    )
    const inner = join(folder.path, 'folder')
    mkdirSync(inner)
    await assert.rejects(openSqliteStore({ file: inner }))
  })

  it('answers what was asked before it closes, and rejects what comes after', async () => {
    using folder = scopedFolder()
    await using store = await scopedStore({
      file: join(folder.path, 'fleetkey.db'),
      onTrouble: () => assert.fail('to be closed is no trouble'),
    })
    const asked = store.trail.append(entry())
    const closed = store.close()
    assert.equal((await asked).seq, 1)
    await assert.rejects(store.trail.append(entry()), StoreClosed)
    await assert.rejects(store.trail.head(), StoreClosed)
    await closed
    await store.close()
  })

  it('knows the new security version as soon as the change is acknowledged', async () => {
    using folder = scopedFolder()
    const file = join(folder.path, 'fleetkey.db')
    await using store = await scopedStore({ file })
    assert.equal(await store.securityVersion(), 0)
    await created(store)
    assert.equal(await store.securityVersion(), 1)
    await enrolled(store)
    assert.equal(await store.securityVersion(), 2)
    await store.close()
    await using again = await scopedStore({ file })
    assert.equal(await again.securityVersion(), 2)
  })
})
