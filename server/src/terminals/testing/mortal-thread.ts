import { parentPort } from 'node:worker_threads'
import '../worker/host-worker-thread.ts'
import type { ToWorker } from '../worker/messages.ts'

// The worker of a host as it is, but that what is typed kills it: as a host would that found a hole in the decoder.

const kept: unknown[] = []

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind !== 'input') return
  const said = Buffer.from(message.bytes).toString()
  if (said === 'throw') throw new Error(`the decoder was confused by \x1b[2J${'x'.repeat(100_000)}`)
  if (said === 'fill') for (;;) kept.push(`${Math.random()}`.repeat(10))
  // oxlint-disable-next-line no-empty -- it goes round in circles
  if (said === 'spin') for (;;) {}
})
