import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { connectReader } from './connect.ts'
import { messageOf } from './group-commit.ts'
import { reads, runCall, type Call } from './queries.ts'
import { securityVersion } from './security-version.ts'
import { run } from './sql.ts'
import { sqliteCode } from './sqlite-code.ts'
import type { Answer, Opening, Request, Result } from './thread-messages.ts'
import { head } from './trail.ts'

// The worker thread that looks things up, so that a long search keeps no push waiting.

if (parentPort !== null) serve(parentPort, (workerData as Opening).file)

function serve(port: MessagePort, file: string): void {
  const say = (answer: Answer) => port.postMessage(answer)
  try {
    const db = connectReader(file)
    say({ kind: 'open', securityVersion: securityVersion(db), head: head(db) })
    port.on('message', (request: Request) => {
      if (request.kind === 'close') {
        db.close()
        port.close()
      } else {
        const results = request.calls.map((call) => readOnce(db, call))
        say({ kind: 'done', results })
        const broken = results.find((result) => 'unavailable' in result)
        if (broken === undefined) return
        // Another connection may read what this one cannot any more.
        say({ kind: 'failed', message: broken.unavailable })
        db.close()
        port.close()
      }
    })
  } catch (error) {
    say({ kind: 'failed', message: messageOf(error) })
    port.close()
  }
}

/** In a transaction of its own, so that a query of several statements sees one state. */
function readOnce(db: DatabaseSync, call: Call): Result {
  try {
    run(db, 'begin')
    return { value: runCall(db, reads, call) }
  } catch (error) {
    const code = sqliteCode(error)
    const isOwnFault = code === undefined || code === 'mistake'
    return isOwnFault ? { error: messageOf(error) } : { unavailable: messageOf(error) }
  } finally {
    if (db.isTransaction) run(db, 'commit')
  }
}
