import { entry } from '../contract/given.ts'
import { StoreFailed } from '../store.ts'
import { openSqliteStore } from './open.ts'

// For tests, in a process of its own: appends until it is killed and prints `seq hash` of each acknowledged record. When the store
// fails, it tries once more, prints the name of what it got, and ends.

const WRITERS = 32
const file = process.argv[2]
if (file === undefined) throw new Error('usage: append-for-ever.ts FILE')

const failures: StoreFailed[] = []
const store = await openSqliteStore({ file, onFailed: (failure) => failures.push(failure) })
await Promise.allSettled(
  Array.from({ length: WRITERS }, async () => {
    for (;;) {
      const { seq, hash } = await store.trail.append(entry())
      process.stdout.write(`${seq} ${hash}\n`)
    }
  }),
)
const late = await store.trail.append(entry()).catch((error: unknown) => error)
const told = failures.length === 1 && failures[0] instanceof StoreFailed
process.stdout.write(`${late instanceof StoreFailed && told ? 'stopped for good' : 'went on'}\n`)
await store.close()
