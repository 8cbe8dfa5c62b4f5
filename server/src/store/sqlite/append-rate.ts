import { entry } from '../contract/given.ts'
import { openSqliteStore } from './open.ts'

// For bench/, in a process of its own: appends records of a push's size for some seconds, so many under way at once, and prints as JSON how
// many became durable in how many seconds.

const [file, atOnce, seconds] = process.argv.slice(2)
if (file === undefined) throw new Error('usage: append-rate.ts FILE AT_ONCE SECONDS')

/** As long as the record of a push. */
const record = JSON.stringify({ eventName: 'SendSSHPublicKey', text: 'x'.repeat(1300) })
const store = await openSqliteStore({ file })
const end = performance.now() + Number(seconds) * 1000
const begun = performance.now()
let records = 0
await Promise.all(
  Array.from({ length: Number(atOnce) }, async () => {
    for (; performance.now() < end; records++) await store.trail.append(entry({ record }))
  }),
)
const took = (performance.now() - begun) / 1000
await store.close()
process.stdout.write(`${JSON.stringify({ records, seconds: took })}\n`)
