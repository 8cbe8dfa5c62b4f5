import { parentPort } from 'node:worker_threads'
import type { FromWorker, ToWorker } from './messages.ts'
import { hasNativeCrypto } from './ssh-connection.ts'
import { WorkerSession } from './session.ts'

/**
 * What runs in the worker of one host. Nothing of the control plane is known here: no store, no secret, nothing of its environment. Whatever that
 * host makes of it stays in here.
 */
const port = parentPort
if (port === null) throw new Error('this runs in a worker')

const native = hasNativeCrypto()
port.postMessage({ kind: 'begun', session: 0, native } satisfies FromWorker)

const sessions = new Map<number, WorkerSession>()

port.on('message', (message: ToWorker) => {
  if (message.kind === 'ping') {
    port.postMessage({ kind: 'pong', session: 0 } satisfies FromWorker)
    return
  }
  const { session: id } = message
  if (message.kind === 'make-key') {
    const session = new WorkerSession(
      (said, transfer = []) => port.postMessage({ ...said, session: id } as FromWorker, transfer),
      () => sessions.delete(id),
    )
    sessions.set(id, session)
    port.postMessage({ kind: 'key', session: id, publicKey: session.publicKey })
    return
  }
  const session = sessions.get(id)
  if (session === undefined) {
    if (message.kind === 'files') message.port.close()
    return
  }
  switch (message.kind) {
    case 'connect':
      void session.connect(message)
      return
    case 'start':
      void session.start({ cols: message.cols, rows: message.rows })
      return
    case 'input':
      return session.input(message.bytes)
    case 'resize':
      return session.resize(message)
    case 'grant':
      return session.grant(message.bytes)
    case 'files':
      void session.files(message.order, message.port)
      return
    case 'end':
      return session.end()
  }
})
