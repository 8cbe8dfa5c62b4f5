/**
 * Ctrl-C, `kill` and a closed terminal. Listens to the end of the process: npm and a terminal both send Ctrl-C, and a second one
 * that found nobody listening would end the demo in the middle of cleaning up.
 */
export function listenForStop(again: () => void): {
  readonly signal: AbortSignal
  readonly requested: Promise<void>
} {
  const controller = new AbortController()
  let first = 0
  const requested = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        if (!controller.signal.aborted) {
          first = performance.now()
          controller.abort()
          resolve()
        } else if (performance.now() - first > PRESSED_AGAIN_MS) again()
      })
    }
  })
  return { signal: controller.signal, requested }
}

/** Sooner than this it is one key press that came by two ways. */
const PRESSED_AGAIN_MS = 300
