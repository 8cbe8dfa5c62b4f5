import type { HeardWord, SshdWord } from '../sshd-words/sshd-word.ts'

/** What sshd said of one connection. */
export interface Try {
  readonly words: readonly HeardWord[]
  /** Whom it wanted to log in as, once sshd said so. */
  readonly user: string | undefined
  readonly address: string | undefined
  /** Whether sshd is done with it, one way or the other. */
  readonly isOver: boolean
}

/** Words that end a connection without a session, or begin the session. */
const LAST: ReadonlySet<SshdWord['kind']> = new Set([
  'accepted',
  'gone',
  'pam-refused',
  'too-many-tries',
  'too-slow',
  'crashed',
])

/** Of the listener and of sessions: no part of a login. */
const ASIDE: ReadonlySet<SshdWord['kind']> = new Set(['dropped', 'penalised', 'left', 'child'])

/**
 * The connections that words are of, in the order in which they began. By sshd's process where that is known. In a file of -E it is not:
 * there words with an address and port find together, and one without belongs to the next that has them, because sshd says what is wrong
 * with a key and then that it failed; a refusal by PAM is the last of its user's.
 */
export function gatherTries(words: readonly HeardWord[]): readonly Try[] {
  const tries: HeardWord[][] = []
  const byName = new Map<string, HeardWord[]>()
  let waiting: HeardWord[] = []

  const add = (name: string, found: readonly HeardWord[]) => {
    const known = byName.get(name)
    if (known !== undefined) return void known.push(...found)
    const begun = [...found]
    byName.set(name, begun)
    tries.push(begun)
  }

  for (const heard of words.filter(({ word }) => !ASIDE.has(word.kind))) {
    const { word } = heard
    // What the listener says of a process of its.
    const servedBy = 'servedBy' in word ? word.servedBy : undefined
    const pid = heard.pid === undefined ? undefined : (servedBy ?? heard.pid)
    const at = 'address' in word && 'port' in word ? `${word.address} ${word.port}` : undefined
    if (pid !== undefined) {
      // The number may have been another process's before.
      if (word.kind === 'connected') byName.delete(`pid ${pid}`)
      add(`pid ${pid}`, [heard])
    } else if (word.kind === 'pam-refused') {
      const own = tries.findLast((one) => one.some((other) => userOf(other.word) === word.user))
      own?.push(heard)
    } else if (servedBy !== undefined) {
      const own = tries.findLast((one) => !isOver(one) && addressOf(one) === addressOf([heard]))
      if (own === undefined) tries.push([heard])
      else own.push(heard)
    } else if (at === undefined) waiting.push(heard)
    else {
      add(at, [...waiting, heard])
      waiting = []
    }
  }
  if (waiting.length > 0) tries.push(waiting)
  return tries.map((one) => {
    const said = one.map(({ word }) => word)
    return {
      words: one,
      user: said.map(userOf).find((user) => user !== undefined),
      address: addressOf(one),
      isOver: isOver(one),
    }
  })
}

/** A push that runs beside a connect takes no longer than this. */
const DROPPED_HUNDREDTHS = 300

/** The words since the push, and of connections that had only come until then, or were dropped, also that. */
export function sincePush(words: readonly HeardWord[], pushedAt: number): readonly HeardWord[] {
  const before = words.filter(({ bootAt }) => bootAt < pushedAt)
  const dropped = before.filter(
    ({ word, bootAt }) => word.kind === 'dropped' && bootAt >= pushedAt - DROPPED_HUNDREDTHS,
  )
  const waiting = gatherTries(before)
    .filter((tried) => tried.words.every(({ word }) => word.kind === 'connected'))
    .flatMap((tried) => tried.words)
  return [...dropped, ...waiting, ...words.filter(({ bootAt }) => bootAt >= pushedAt)]
}

const addressOf = (one: readonly HeardWord[]): string | undefined =>
  one
    .map(({ word }) => ('address' in word ? word.address : undefined))
    .find((address) => address !== undefined)

const isOver = (one: readonly HeardWord[]): boolean => one.some(({ word }) => LAST.has(word.kind))

/** The account that a login is for; not that of the command. */
const userOf = (word: SshdWord): string | undefined =>
  'user' in word && word.kind !== 'command-user-unknown' ? word.user : undefined
