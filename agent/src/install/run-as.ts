import { execFile } from 'node:child_process'
import { isRoot } from '../deliveries/replace-file.ts'
import type { ProgramResult } from './run-program.ts'

/** Runs a program of the system as that user, for at most 10 s: whatever links lie on its way lead only where the user may go. */
export function runAs(
  { uid, gid }: { readonly uid: number; readonly gid: number },
  argv: readonly [string, ...string[]],
): Promise<ProgramResult> {
  const [file, ...args] = argv
  const options = {
    ...(isRoot() ? { uid, gid } : {}),
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    timeout: 10_000,
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
