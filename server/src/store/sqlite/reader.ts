import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { connectReader } from './connect.ts'
import { messageOf } from './group-commit.ts'
import { reads, runCall, type Call } from './queries.ts'
import { securityVersion } from './security-version.ts'
import { run } from './sql.ts'
import type { Answer, Request, Result } from './thread-messages.ts'

// The worker thread that looks things up, so that a long search keeps no push waiting.

if (parentPort !== null) serve(parentPort, workerData as string)

function serve(port: MessagePort, file: string): void {
  const say = (answer: Answer) => port.postMessage(answer)
  try {
    const db = connectReader(file)
    say({ kind: 'open', securityVersion: securityVersion(db) })
    port.on('message', (request: Request) => {
      if (request.kind === 'close') {
        db.close()
        port.close()
      } else {
        say({ kind: 'done', results: request.calls.map((call) => readOnce(db, call)) })
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
    return { error: messageOf(error) }
  } finally {
    if (db.isTransaction) run(db, 'commit')
  }
}
