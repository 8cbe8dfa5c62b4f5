import { spawn } from 'node:child_process'
import { homedir } from 'node:os'
import { FLEETKEY, type ClientEnvironment } from './fleetkey.ts'
import { plainEnvironment } from './run-program.ts'

/** Somebody who has pushed a key, and reads what becomes of it. */
export interface WaitingPush {
  /** Resolves once it stands there, with the line and the milliseconds from then until now. Rejects when it does not come. */
  said(pattern: RegExp, withinMs?: number): Promise<{ readonly line: string; readonly ms: number }>
  /** Its exit code, once it has ended by itself. */
  readonly ended: Promise<number | null>
  stop(): void
}

/** Of what is told as it happens. What is told when the host is asked again takes ten seconds. */
const WITHIN_MS = 7000
const STARTED_WITHIN_MS = 30_000

/** Runs `fleetkey send-key … --wait`; resolves when the key can log in. */
export async function waitingPush(
  argv: readonly string[],
  env: ClientEnvironment,
): Promise<WaitingPush> {
  const child = spawn(FLEETKEY, ['send-key', ...argv, '--wait', '60'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...plainEnvironment, HOME: homedir(), XDG_CONFIG_HOME: '/proc/nonexistent', ...env },
  })
  let text = ''
  let look = () => {}
  const more = (piece: string) => {
    text += piece
    look()
  }
  child.stdout.setEncoding('utf8').on('data', more)
  child.stderr.setEncoding('utf8').on('data', more)
  const push: WaitingPush = {
    ended: new Promise((resolve) => child.once('close', resolve)),
    said(pattern, withinMs = WITHIN_MS) {
      const begun = performance.now()
      return new Promise((resolve, reject) => {
        const failure = () => reject(new Error(`not said: ${pattern}\n${text}`))
        const late = setTimeout(failure, withinMs)
        look = () => {
          const line = text.split('\n').find((one) => pattern.test(one))
          if (line === undefined) return
          clearTimeout(late)
          look = () => {}
          resolve({ line, ms: performance.now() - begun })
        }
        look()
      })
    },
    stop: () => void child.kill(),
  }
  await push.said(/^The key can log in/, STARTED_WITHIN_MS).catch((error: unknown) => {
    child.kill()
    throw error
  })
  return push
}
