import {
  chmodSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { replaceFile } from '../deliveries/replace-file.ts'
import { PATHS } from '../paths.ts'
import { pamServiceOf, type SshdConfig } from '../sshd.ts'
import { InstallRefused } from './install-report.ts'
import { blockOf, hasBlock, withoutBlockIn } from './marked-block.ts'
import { findPamProblem } from './pam-rules.ts'
import { findPathProblems } from './protected-path.ts'
import { type PutBack, rememberFile } from './put-back.ts'

/** sshd's PAM service. Distributions that keep its rules below /usr let a file of this name take their place. */
export const pamFile = '/etc/pam.d/sshd'

/** pam_exec(8). `optional`: whatever becomes of it, the login goes on. */
const pamLine = `session optional pam_exec.so quiet type=open_session ${PATHS.sessionHook}`

const MODULES = [
  '/lib/*/security',
  '/usr/lib/*/security',
  '/{lib,lib64,usr/lib,usr/lib64}/security',
]

/** Says what stands in the way of being told of logins by PAM, or undefined. Nothing of it stops a login. */
export function findHookProblem(config: SshdConfig): string | undefined {
  if (config.get('usepam')?.[0] !== 'yes') return 'sshd does not use PAM (UsePAM no)'
  const service = pamServiceOf(config)
  if (service !== 'sshd') return `sshd goes by the PAM rules of ${service} (PAMServiceName)`
  if (!existsSync(pamFile)) return `there is no ${pamFile}`
  if (globSync(MODULES.map((directory) => `${directory}/pam_exec.so`)).length === 0) {
    return 'PAM has no module pam_exec here'
  }
  return findPamProblem(pamFile)
}

/**
 * Has PAM tell of each login. Where that cannot be, everything is as without it, and the report says why: sessions are then seen by sshd's
 * processes, without the key that logged in.
 */
export function installSessionHook(config: SshdConfig, putBack: PutBack[]): readonly string[] {
  // From an earlier install, when it could be.
  removeSessionHook(putBack)
  const problem = findHookProblem(config)
  if (problem !== undefined) return [`logins are seen without their keys: ${problem}`]
  makeDirectory(dirname(PATHS.sessionHook), putBack)
  putBack.push(rememberFile(PATHS.sessionHook))
  replaceFile(PATHS.sessionHook, readHookSource(), { mode: 0o755, uid: 0, gid: 0 })
  const problems = findPathProblems(PATHS.sessionHook)
  if (problems.length > 0) throw new InstallRefused(problems.join('\n'))
  // First of all rules: see session-hook.sh.
  rewriteRules((text) => blockOf([pamLine]) + text, putBack)
  return [`wrote ${PATHS.sessionHook} and a line in ${pamFile}`]
}

/** The rule first: PAM must not look for a program that is gone. Returns whether there was anything. */
export function removeSessionHook(putBack: PutBack[]): boolean {
  const hadRule = existsSync(pamFile) && hasBlock(readFileSync(pamFile, 'latin1'))
  if (hadRule) rewriteRules((text) => withoutBlockIn(text, pamFile), putBack)
  const hadHook = lstatSync(PATHS.sessionHook, { throwIfNoEntry: false }) !== undefined
  if (hadHook) {
    putBack.push(rememberFile(PATHS.sessionHook))
    rmSync(PATHS.sessionHook)
  }
  return hadRule || hadHook
}

/** Only the delivery `command` has made it before. */
function makeDirectory(path: string, putBack: PutBack[]): void {
  if (existsSync(path)) return
  mkdirSync(path, { recursive: true })
  putBack.push(() => rmdirSync(path))
  chmodSync(path, 0o755)
}

function readHookSource(): string {
  return readFileSync(new URL('../session-hook.sh', import.meta.url), 'utf8')
}

/** PAM reads its rules at each login: the file is always one or the other, whole. */
function rewriteRules(change: (text: string) => string, putBack: PutBack[]): void {
  // Where configuration management keeps the file elsewhere, its link stays a link.
  const path = realpathSync(pamFile)
  const { mode, uid, gid } = statSync(path)
  putBack.push(rememberFile(path))
  const text = change(readFileSync(path, 'latin1'))
  // latin1 keeps every byte, whatever the file is written in.
  replaceFile(path, Buffer.from(text, 'latin1'), { mode: mode & 0o7777, uid, gid })
}
