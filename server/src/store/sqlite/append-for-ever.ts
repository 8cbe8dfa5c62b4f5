import { setTimeout as sleep } from 'node:timers/promises'
import { entry } from '../contract/given.ts'
import { StoreUnavailable } from '../store.ts'
import { openSqliteStore } from './open.ts'

// For tests, in a process of its own: appends until it is killed and prints `seq hash` of each acknowledged record, and `# kind` of each
// trouble that it is told of. While the store cannot be used it goes on trying.

const WRITERS = 32
const file = process.argv[2]
if (file === undefined) throw new Error('usage: append-for-ever.ts FILE')

const store = await openSqliteStore({
  file,
  onTrouble: ({ kind }) => process.stdout.write(`# ${kind}\n`),
})
await Promise.all(
  Array.from({ length: WRITERS }, async () => {
    for (;;) {
      try {
        const { seq, hash } = await store.trail.append(entry())
        process.stdout.write(`${seq} ${hash}\n`)
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        await sleep(10)
      }
    }
  }),
)
