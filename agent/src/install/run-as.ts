import { isRoot } from '../deliveries/replace-file.ts'
import { runProgram, type ProgramResult } from './run-program.ts'

/** Runs a program of the system as that user, for at most 10 s: whatever links lie on its way lead only where the user may go. */
export function runAs(
  { uid, gid }: { readonly uid: number; readonly gid: number },
  argv: readonly [string, ...string[]],
): Promise<ProgramResult> {
  return runProgram(argv, {
    ...(isRoot() ? { uid, gid } : {}),
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  })
}
