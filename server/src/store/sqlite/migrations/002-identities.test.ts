import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { accessKey } from '../../contract/given-identities.ts'
import { NOW } from '../../contract/given.ts'
import { connectWriter } from '../connect.ts'
import { migrate } from '../migrate.ts'
import { scopedFolder, scopedStore } from '../scoped.ts'
import * as firstTables from './001-first-tables.ts'

const DOCUMENT = '{ "Version": "2012-10-17", "Statement": [] }'

/** What a server of the first migration left behind. */
function writeOld(file: string): void {
  using db = connectWriter(file)
  migrate(db, [firstTables])
  db.exec(`
    insert into users values ('AIDAAAAAAAAAAAAAAAAAA', 'ann', ${NOW}), ('AIDABBBBBBBBBBBBBBBBB', 'Bob', ${NOW + 1});
    insert into user_policies values
      ('AIDAAAAAAAAAAAAAAAAAA', 'p', '${DOCUMENT}'), ('AIDAAAAAAAAAAAAAAAAAA', 'P', '{}'), ('AIDABBBBBBBBBBBBBBBBB', 'p', '{}');
    insert into access_keys values
      ('AKIAROOT', null, 'sealed root', 'Active', ${NOW}),
      ('AKIAANN1', 'AIDAAAAAAAAAAAAAAAAAA', 'sealed 1', 'Active', ${NOW + 2}),
      ('AKIAANN2', 'AIDAAAAAAAAAAAAAAAAAA', 'sealed 2', 'Inactive', ${NOW + 3});
    update security set version = 7;
    insert into settings values ('realm', 'kept');
  `)
}

describe('the migration of identities', () => {
  it('keeps users, inline policies and access keys with their ids', async () => {
    using folder = scopedFolder()
    const file = join(folder.path, 'fleetkey.db')
    writeOld(file)
    await using store = await scopedStore({ file })
    const { entities, inline, keys } = store.identities
    const ann = {
      id: 'AIDAAAAAAAAAAAAAAAAAA',
      kind: 'user',
      name: 'ann',
      path: '/',
      createdAt: NOW,
      tags: {},
    } as const
    const bob = { ...ann, id: 'AIDABBBBBBBBBBBBBBBBB', name: 'Bob', createdAt: NOW + 1 }
    assert.deepEqual(await entities.list({ kind: 'user' }), [ann, bob])
    assert.deepEqual(await inline.list(ann.id), [
      { policyName: 'P', document: '{}' },
      { policyName: 'p', document: DOCUMENT },
    ])
    assert.equal((await inline.list(bob.id)).length, 1)
    const first = accessKey(ann.id, {
      accessKeyId: 'AKIAANN1',
      sealedSecret: 'sealed 1',
      createdAt: NOW + 2,
    })
    assert.deepEqual(await keys.list(ann.id), [
      first,
      {
        ...first,
        accessKeyId: 'AKIAANN2',
        sealedSecret: 'sealed 2',
        status: 'Inactive',
        createdAt: NOW + 3,
      },
    ])
    assert.equal((await store.identities.credential('AKIAROOT'))?.kind, 'root')
    const found = await store.identities.credential('AKIAANN1')
    assert.equal(found?.kind === 'user' && found.rights.policies.length, 2)
    assert.equal(await store.securityVersion(), 7)
    assert.equal(await store.settings.get('realm'), 'kept')
  })

  it('leaves a database that is whole, and nothing of the old tables', async () => {
    using folder = scopedFolder()
    const file = join(folder.path, 'fleetkey.db')
    writeOld(file)
    await (await scopedStore({ file })).close()
    using db = new DatabaseSync(file, { readOnly: true })
    assert.deepEqual(db.prepare('pragma foreign_key_check').all(), [])
    assert.equal(db.prepare('pragma integrity_check').get()?.['integrity_check'], 'ok')
    const names = db.prepare('select name from sqlite_schema').all()
    const old = ['users', 'user_policies', 'old_access_keys']
    assert.deepEqual(
      names.filter(({ name }) => old.includes(String(name))),
      [],
    )
    assert.equal(db.prepare('select count(*) as count from access_keys').get()?.['count'], 3)
  })

  it('makes the same schema of an old database as of none', async () => {
    using folder = scopedFolder()
    const schemaOf = async (file: string) => {
      await (await scopedStore({ file })).close()
      using db = new DatabaseSync(file, { readOnly: true })
      return db.prepare('select type, name, sql from sqlite_schema order by type, name').all()
    }
    const old = join(folder.path, 'old.db')
    writeOld(old)
    assert.deepEqual(await schemaOf(old), await schemaOf(join(folder.path, 'new.db')))
  })
})
