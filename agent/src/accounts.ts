import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { parsePasswd, parsePasswdRow, type PasswdRow } from './passwd-row.ts'

/** An entry of the account database, as sshd will see it. */
export type Account = Pick<PasswdRow, 'name' | 'uid' | 'shell'>

/** Account lookup as the host's own name service does it. Both throw when the host does not answer properly in time. */
export interface Accounts {
  find(name: string): Promise<Account | undefined>
  /** Names of accounts with this uid that can be known: every local one, and the one that the host gives for the uid. */
  namesWithUid(uid: number): Promise<readonly string[]>
}

export interface AccountSources {
  readonly passwd: string
  readonly nsswitch: string
  /** The line for a name or uid, empty when there is none. Throws when it cannot be known. */
  readonly getent: (key: string) => Promise<string>
}

/**
 * Reads /etc/passwd itself, which takes microseconds, and asks `getent` only for what is not in it: a few milliseconds that every
 * push for a local account saves. That is what the host answers too as long as nsswitch.conf says `files` first; else getent decides.
 */
export function openAccounts(sources: AccountSources = HOST_ACCOUNTS): Accounts {
  const passwd = rereadWhenChanged(sources.passwd, parsePasswd)
  const filesFirst = rereadWhenChanged(sources.nsswitch, saysFilesFirst)

  const ask = async (key: string): Promise<Account | undefined> => {
    const line = (await sources.getent(key)).replace(/\n$/, '')
    if (line === '') return undefined
    const account = parsePasswdRow(line)
    if (account === undefined) throw new Error('getent passwd gave no account line')
    return account
  }

  return {
    async find(name) {
      const local = filesFirst(true)
        ? passwd([]).find((account) => account.name === name)
        : undefined
      return local ?? ask(name)
    },
    async namesWithUid(uid) {
      const local = passwd([])
        .filter((account) => account.uid === uid)
        .map(({ name }) => name)
      // with files first, getent would say the first of these again
      if (filesFirst(true) && local.length > 0) return local
      const given = await ask(String(uid))
      return [...new Set([...local, ...(given === undefined ? [] : [given.name])])]
    },
  }
}

/** Those in /etc/passwd. Throws when it cannot be read. */
export function localAccounts(): readonly Account[] {
  return parsePasswd(readFileSync(HOST_ACCOUNTS.passwd, 'utf8'))
}

const GETENT_LIMIT_MS = 2000

export const HOST_ACCOUNTS: AccountSources = {
  passwd: '/etc/passwd',
  nsswitch: '/etc/nsswitch.conf',
  getent: (key) =>
    new Promise((resolve, reject) => {
      const options = {
        timeout: GETENT_LIMIT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: 16_384,
        env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' },
      } as const
      execFile('getent', ['passwd', '--', key], options, (failure, stdout) => {
        if (failure === null) resolve(stdout)
        // getent(1): 2 is "not found"
        else if (failure.code === 2) resolve('')
        else reject(new Error('getent passwd failed', { cause: failure }))
      })
    }),
}

/** nsswitch.conf(5): true for `passwd: files …` without actions in brackets, and when nothing is said. */
function saysFilesFirst(text: string): boolean {
  const line = /^[ \t]*passwd:(.*)$/m.exec(text)?.[1]?.replace(/#.*/, '').trim()
  return line === undefined || (/^files(\s|$)/.test(line) && !line.includes('['))
}

/** What a file says, read again only when it is another file or was written since; `missing` when there is none. */
function rereadWhenChanged<Value>(path: string, parse: (text: string) => Value) {
  let seen = ''
  let value: Value | undefined
  return (missing: Value): Value => {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
    if (stat === undefined) return missing
    const version = `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`
    if (value === undefined || version !== seen) {
      value = parse(readFileSync(path, 'utf8'))
      seen = version
    }
    return value
  }
}
