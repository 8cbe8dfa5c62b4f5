import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { replaceFile } from '../deliveries/replace-file.ts'
import { HELPER_USER, PATHS } from '../paths.ts'
import { InstallRefused } from './install-report.ts'
import { findPathProblems } from './protected-path.ts'

/** What sshd is told to call: account, its uid, fingerprint of the offered key. */
export const helperCommand = `${PATHS.helper} %u %U %f`

/** The helper as this version of the agent has it. */
export function readHelperSource(): string {
  return readFileSync(new URL('../authorized-keys.sh', import.meta.url), 'utf8')
}

/** What would make sshd refuse to run the helper, or run another one; in words that say the mend. */
export function findHelperProblems(path: string = PATHS.helper): readonly string[] {
  if (!existsSync(path)) return [`${path} is missing: run "fleetkey agent install".`]
  const problems = findPathProblems(path)
  if (problems.length > 0) return problems
  if ((statSync(path).mode & 0o555) !== 0o555) {
    return [`${path} cannot be run by the account ${HELPER_USER}: chmod 755 ${path}`]
  }
  if (readFileSync(path, 'utf8') === readHelperSource()) return []
  return [`${path} is of another version than the agent: run "fleetkey agent install".`]
}

/** Throws InstallRefused when others than root could change the file. */
export function writeHelper(): void {
  const directory = dirname(PATHS.helper)
  if (!existsSync(directory)) {
    mkdirSync(directory, { recursive: true })
    chmodSync(directory, 0o755)
  }
  replaceFile(PATHS.helper, readHelperSource(), { mode: 0o755, uid: 0, gid: 0 })
  const problems = findPathProblems(PATHS.helper)
  if (problems.length > 0) throw new InstallRefused(problems.join('\n'))
}

/** With its directory, when nothing else is in that. */
export function removeHelper(): void {
  const directory = dirname(PATHS.helper)
  rmSync(PATHS.helper, { force: true })
  if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory)
}
