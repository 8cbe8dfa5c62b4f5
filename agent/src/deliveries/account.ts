import { isOsUser } from '@fleetkey/domain/os-user'
import { runProgram } from '../install/run-program.ts'

/** A row of the account data base (getpwnam: files, LDAP, whatever nsswitch.conf says). */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly comment: string
  readonly home: string
}

/** The account of exactly this name, or undefined when there is none: with what writing its files takes (accounts.ts decides on logins). */
export async function findAccount(name: string): Promise<Account | undefined> {
  if (!isOsUser(name)) return undefined
  const { stdout } = await runProgram(['getent', 'passwd', name])
  const [row = '', ...more] = stdout.split('\n').filter((line) => line !== '')
  const [foundName, , uid, gid, comment = '', home = ''] = row.split(':')
  // getent takes digits for a uid, and some data bases fold case: then it is not the account that was asked for.
  if (foundName !== name || more.length > 0 || !isId(uid) || !isId(gid)) return undefined
  return { name, uid: Number(uid), gid: Number(gid), comment, home }
}

function isId(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,10}$/.test(text)
}
