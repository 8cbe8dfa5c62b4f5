import { isOsUser } from '@fleetkey/domain/os-user'
import { runProgram } from '../install/run-program.ts'
import { parsePasswd, type PasswdRow } from '../passwd-row.ts'

/** An account (getpwnam: files, LDAP, whatever nsswitch.conf says), with what writing its files takes. */
export type Account = Omit<PasswdRow, 'shell'>

/** The account of exactly this name, or undefined when there is none (accounts.ts decides on logins). */
export async function findAccount(name: string): Promise<Account | undefined> {
  if (!isOsUser(name)) return undefined
  const { stdout } = await runProgram(['getent', 'passwd', name])
  const [row, ...more] = parsePasswd(stdout)
  // getent takes digits for a uid, and some data bases fold case: then it is not the account that was asked for.
  return row?.name === name && more.length === 0 ? row : undefined
}
