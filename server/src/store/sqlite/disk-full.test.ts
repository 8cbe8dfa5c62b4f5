import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { entry, fresh } from '../contract/given.ts'
import { checkedTrail } from '../contract/trail.contract.ts'
import { StoreUnavailable, type Store } from '../store.ts'
import { scopedFolder, scopedStore } from './scoped.ts'

const DISK_MIB = 12
const BALLAST_MIB = 6
const AT_ONCE = 50

describe('a full disk', () => {
  it('refuses writes, loses none that it acknowledged, and goes on when there is space', async (t) => {
    using folder = scopedFolder()
    using disk = smallDisk(folder.path)
    if (disk === undefined) return t.skip('NOT TESTED: only root can mount a small disk')
    const file = join(disk.path, 'fleetkey.db')
    const ballast = join(disk.path, 'ballast')
    writeFileSync(ballast, Buffer.alloc(BALLAST_MIB << 20))
    await using store = await scopedStore({
      file,
      onTrouble: ({ kind }) => assert.fail(`a full disk is no reason to open it anew: ${kind}`),
    })
    const acknowledged = new Set<number>()
    const refusals = await fillUp(store, acknowledged)
    assert.ok(
      refusals.every((error) => /full/.test(String(error))),
      String(refusals[0]),
    )
    assert.ok(refusals.every((error) => error instanceof StoreUnavailable && !error.inDoubt))
    await assert.rejects(store.settings.setIfAbsent(fresh('name'), 'x'.repeat(100_000)), /full/)
    assert.equal(await store.settings.get('anything'), undefined)

    rmSync(ballast)
    acknowledged.add((await store.trail.append(entry())).seq)
    const assertAllThere = async (opened: Store) => {
      const stored = new Set((await checkedTrail(opened)).map(({ seq }) => seq))
      assert.deepEqual(acknowledged, stored)
    }
    await assertAllThere(store)
    await store.close()
    await using again = await scopedStore({ file })
    await assertAllThere(again)
  })
})

/** Appends until some of a round are refused; what they were told. */
async function fillUp(store: Store, acknowledged: Set<number>): Promise<readonly unknown[]> {
  const record = JSON.stringify({ text: 'x'.repeat(8000) })
  for (;;) {
    const results = await Promise.allSettled(
      Array.from({ length: AT_ONCE }, () => store.trail.append(entry({ record }))),
    )
    const refusals: unknown[] = []
    for (const result of results) {
      if (result.status === 'fulfilled') acknowledged.add(result.value.seq)
      else refusals.push(result.reason)
    }
    if (refusals.length > 0) return refusals
  }
}

function smallDisk(folder: string): ({ readonly path: string } & Disposable) | undefined {
  const path = join(folder, 'disk')
  mkdirSync(path)
  const options = ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'fleetkey-test', path]
  if (spawnSync('mount', options).status !== 0) return undefined
  return { path, [Symbol.dispose]: () => void spawnSync('umount', ['-l', path]) }
}
