import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'

import { connectWriter } from './connect.ts'
import { commitTogether, messageOf } from './group-commit.ts'
import { lock } from './lock.ts'
import { migrate } from './migrate.ts'
import { writes, type Call } from './queries.ts'
import { securityVersion } from './security-version.ts'
import type { Answer, Request } from './thread-messages.ts'
import { upkeep } from './upkeep.ts'

// The worker thread with the only writing connection. Whatever was asked while a commit ran is the next commit.

if (parentPort !== null) serve(parentPort, workerData as string)

function serve(port: MessagePort, file: string): void {
  const say = (answer: Answer) => port.postMessage(answer)
  const fail = (error: unknown) => {
    say({ kind: 'failed', message: messageOf(error) })
    port.close()
  }
  try {
    const held = lock(file)
    const db = connectWriter(file)
    migrate(db)
    say({ kind: 'open', securityVersion: securityVersion(db) })
    let isOpen = true
    let tidiesLater = false
    /** Bit by bit, so that whoever waits is served in between. */
    const tidy = () => {
      if (!isOpen) return
      try {
        if (upkeep(db) && !tidiesLater) {
          tidiesLater = true
          setImmediate(() => {
            tidiesLater = false
            tidy()
          })
        }
      } catch (error) {
        isOpen = false
        fail(error)
      }
    }
    tidy()
    port.on('message', (first: Request) => {
      const { calls, closing } = drain(port, first)
      if (calls.length > 0) {
        const answer = commitTogether(db, writes, calls)
        say(answer)
        if (answer.kind === 'failed') {
          isOpen = false
          return port.close()
        }
        tidy()
      }
      if (closing && isOpen) {
        isOpen = false
        db.close()
        held.close()
        port.close()
      }
    })
  } catch (error) {
    fail(error)
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
