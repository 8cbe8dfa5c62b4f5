import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits until something is so, asking again and again.
 * @param what for the error, when it is not so after `timeoutMs`
 */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  timeoutMs = 5000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not so after ${timeoutMs} ms: ${what}`)
    await sleep(20)
  }
}
