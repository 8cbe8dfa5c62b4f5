import { execFile, type ExecFileOptions } from 'node:child_process'

/** What a finished program left; `code` is -1 when it could not be started or was killed. */
export interface ProgramResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The whole environment of what we start: nothing of the agent's own, messages in English. */
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

/** Runs a program of the system, without a shell, for at most 10 s. A non-zero code is a result, not an error. */
export function runProgram(
  [file, ...args]: readonly [string, ...string[]],
  surroundings: Pick<ExecFileOptions, 'env' | 'cwd' | 'uid' | 'gid'> = { env: environment },
): Promise<ProgramResult> {
  const options = {
    ...surroundings,
    timeout: 10_000,
    maxBuffer: 1 << 20,
    killSignal: 'SIGKILL',
  } as const
  return new Promise((resolve) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve({ code: 0, stdout, stderr })
      const code = typeof error.code === 'number' ? error.code : -1
      resolve({ code, stdout, stderr: stderr === '' ? error.message : stderr })
    })
  })
}
