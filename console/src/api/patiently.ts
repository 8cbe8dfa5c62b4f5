import { ApiRefusal } from './api-refusal.ts'

/** What says "later" and nothing else (docs/api/ec2.md, docs/api/README.md). */
const LATER: readonly string[] = [
  'RequestLimitExceeded',
  'ThrottlingException',
  'Throttling',
  'ServiceUnavailable',
  'ServiceUnavailableException',
]
/** RFC 6585 §4. */
const TOO_MANY = 429
const FIRST_WAIT_MS = 500
const TRIES = 5
/** Of what nobody answered: a network that was changed answers the next time, one that is away is told of soon. */
const TRIES_UNREACHABLE = 3

/**
 * Asks again, each time after twice as long, while the control plane asks for patience or nobody answers. Any other refusal is thrown, and the last one.
 * Only for what may be asked twice: reads.
 */
export async function patiently<Value>(
  ask: () => Promise<Value>,
  options: { readonly signal?: AbortSignal | undefined; readonly wait?: typeof waitFor } = {},
): Promise<Value> {
  const { signal, wait = waitFor } = options
  for (let tries = 1; ; tries++) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      return await ask()
    } catch (error) {
      if (tries >= triesFor(error)) throw error
      // oxlint-disable-next-line no-await-in-loop -- waits
      await wait(FIRST_WAIT_MS * 2 ** (tries - 1), signal)
    }
  }
}

function triesFor(error: unknown): number {
  if (!(error instanceof ApiRefusal)) return 1
  if (error.code === 'Unreachable') return TRIES_UNREACHABLE
  return isForLater(error) ? TRIES : 1
}

/** Nothing is wrong with it but the moment. What stands in front of the control plane says so by the status alone. */
export const isForLater = ({ code, status }: Pick<ApiRefusal, 'code' | 'status'>): boolean =>
  LATER.includes(code) || status === TOO_MANY

/** Throws the signal's reason when it is aborted meanwhile. */
export function waitFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error)
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
