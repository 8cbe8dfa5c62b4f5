import type { Finding } from '@fleetkey/domain/finding'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { refuseUnlessAllowed } from '../account-checks.ts'
import { GrantRefusal } from '../grant-refusal.ts'
import type { Settings } from '../settings.ts'
import type { Check } from './check.ts'
import type { HostAccount } from './host-account.ts'
import { bad, good, note, quoted, unknown } from './say.ts'
import { findAccountEnd } from './shadow.ts'

const CHECK = 'account'
const MS_A_DAY = 86_400_000

/** The account as sshd will judge it: sshd.c's allowed_user, and PAM's account rules of pam_unix(8). */
export const accountCheck: Check = {
  name: CHECK,
  async look(host) {
    const { osUser } = host
    if (osUser === undefined) return []
    const account = await host.account()
    if (account === undefined) {
      return [
        bad(CHECK, `There is no account "${osUser}" on this host.`, {
          cause: 'user-unknown',
          mend: {
            says: 'Log in as an account that exists, or make this one.',
            commands: [`useradd --create-home --shell /bin/bash ${quoted(osUser)}`],
          },
        }),
      ]
    }
    const usesPam = await host.config().then(
      (config) => config.get('usepam')?.[0] === 'yes',
      () => undefined,
    )
    return judgeAccount(account, {
      settings: host.settings,
      today: Math.floor(host.wallNow / MS_A_DAY),
      usesPam,
      shell: lookAtShell(account.shell === '' ? '/bin/sh' : account.shell),
    })
  },
}

export interface AccountCircumstances {
  readonly today: number
  /** Undefined when sshd's configuration cannot be read. */
  readonly usesPam: boolean | undefined
  readonly shell: ShellState
  readonly settings: Settings
}

export type ShellState = 'good' | 'missing' | 'not-executable' | 'no-login' | 'not-listed'

export function judgeAccount(
  account: HostAccount,
  { today, usesPam, shell, settings }: AccountCircumstances,
): readonly Finding[] {
  const found = [
    ...judgeLock(account, usesPam),
    ...judgeEnd(account, { today, usesPam }),
    ...judgeShell(account, shell),
    ...judgeTwins(account),
    ...judgeSettings(account, settings),
  ]
  if (found.some(({ state }) => state === 'bad' || state === 'unknown')) return found
  return [good(CHECK, `The account ${account.name} (uid ${account.uid}) may log in.`), ...found]
}

function judgeLock({ name, shadow }: HostAccount, usesPam: boolean | undefined): Finding[] {
  if (shadow?.password !== 'locked') return []
  if (usesPam === undefined) {
    return [
      unknown(
        CHECK,
        `The account ${name} is locked; whether that keeps keys out depends on UsePAM, which cannot be read.`,
      ),
    ]
  }
  // With PAM a locked password is no lock for keys; without, sshd itself refuses ("account is locked").
  if (usesPam) return []
  return [
    bad(CHECK, `The account ${name} is locked, and sshd lets no locked account in (UsePAM no).`, {
      cause: 'user-locked',
      mend: {
        says: 'Give it "*" for a password: no password matches, and keys do.',
        commands: [`usermod --password '*' ${quoted(name)}`],
      },
    }),
  ]
}

function judgeEnd(
  { name, shadow }: HostAccount,
  { today, usesPam }: Pick<AccountCircumstances, 'today' | 'usesPam'>,
): Finding[] {
  const end = shadow === undefined ? undefined : findAccountEnd(shadow, today)
  const user = quoted(name)
  if (end !== undefined && end !== 'account-expired' && usesPam !== true) {
    if (usesPam === false) return []
    const says = `The password of ${name} has expired; whether that keeps keys out depends on UsePAM, which cannot be read.`
    return [unknown(CHECK, says)]
  }
  switch (end) {
    case undefined:
      return []
    case 'account-expired':
      return [
        bad(CHECK, `The account ${name} expired on ${dateOf(shadow?.expires)}.`, {
          cause: 'user-expired',
          mend: { says: 'Set another date, or none.', commands: [`chage --expiredate -1 ${user}`] },
        }),
      ]
    case 'password-expired':
      return [
        bad(CHECK, `The password of ${name} expired so long ago that the account is closed.`, {
          cause: 'user-expired',
          mend: {
            says: 'Let the password not expire.',
            commands: [`chage --maxdays -1 --inactive -1 ${user}`],
          },
        }),
      ]
    case 'password-must-change':
      return [
        bad(
          CHECK,
          `The password of ${name} has expired: sshd asks for a new one before anything else, and ends every login without a terminal.`,
          {
            cause: 'user-expired',
            mend: {
              says: 'Let the password not expire, if nobody uses it.',
              commands: [`chage --maxdays -1 --lastday ${isoDate(today)} ${user}`],
            },
          },
        ),
      ]
  }
}

const isoDate = (day: number) => new Date(day * MS_A_DAY).toISOString().slice(0, 10)
const dateOf = (day: number | undefined) => (day === undefined ? 'an unknown day' : isoDate(day))

function judgeShell({ name, shell }: HostAccount, state: ShellState): Finding[] {
  const mend = {
    says: 'Give the account a shell.',
    commands: [`usermod --shell /bin/bash ${quoted(name)}`],
  }
  const refused = (what: string) => [
    bad(CHECK, `The shell of ${name}, ${shell}, ${what}.`, { cause: 'user-has-no-shell', mend }),
  ]
  switch (state) {
    case 'good':
      return []
    case 'missing':
      return refused('does not exist: sshd refuses the login')
    case 'not-executable':
      return refused('cannot be run: sshd refuses the login')
    case 'no-login':
      return refused('lets nobody in')
    case 'not-listed':
      return [
        note(
          CHECK,
          `The shell of ${name}, ${shell}, is not in /etc/shells: sshd does not mind, pam_shells(8) would.`,
        ),
      ]
  }
}

function judgeTwins({ name, uid, twins }: HostAccount): Finding[] {
  if (twins.length === 0) return []
  return [
    bad(
      CHECK,
      `The uid ${uid} of ${name} is also that of ${twins.slice(0, 4).join(', ')}: the agent takes no grants for it.`,
      { mend: { says: 'Give each account its own uid.' } },
    ),
  ]
}

/** What the agent itself refuses, before any key comes to the host. */
function judgeSettings({ name, uid }: HostAccount, settings: Settings): Finding[] {
  try {
    refuseUnlessAllowed({ name, uid }, settings)
    return []
  } catch (refusal) {
    if (!(refusal instanceof GrantRefusal)) throw refusal
    return [
      bad(CHECK, refusal.message, {
        mend: {
          says: "Change the agent's settings, which are the host administrator's.",
          commands: ['vi /etc/fleetkey/agent.json', 'systemctl restart fleetkey-agent'],
        },
      }),
    ]
  }
}

const NO_LOGIN: ReadonlySet<string> = new Set(['nologin', 'false'])

function lookAtShell(shell: string): ShellState {
  if (!existsSync(shell)) return 'missing'
  if (!isExecutable(shell)) return 'not-executable'
  if (NO_LOGIN.has(shell.replace(/^.*\//, ''))) return 'no-login'
  return isListed(shell) ? 'good' : 'not-listed'
}

/** By anybody, as auth.c's allowed_user looks at it. */
function isExecutable(path: string): boolean {
  try {
    const found = statSync(path)
    return found.isFile() && (found.mode & 0o111) !== 0
  } catch {
    return false
  }
}

function isListed(shell: string): boolean {
  try {
    return readFileSync('/etc/shells', 'utf8').split('\n').includes(shell)
  } catch {
    return true // shells(5): without the file the system's own are taken
  }
}
