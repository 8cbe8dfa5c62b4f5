import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { entry, fresh, NOW } from '../contract/given.ts'
import { checkedTrail } from '../contract/trail.contract.ts'
import { scopedFolder, scopedStore } from './scoped.ts'

const WITHOUT_GUARDS = 'drop trigger trail_rows_stand; drop trigger trail_rows_stay;'

describe('the trail in SQLite', () => {
  const tampers = [
    { what: 'altered', sql: `update trail set record = '{}' where seq = 3`, shows: /altered/ },
    { what: 'removed', sql: 'delete from trail where seq = 3', shows: /missing/ },
    { what: 'cut off', sql: 'delete from trail where seq > 3', shows: /seq: 5/ },
  ]
  for (const { what, sql, shows } of tampers) {
    it(`shows that a record was ${what} by hand`, async () => {
      using folder = scopedFolder()
      const file = join(folder.path, 'fleetkey.db')
      await withTrail(file)
      using db = new DatabaseSync(file)
      assert.throws(() => db.exec(sql), /append-only/)
      db.exec(WITHOUT_GUARDS + sql)
      await using store = await scopedStore({ file })
      await assert.rejects(checkedTrail(store), shows)
      await store.close()
    })
  }

  it('leaves less than a thousand entries to be read by a search, however many came at once', async () => {
    using folder = scopedFolder()
    const file = join(folder.path, 'fleetkey.db')
    await using store = await scopedStore({ file })
    await Promise.all(Array.from({ length: 5500 }, () => store.trail.append(entry())))
    await store.close()
    using db = new DatabaseSync(file)
    assert.equal(db.prepare('select seq from trail_indexed').get()?.['seq'], 5000)
  })

  it('forgets replay keys after their time', async () => {
    using folder = scopedFolder()
    const file = join(folder.path, 'fleetkey.db')
    await using store = await scopedStore({ file })
    const intents = (time: number, count: number) =>
      Promise.all(
        Array.from({ length: count }, () =>
          store.trail.appendIntent(entry({ phase: 'intent', time }), {
            key: fresh('AKIA/'),
            until: time + 1000,
          }),
        ),
      )
    await intents(NOW, 1000)
    await intents(NOW + 1001, 1024)
    await store.close()
    using db = new DatabaseSync(file)
    const left = db.prepare('select count(*) as count from replays where until < ?')
    assert.equal(left.get(NOW + 1001)?.['count'], 0)
  })
})

async function withTrail(file: string): Promise<void> {
  await using store = await scopedStore({ file })
  for (let n = 0; n < 5; n++) await store.trail.append(entry())
  await store.close()
}
