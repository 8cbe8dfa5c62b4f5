import { Failure } from './failure.ts'

/**
 * Does work that waits for a person. Ctrl-C ends it in order: the signal is aborted, what was opened is closed. A second Ctrl-C ends
 * the process.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new AbortController()
  const stop = () =>
    interrupt.abort(new Failure('interrupted', 'You ended it; nothing was changed.'))
  process.once('SIGINT', stop)
  try {
    return await work(interrupt.signal)
  } finally {
    process.removeListener('SIGINT', stop)
  }
}
