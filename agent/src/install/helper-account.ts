import { existsSync } from 'node:fs'
import { type Account, findAccount } from '../deliveries/account.ts'
import { HELPER_USER } from '../paths.ts'
import { InstallRefused } from './install-report.ts'
import { runProgram } from './run-program.ts'

/** By this an account is known to be ours, and only then it is used or removed. */
const comment = 'Fleetkey authorized-keys helper'

/** Makes the system account that sshd runs the helper as. Returns whether it was missing. Throws InstallRefused. */
export async function ensureHelperAccount(): Promise<boolean> {
  const found = await findAccount(HELPER_USER)
  if (found !== undefined) {
    if (isOurs(found)) return false
    throw new InstallRefused(
      `There is an account ${HELPER_USER} (uid ${found.uid}) that Fleetkey did not make: rename it, or use the delivery "file".`,
    )
  }
  const shell =
    ['/usr/sbin/nologin', '/sbin/nologin'].find((path) => existsSync(path)) ?? '/bin/false'
  // prettier-ignore
  const useradd = ['useradd', '--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent',
    '--shell', shell, '--comment', comment, HELPER_USER] as const
  // busybox (Alpine): a group of the same name comes by itself.
  const adduser = [
    'adduser',
    '-S',
    '-D',
    '-H',
    '-h',
    '/nonexistent',
    '-s',
    shell,
    '-g',
    comment,
    HELPER_USER,
  ] as const
  const made = await runProgram([...useradd])
  if (made.code !== 0 && (await runProgram([...adduser])).code !== 0) {
    throw new InstallRefused(`The account ${HELPER_USER} could not be made: ${made.stderr.trim()}`)
  }
  if ((await findAccount(HELPER_USER)) === undefined) {
    throw new InstallRefused(
      `The account ${HELPER_USER} was made but is not found: see /etc/nsswitch.conf.`,
    )
  }
  return true
}

/** Returns whether there was one of ours. */
export async function removeHelperAccount(): Promise<boolean> {
  const found = await findAccount(HELPER_USER)
  if (found === undefined || !isOurs(found)) return false
  const { code, stderr } = await runProgram(['userdel', HELPER_USER])
  if (code !== 0 && (await runProgram(['deluser', HELPER_USER])).code !== 0) {
    throw new InstallRefused(`The account ${HELPER_USER} could not be removed: ${stderr.trim()}`)
  }
  return true
}

function isOurs(account: Account): boolean {
  return account.comment === comment && account.uid !== 0
}
