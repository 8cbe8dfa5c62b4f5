import { LOGIN_CAUSES, type LoginCause } from '@fleetkey/domain/login-cause'
import type { NotAllowed, SshdWord } from '../sshd-words/sshd-word.ts'
import type { Try } from './tries.ts'

/** The login that was meant to work. */
export interface PushedKey {
  readonly osUser: string
  /** `SHA256:…` */
  readonly fingerprint: string
  /** Other users that the same key was pushed for: logins as them are none of this push's. */
  readonly alsoFor: readonly string[]
  /** Fingerprints of other keys that were pushed for the same user: logins with them are theirs. */
  readonly beside: ReadonlySet<string>
  /** When the key was installed and when it ends, in hundredths of a second since boot. */
  readonly pushedAt: number
  readonly deadline: number
}

export interface Reason {
  readonly cause: LoginCause
  readonly says: string
  /** Findings of an examination with one of these causes tell more of the same. */
  readonly toldBetterBy?: readonly LoginCause[]
}

/** What became of a connection, as far as it concerns the pushed key. `isOffered`: the key itself was; else it is somebody's login as the same user. */
export type TryOutcome =
  | { readonly kind: 'accepted' }
  | ({ readonly kind: 'refused'; readonly isOffered: boolean } & Reason)
  /** sshd did not take the login, and did not say why. */
  | { readonly kind: 'unexplained'; readonly isOffered: boolean }
  /** It goes on, or is somebody else's. */
  | { readonly kind: 'undecided' }

type Of<Kind extends SshdWord['kind']> = Extract<SshdWord, { readonly kind: Kind }>

/** Reads one connection by sshd's own words alone. */
export function explainTry(tried: Try, key: PushedKey): TryOutcome {
  const offers = tried.words.filter(
    ({ word }) => 'fingerprint' in word && word.fingerprint === key.fingerprint,
  )
  const isOffered = offers.length > 0
  if (!isOffered && tried.user !== key.osUser) return { kind: 'undecided' }
  const isAnothers = tried.words.some(
    ({ word }) =>
      'fingerprint' in word && word.fingerprint !== undefined && key.beside.has(word.fingerprint),
  )
  if (!isOffered && isAnothers) return { kind: 'undecided' }
  if (isOffered && tried.user !== undefined && tried.user !== key.osUser) {
    if (key.alsoFor.includes(tried.user)) return { kind: 'undecided' }
    const says = `The key was offered for ${tried.user}, and it was pushed for ${key.osUser}.`
    return { kind: 'refused', isOffered, ...because('other-user', says) }
  }
  if (find(tried, 'accepted') !== undefined) {
    return isOffered ? { kind: 'accepted' } : { kind: 'undecided' }
  }
  const reason = ofUser(tried, key) ?? ofCommand(tried) ?? ofKey(tried, key)
  if (reason !== undefined) return { kind: 'refused', isOffered, ...reason }
  if (!tried.isOver) return { kind: 'undecided' }
  if (!isOffered) return ofOtherKeys(tried, key)
  const failed = offers.find(({ word }) => word.kind === 'failed')
  if (failed !== undefined && failed.bootAt >= key.deadline) {
    const late = Math.ceil((failed.bootAt - key.deadline) / 100)
    const says = `The key was offered ${late} s after its time was over.`
    return { kind: 'refused', isOffered, ...because('key-expired', says) }
  }
  return { kind: 'unexplained', isOffered }
}

/** Nobody is asked for a key who may not log in anyway. */
function ofUser(tried: Try, { osUser }: PushedKey): Reason | undefined {
  const forbidden = find(tried, 'not-allowed')
  if (forbidden !== undefined) return notAllowed(forbidden)
  if (find(tried, 'user-unknown') !== undefined) {
    return because('user-unknown', `There is no user ${osUser} on the host.`)
  }
  if (find(tried, 'root-refused') !== undefined) {
    return because('user-not-allowed', 'sshd lets root log in with no key here (PermitRootLogin).')
  }
  if (find(tried, 'pam-refused') !== undefined) return ofPam(tried, osUser)
  return undefined
}

const LISTS: Readonly<
  Record<Exclude<NotAllowed, 'locked' | 'expired' | `shell-${string}`>, string>
> = {
  'deny-users': 'it is listed in DenyUsers',
  'allow-users': 'it is not listed in AllowUsers',
  'no-group': 'it is in no group',
  'deny-groups': 'one of its groups is listed in DenyGroups',
  'allow-groups': 'none of its groups is listed in AllowGroups',
  'refuse-connection': 'its connections are refused (RefuseConnection)',
}

function notAllowed({ user, because: why, shell = '' }: Of<'not-allowed'>): Reason {
  switch (why) {
    case 'locked':
      return because('user-locked', `The account ${user} is locked.`)
    case 'expired':
      return because('user-expired', `The account ${user} has expired.`)
    case 'shell-missing':
      return because('user-has-no-shell', `The shell of ${user}, ${shell}, does not exist.`)
    case 'shell-not-executable':
      return because('user-has-no-shell', `The shell of ${user}, ${shell}, cannot be run.`)
    case 'deny-users':
    case 'allow-users':
    case 'no-group':
    case 'deny-groups':
    case 'allow-groups':
    case 'refuse-connection':
      return because('user-not-allowed', `sshd keeps ${user} out: ${LISTS[why]}.`)
  }
}

function ofPam(tried: Try, user: string): Reason {
  const said = find(tried, 'pam-said')
  if (said === undefined) {
    return {
      ...because('pam-refused', `The host's PAM rules refuse the account ${user}.`),
      toldBetterBy: ['user-expired', 'pam-refused'],
    }
  }
  if (/\bexpired\b/.test(said.says)) {
    return because('user-expired', `The account ${user} has expired: ${said.says}.`)
  }
  return because(
    'pam-refused',
    `The host's PAM rules refuse the account ${user}: pam_${said.module} says "${said.says}".`,
  )
}

function ofCommand(tried: Try): Reason | undefined {
  const unknownUser = find(tried, 'command-user-unknown')
  if (unknownUser !== undefined) {
    return because(
      'command-wrong-user',
      `AuthorizedKeysCommandUser names ${unknownUser.user}, and there is no such account.`,
    )
  }
  const missing = find(tried, 'command-missing')
  if (missing !== undefined) {
    return because(
      'command-not-executable',
      `sshd cannot run ${missing.path}, which gives it pushed keys: ${missing.reason}.`,
    )
  }
  const unsafe = find(tried, 'command-unsafe')
  if (unsafe !== undefined) {
    return because(
      'command-wrong-owner',
      `sshd does not trust ${unsafe.path}, which gives it pushed keys: ${unsafe.reason}.`,
    )
  }
  const failed = find(tried, 'command-failed')
  if (failed === undefined) return undefined
  // What the child of sshd exits with when it cannot execve (subprocess() in OpenSSH's misc.c).
  if (failed.how === 'status' && failed.code === 127) {
    return because(
      'command-not-executable',
      'sshd cannot run the program that gives it pushed keys.',
    )
  }
  return {
    ...because(
      'command-failed',
      `The program that gives sshd pushed keys failed with ${failed.how} ${failed.code}.`,
    ),
    toldBetterBy: ['command-wrong-user', 'command-not-configured'],
  }
}

function ofKey(tried: Try, { fingerprint }: PushedKey): Reason | undefined {
  const permissions = find(tried, 'bad-permissions')
  if (permissions !== undefined) {
    return because('bad-permissions', `sshd does not read the key: ${permissions.says}.`)
  }
  const unreadable = find(tried, 'key-file-unreadable')
  if (unreadable !== undefined) {
    return because(
      'bad-permissions',
      `sshd cannot read the key in ${unreadable.path}: ${unreadable.reason}.`,
    )
  }
  const algorithm = find(tried, 'algorithm-refused')
  if (algorithm !== undefined) {
    return because(
      'algorithm-refused',
      `sshd does not accept the algorithm of the key: ${algorithm.says}.`,
    )
  }
  const partial = find(tried, 'partial')
  if (partial?.fingerprint === fingerprint) {
    return because('more-methods-wanted', LOGIN_CAUSES['more-methods-wanted'].says)
  }
  // Of the options that a pushed key has, only its end can forbid a login.
  if (find(tried, 'key-options-refused') !== undefined) {
    return because('key-expired', LOGIN_CAUSES['key-expired'].says)
  }
  return undefined
}

/** Somebody tried for the user, and never with this key. */
function ofOtherKeys(tried: Try, { fingerprint }: PushedKey): TryOutcome {
  const others = [...new Set(tried.words.flatMap(({ word }) => keyIn(word)))]
  const [other, ...more] = others
  if (find(tried, 'too-many-tries') !== undefined) {
    return refused(
      'too-many-keys',
      `The client offered ${others.length === 0 ? 'other keys' : `${others.length} other ${others.length === 1 ? 'key' : 'keys'}`} first, until sshd had enough (MaxAuthTries).`,
    )
  }
  if (other === undefined) {
    // Who tries passwords is somebody else.
    const isForKey = tried.words.every(
      ({ word }) => word.kind !== 'failed' || ['publickey', 'none'].includes(word.method),
    )
    return isForKey ? { kind: 'unexplained', isOffered: false } : { kind: 'undecided' }
  }
  const beside = more.length === 0 ? '' : ` and ${more.length} more`
  return refused(
    'other-key-offered',
    `The client offered ${other}${beside}, and the key that was pushed is ${fingerprint}.`,
  )
}

const keyIn = (word: SshdWord): readonly string[] =>
  word.kind === 'failed' && word.fingerprint !== undefined ? [word.fingerprint] : []

function find<Kind extends SshdWord['kind']>(tried: Try, kind: Kind): Of<Kind> | undefined {
  const words = tried.words.map(({ word }) => word)
  return words.find((word): word is Of<Kind> => word.kind === kind)
}

const because = (cause: LoginCause, says: string): Reason => ({ cause, says })
/** Without having offered the key. */
const refused = (cause: LoginCause, says: string): TryOutcome => ({
  kind: 'refused',
  isOffered: false,
  ...because(cause, says),
})
