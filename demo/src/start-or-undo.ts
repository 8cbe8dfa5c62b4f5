import type { Demo, Description } from './demo.ts'

/**
 * Starts a demo. When that fails, or the signal comes first, all that was opened is closed before this rejects, also what a step
 * under way opens late: closing takes the ground from under such steps, so they end soon.
 */
export async function startOrUndo(
  signal: AbortSignal,
  start: (undo: (close: () => Promise<unknown>) => void) => Promise<Description>,
): Promise<Demo> {
  const opened: (() => Promise<unknown>)[] = []
  async function close() {
    for (let last = opened.pop(); last !== undefined; last = opened.pop()) {
      // oxlint-disable-next-line no-await-in-loop -- in the reverse order of opening
      await last()
    }
  }
  const starting = start((undo) => opened.push(undo))
  try {
    return { description: await Promise.race([starting, rejection(signal)]), close }
  } catch (error) {
    await close()
    await Promise.allSettled([starting])
    await close()
    throw error
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new Error('stopped'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
