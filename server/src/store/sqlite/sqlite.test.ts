import { join } from 'node:path'
import { describeStore } from '../store.contract.ts'
import { openSqliteStore } from './open.ts'
import { scopedFolder } from './scoped.ts'

describeStore('sqlite', async () => {
  const folder = scopedFolder()
  const open = () => openSqliteStore({ file: join(folder.path, 'fleetkey.db') })
  let store = await open()
  return {
    get store() {
      return store
    },
    async reopen() {
      await store.close()
      store = await open()
    },
    async dispose() {
      await store.close()
      folder[Symbol.dispose]()
    },
  }
})
