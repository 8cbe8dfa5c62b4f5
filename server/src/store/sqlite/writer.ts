import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import type { ChainLink } from '@fleetkey/domain/trail-chain'
import { connectWriter, connectWriterAgain } from './connect.ts'
import { commitTogether, messageOf } from './group-commit.ts'
import { lock } from './lock.ts'
import { migrate } from './migrate.ts'
import { writes, type Call } from './queries.ts'
import { securityVersion } from './security-version.ts'
import { one } from './sql.ts'
import type { Answer, Opening, Request } from './thread-messages.ts'
import { head } from './trail.ts'
import { upkeep } from './upkeep.ts'

// The worker thread with the only writing connection. Whatever was asked while a commit ran is the next commit.

if (parentPort !== null) serve(parentPort, workerData as Opening)

function serve(port: MessagePort, opening: Opening): void {
  const say = (answer: Answer) => port.postMessage(answer)
  const opened: DatabaseSync[] = []
  const end = () => {
    // In this order: who gets the lock finds the database free. What a broken disk says to that is known already.
    for (const db of opened.toReversed()) closed(db)
    port.close()
  }
  const fail = (error: unknown) => {
    say({ kind: 'failed', message: messageOf(error) })
    end()
  }
  try {
    const db = open(opening, opened)
    say({ kind: 'open', securityVersion: securityVersion(db), head: head(db) })
    let tidiesLater = false
    /** Bit by bit, so that whoever waits is served in between. */
    const tidy = () => {
      if (!db.isOpen) return
      try {
        if (upkeep(db) && !tidiesLater) {
          tidiesLater = true
          setImmediate(() => {
            tidiesLater = false
            tidy()
          })
        }
      } catch (error) {
        fail(error)
      }
    }
    tidy()
    port.on('message', (first: Request) => {
      const { calls, closing } = drain(port, first)
      if (calls.length > 0) {
        const answer = commitTogether(db, writes, calls)
        say(answer)
        if (answer.kind === 'failed') return end()
        tidy()
      }
      if (closing && db.isOpen) end()
    })
  } catch (error) {
    fail(error)
  }
}

/** What is opened on the way goes to `opened`, also when it throws. */
function open({ file, acknowledged }: Opening, opened: DatabaseSync[]): DatabaseSync {
  if (acknowledged !== undefined && !existsSync(file)) throw new Error(`${file} is not there`)
  opened.push(lock(file))
  const db = acknowledged === undefined ? connectWriter(file) : connectWriterAgain(file)
  opened.push(db)
  if (acknowledged !== undefined) demandAcknowledged(db, file, acknowledged)
  migrate(db)
  return db
}

/** Never goes on without what was acknowledged: that would be a rollback that nobody asked for. */
function demandAcknowledged(db: DatabaseSync, file: string, { seq, hash }: ChainLink): void {
  if (seq === 0) return
  const known = [
    one<ChainLink>(db, 'select seq, hash from trail where seq = ?', seq),
    one<ChainLink>(db, 'select seq, hash from trail_base'),
  ]
  if (known.some((link) => link?.seq === seq && link.hash === hash)) return
  throw new Error(
    `the database at ${file} is not the one that was there before, or an older copy: it lacks record ${seq} of the trail, which was acknowledged`,
  )
}

function closed(db: DatabaseSync): void {
  try {
    if (db.isOpen) db.close()
  } catch {
    // The thread ends: nothing of it is used again.
  }
}

function drain(port: MessagePort, first: Request): { calls: Call[]; closing: boolean } {
  const calls: Call[] = []
  let request: Request | undefined = first
  while (request?.kind === 'calls') {
    calls.push(...request.calls)
    request = receiveMessageOnPort(port)?.message as Request | undefined
  }
  return { calls, closing: request?.kind === 'close' }
}
