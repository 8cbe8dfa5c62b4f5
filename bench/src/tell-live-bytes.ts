// Loaded into a process (NODE_OPTIONS) whose memory is measured: on SIGUSR2 it collects all garbage, in its worker threads too, and writes what lives
// into the file that FLEETKEY_BENCH_LIVE names, a line for each time: bytes of JavaScript and of buffers. Needs --expose-gc.

import { appendFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

/** The second time for what was freed by finalizers of the first. It gives back what the heap does not need, too. */
const COLLECT = `for (const time of [1, 2]) gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })`
const expression = `(() => { ${COLLECT}; const { heapUsed, external } = process.memoryUsage(); return heapUsed + external })()`

interface Answer {
  readonly result?: { readonly result?: { readonly value?: number } }
}

const file = process.env['FLEETKEY_BENCH_LIVE'] ?? ''
process.on('SIGUSR2', () => void tell())

async function tell(): Promise<void> {
  const session = new Session()
  session.connect()
  const workers = await liveInWorkers(session)
  const { result } = await session.post('Runtime.evaluate', { expression })
  session.disconnect()
  appendFileSync(file, `${Number(result.value) + workers}\n`)
}

/** Workers take neither our options nor our variables; the inspector reaches them all the same. */
async function liveInWorkers(session: Session): Promise<number> {
  const answers: Promise<number>[] = []
  const answered = new Map<string, (live: number) => void>()
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
    const { promise, resolve } = Promise.withResolvers<number>()
    answers.push(promise)
    answered.set(sessionId, resolve)
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } })
    void session.post('NodeWorker.sendMessageToWorker', { sessionId, message })
  })
  session.on('NodeWorker.receivedMessageFromWorker', ({ params: { sessionId, message } }) => {
    answered.get(sessionId)?.((JSON.parse(message) as Answer).result?.result?.value ?? Number.NaN)
  })
  // It has told of all that there are when it answers.
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  const all = await Promise.all(answers)
  await session.post('NodeWorker.disable')
  return all.reduce((sum, live) => sum + live, 0)
}
