import { spawn, type ChildProcess } from 'node:child_process'
import type { Tags } from '@fleetkey/domain/instance'

/** What a launch program is told, as one line of JSON on its standard input. */
export interface LaunchOrder {
  readonly verb: 'launch' | 'terminate'
  readonly instanceId: string
  readonly imageId: string
  readonly instanceType: string
  readonly site: string
  readonly tags: Tags
  /** Base64; with `launch` only. It holds the one-time join token. */
  readonly userData?: string
}

/** The program did not do it. */
export class LaunchProgramFailed extends Error {
  /** `full`: there is no room now. `unknown`: it was stopped in the middle. */
  readonly kind: 'failed' | 'full' | 'unknown'

  constructor(kind: 'failed' | 'full' | 'unknown', message: string) {
    super(message)
    this.name = 'LaunchProgramFailed'
    this.kind = kind
  }
}

/** sysexits(3), EX_TEMPFAIL: what a program ends with that has no room for the machine. */
const NO_ROOM = 75
const MAX_OUTPUT = 4096
/** For what is still in the pipe when the program has ended. */
const LAST_WORDS_MS = 500
/** Nothing of the server's environment: that may hold its master key. */
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
}

/**
 * Runs the program without a shell and waits for it, at most `timeoutMs`; then it is killed with all that it started. Exit code 0 is done,
 * 75 no room, any other a failure. What it leaves running when it is done goes on, e.g. the machine itself. Rejects with
 * LaunchProgramFailed, whose message ends in the last of what it wrote to standard error, without `secret` and user data.
 */
export async function runLaunchProgram(
  [file = '', ...args]: readonly string[],
  order: LaunchOrder,
  limits: { readonly timeoutMs: number; readonly secret?: string },
): Promise<void> {
  const { timeoutMs, secret } = limits
  // A group of its own, so that what it started can be ended with it.
  const child = spawn(file, args, {
    cwd: '/',
    detached: true,
    env: ENVIRONMENT,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const errors = tailOf(child, [
    ...(order.userData ? [[order.userData, '(the user data)'] as const] : []),
    ...(secret ? [[secret, '(the join token)'] as const] : []),
  ])
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  // A program may end without reading what it is told; its exit code says how that went.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(`${JSON.stringify(order)}\n`)
  const end = await before(timeoutMs, endOf(child), { kind: 'late' } as const)
  if (end.kind === 'ended' && end.code === 0) {
    // What it left running may hold the pipe for ever.
    child.stderr?.destroy()
    return
  }
  killGroup(child)
  await before(LAST_WORDS_MS, closed, undefined)
  const { kind, what } = failureOf(end, timeoutMs)
  const said = errors()
  throw new LaunchProgramFailed(kind, `${file}: ${what}${said === '' ? '' : `: ${said}`}`)
}

type End =
  | {
      readonly kind: 'ended'
      readonly code: number | null
      readonly signal: NodeJS.Signals | null
    }
  | { readonly kind: 'not started'; readonly reason: string }

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ kind: 'not started', reason: error.message }))
    child.on('exit', (code, signal) => resolve({ kind: 'ended', code, signal }))
  })
}

function failureOf(end: End | { readonly kind: 'late' }, timeoutMs: number) {
  switch (end.kind) {
    case 'late':
      return { kind: 'unknown', what: `not done after ${timeoutMs} ms, killed` } as const
    case 'not started':
      return { kind: 'failed', what: `cannot be started (${end.reason})` } as const
    case 'ended':
      return end.code === NO_ROOM
        ? ({ kind: 'full', what: 'no room' } as const)
        : ({
            kind: 'failed',
            what: end.signal === null ? `exit code ${end.code}` : `ended by ${end.signal}`,
          } as const)
  }
}

/** The last of what it writes to standard error, without what is hidden, each with what stands for it; the rest is not kept. */
function tailOf(
  child: ChildProcess,
  hidden: readonly (readonly [secret: string, instead: string])[],
): () => string {
  // So much more that a secret at the beginning of the tail is seen as a whole.
  const kept = MAX_OUTPUT + Math.max(0, ...hidden.map(([secret]) => secret.length))
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(-kept)
  })
  return () =>
    hidden
      .reduce((said, [secret, instead]) => said.replaceAll(secret, instead), text)
      .slice(-MAX_OUTPUT)
      .trim()
}

/** What `work` settles to, or `instead` when that takes longer. */
async function before<T, U>(ms: number, work: Promise<T>, instead: U): Promise<T | U> {
  const { promise, resolve } = Promise.withResolvers<U>()
  const timer = setTimeout(() => resolve(instead), ms)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing of it is left.
  }
}
