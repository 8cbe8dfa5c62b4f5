import { spawn, type ChildProcess } from 'node:child_process'
import { killNow } from './process-tree.ts'

/** What a finished program left. `code` is 128 + n when signal n ended it, as a shell would say. */
export interface ProgramResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Written to standard input, which is then closed. Default: nothing. */
  readonly input?: string
  /** Default 30 s. Then the program and its children are killed and the promise is rejected. */
  readonly timeoutMs?: number
  /** The whole environment. Default: PATH and a UTF-8 locale, nothing of the caller's. */
  readonly env?: Readonly<Record<string, string>>
}

/** Ours holds secrets (cloud keys, CI tokens) that no test host needs; an ordinary user's PATH has no sbin. */
export const plainEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
}

const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGPIPE: 13,
  SIGTERM: 15,
}

/**
 * Runs a program without a shell and collects what it prints. A non-zero code is a result, not an error.
 * @throws when it cannot be started or is not done in time
 */
export function runProgram(
  argv: readonly [string, ...string[]],
  options: RunOptions = {},
): Promise<ProgramResult> {
  const [file, ...args] = argv
  // A group of its own, so that a timeout takes what the program started with it.
  const child = spawn(file, args, { detached: true, env: options.env ?? plainEnvironment })
  return collect(child, { ...options, name: argv.join(' '), kill: () => killGroup(child) })
}

/** The same for a child with three pipes that is running already; `kill` ends it and its children. */
export function collect(
  child: ChildProcess,
  options: RunOptions & { readonly name: string; readonly kill: () => void },
): Promise<ProgramResult> {
  const timeoutMs = options.timeoutMs ?? 30_000
  return new Promise((resolve, reject) => {
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const deadline = setTimeout(() => {
      options.kill()
      reject(new Error(`${options.name}: not done after ${timeoutMs} ms\n${stdout}${stderr}`))
    }, timeoutMs)
    child.on('error', (error) => {
      clearTimeout(deadline)
      reject(error)
    })
    child.on('close', (code, signal) => {
      clearTimeout(deadline)
      resolve({ code: code ?? 128 + (signalNumbers[signal ?? ''] ?? 0), stdout, stderr })
    })
    // EPIPE: a program may end without reading its input; its code tells how that went.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(options.input ?? '')
  })
}

/** For set-up steps, where anything but 0 is an error. Returns standard output. */
export async function mustRun(
  argv: readonly [string, ...string[]],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await runProgram(argv, options)
  if (code !== 0) throw new Error(`${argv.join(' ')}: exit ${code}\n${stderr}${stdout}`)
  return stdout
}

/**
 * The program as one that the kernel ends (SIGTERM) when we die, however we die. For servers that must not outlive their owner;
 * start them detached too: Ctrl-C in the terminal is for the owner, who then ends them in order.
 */
export function endsWithOwner(
  argv: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  return ['setpriv', '--pdeathsig', 'TERM', '--', ...argv]
}

function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined) killNow(-child.pid)
}
