import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '../store.ts'
import { openSqliteStore, type SqliteOptions } from './open.ts'

// For tests: what is gone with the scope, also when the test fails in it.

export function scopedFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'fleetkey-store-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

/** Left open, its threads would keep the process alive. */
export async function scopedStore(options: SqliteOptions): Promise<Store & AsyncDisposable> {
  const store = await openSqliteStore(options)
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() })
}
