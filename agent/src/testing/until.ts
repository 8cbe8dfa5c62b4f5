import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

const WITHIN_MS = 30_000

/** Waits until something is so, asking again and again; a busy machine may take its time. `what` is for the failure. */
export async function until(isSo: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
  for (const end = performance.now() + WITHIN_MS; !(await isSo());) {
    if (performance.now() > end) assert.fail(`not so after ${WITHIN_MS} ms: ${what}`)
    await sleep(2)
  }
}
