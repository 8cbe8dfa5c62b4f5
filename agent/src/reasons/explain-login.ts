import type { Finding } from '@fleetkey/domain/finding'
import { LOGIN_CAUSES, type LoginCause } from '@fleetkey/domain/login-cause'
import type { Explanation } from '@fleetkey/wire/agent/receipts'
import { printable } from '../examination/say.ts'
import type { HeardWord, SshdWord } from '../sshd-words/sshd-word.ts'
import { explainTry, type PushedKey, type Reason } from './explain-try.ts'
import { penaltyOf, type Penalty } from './penalties.ts'
import { gatherTries } from './tries.ts'

/** What the helper saw of a key: it was offered for an account, when it was or was not live. */
export interface HeardNote {
  readonly osUser: string
  readonly fingerprint: string
  readonly live: boolean
  /** Hundredths of a second since boot. */
  readonly bootAt: number
}

export interface LoginEvidence {
  readonly key: PushedKey
  /** Hundredths of a second since boot. */
  readonly now: number
  /** Since the push, oldest first. */
  readonly words: readonly HeardWord[]
  readonly notes: readonly HeardNote[]
  /** That go on, the latest first. */
  readonly penalties: readonly Penalty[]
  /** Whether sshd's words can be heard on this host at all. */
  readonly hearsSshd: boolean
  /** Undefined when the host was not examined. */
  readonly findings: readonly Finding[] | undefined
  /** More may be found, which comes before these. */
  readonly goesOn?: boolean
  /** Whence somebody asks why. */
  readonly askedFrom?: string | undefined
}

/**
 * What the evidence comes to. `seen`: whether a login that concerns the key was seen, and not only the host's settings; `isOffered`:
 * whether it offered this very key, and may not have been with another one for the same user.
 */
export type Verdict =
  | { readonly kind: 'accepted'; readonly explanation: Explanation }
  | {
      readonly kind: 'refused'
      readonly seen: boolean
      readonly isOffered: boolean
      readonly explanation: Explanation & { readonly cause: LoginCause }
    }
  /** A login was refused, and an examination may tell why. */
  | {
      readonly kind: 'unexplained'
      readonly isOffered: boolean
      readonly explanation: Explanation
    }
  | { readonly kind: 'nothing'; readonly explanation: Explanation }

/**
 * Why a login with a pushed key does not work. sshd's own words come first, then what the helper noted, then what an examination of the
 * host found; where they tell nothing, nothing is guessed. The latest login counts, and one that worked above all.
 */
export function explainLogin(evidence: LoginEvidence): Verdict {
  const { key, words, findings } = evidence
  const tries = gatherTries(words).map((tried) => ({ tried, outcome: explainTry(tried, key) }))
  if (tries.some(({ outcome }) => outcome.kind === 'accepted')) {
    return { kind: 'accepted', explanation: { says: 'sshd accepted the key.' } }
  }
  const found = findings?.find(({ state, cause }) => state === 'bad' && cause !== undefined)
  const latest = tries.findLast(({ outcome }) => outcome.kind !== 'undecided')
  switch (latest?.outcome.kind) {
    case 'refused': {
      const { isOffered } = latest.outcome
      return refined(latest.outcome, evidence, { address: latest.tried.address, isOffered })
    }
    case 'unexplained': {
      const { isOffered } = latest.outcome
      const seen = { address: latest.tried.address, isOffered }
      const noted = byNotes(evidence, undefined)
      if (noted?.kind === 'refused') {
        return refusal(noted.explanation, { ...seen, isOffered: isOffered || noted.isOffered })
      }
      if (found !== undefined) return refusal(reasonOf(found), seen)
      return unexplained(evidence, seen)
    }
    case 'accepted':
    case 'undecided':
    case undefined:
      return byNotes(evidence, found) ?? byDelay(evidence) ?? bySettings(evidence, found)
  }
}

/** The login that is explained. */
interface Seen {
  /** Undefined where sshd is not heard. */
  readonly address?: string | undefined
  readonly isOffered: boolean
}

/** sshd's words, or an examination's where it tells more of the same. */
function refined(
  reason: Reason,
  { findings, goesOn = false }: Pick<LoginEvidence, 'findings' | 'goesOn'>,
  seen: Seen,
): Verdict {
  const { toldBetterBy, says } = reason
  if (toldBetterBy === undefined) return refusal(reason, seen)
  const better = findings?.find(
    ({ state, cause }) => state === 'bad' && cause !== undefined && toldBetterBy.includes(cause),
  )
  if (better !== undefined) return refusal(reasonOf(better), seen)
  return findings === undefined || goesOn ? mayBeTold(says, seen) : refusal(reason, seen)
}

function unexplained(
  { findings, goesOn = false }: Pick<LoginEvidence, 'findings' | 'goesOn'>,
  seen: Seen,
): Verdict {
  const says = seen.isOffered
    ? 'sshd was offered the key and did not take it, and nothing on the host tells why.'
    : 'sshd let the login end without having been offered the key.'
  return findings === undefined || goesOn || !seen.isOffered
    ? mayBeTold(says, seen)
    : refusal({ cause: 'unknown', says }, seen)
}

const mayBeTold = (says: string, { address, isOffered }: Seen): Verdict => ({
  kind: 'unexplained',
  isOffered,
  explanation: { says, ...from(address) },
})

/** Where sshd is not heard. The helper is asked only for users who may log in, for keys of algorithms that sshd accepts. */
function byNotes({ key, notes }: LoginEvidence, found: Finding | undefined): Verdict | undefined {
  const own = notes.filter(({ fingerprint }) => fingerprint === key.fingerprint)
  const offered = own.filter(({ osUser }) => osUser === key.osUser)
  if (offered.some(({ live }) => live)) {
    if (found !== undefined) return refusal(reasonOf(found), OFFERED)
    return {
      kind: 'nothing',
      explanation: {
        says: 'sshd asked for the key and was given it; what came of it is not heard.',
      },
    }
  }
  const late = offered.findLast(({ bootAt }) => bootAt >= key.deadline)
  if (late !== undefined) {
    return refusal({ cause: 'key-expired', says: LOGIN_CAUSES['key-expired'].says }, OFFERED)
  }
  const elsewhere = own.find(({ osUser }) => osUser !== key.osUser && !key.alsoFor.includes(osUser))
  if (elsewhere !== undefined) {
    const says = `The key was offered for ${elsewhere.osUser}, and it was pushed for ${key.osUser}.`
    return refusal({ cause: 'other-user', says }, OFFERED)
  }
  // The login with another key that was pushed for the same account is none of this one's, while it lives and after.
  const other = notes.find(
    ({ osUser, fingerprint, live }) =>
      osUser === key.osUser && !live && !key.beside.has(fingerprint),
  )
  if (other === undefined) return undefined
  const says = `The client offered ${other.fingerprint}, and the key that was pushed is ${key.fingerprint}.`
  return refusal({ cause: 'other-key-offered', says }, NOT_OFFERED)
}

/** sshd says nothing more of a connection for so long: it waits for its client, or for its helper. */
const WAITING_HUNDREDTHS = 100

/** A login of which sshd says nothing more, or which ran out of time. */
export function findHeldUp({
  words,
  now,
}: Pick<LoginEvidence, 'words' | 'now'>): { readonly address: string | undefined } | undefined {
  return gatherTries(words).findLast(({ words: said }) => {
    const last = said.at(-1)
    if (last?.word.kind === 'too-slow') return true
    return last?.word.kind === 'connected' && now - last.bootAt >= WAITING_HUNDREDTHS
  })
}

/**
 * sshd names no user of a login that runs out of time, and where a signal ends it (before 9.8, on Linux) it says nothing at all. That its
 * helper is not as it should be tells whom it waits for; that it fails for another reason does not, and anybody may connect and say nothing.
 */
function byDelay(evidence: LoginEvidence): Verdict | undefined {
  const late = findHeldUp(evidence)
  const helper = evidence.findings?.find(
    ({ check, state, cause = 'command-slow' }) =>
      check === 'command' && cause === 'command-slow' && (state === 'bad' || state === 'unknown'),
  )
  if (late === undefined || helper === undefined) return undefined
  // That it has not answered yet tells less than what sshd itself says it does.
  const isDropping = evidence.words.some(({ word }) => word.kind === 'dropped')
  if (helper.state === 'unknown' && isDropping) return undefined
  const says = `A login runs out of time (LoginGraceTime) while sshd waits for the program that gives it pushed keys. ${helper.says}`
  return unseen({ cause: 'command-slow', says }, late.address)
}

const LOOPBACK = /^(?:127\.|::1$)/

/** No login was seen: what would stop one. */
function bySettings(
  { words, key, hearsSshd, penalties, askedFrom }: LoginEvidence,
  found: Finding | undefined,
): Verdict {
  // Where no connection comes to sshd, it has dropped somebody else's.
  if (found?.cause === 'sshd-not-running' || found?.cause === 'wrong-port') {
    return unseen(reasonOf(found))
  }
  const drops = words.map(({ word }) => word).filter((word) => word.kind === 'dropped')
  // From the host itself come tunnels, and those who only look whether sshd answers.
  const outside = drops.filter(({ address }) => !LOOPBACK.test(address))
  const own = outside.findLast(({ address }) => address === askedFrom)
  const dropped = own ?? outside.at(-1) ?? drops.at(-1)
  if (dropped !== undefined) {
    const { address } = dropped
    const cause = DROPPED_BY[dropped.because]
    const which =
      own === undefined
        ? `sshd has dropped connections just now, the last from ${address}`
        : `sshd has just dropped a connection from ${address}, which is where you ask from`
    return unseen({ cause, says: `${which}: ${whyDropped(dropped, penalties)}` }, address)
  }
  if (found !== undefined) return unseen(reasonOf(found))
  return {
    kind: 'nothing',
    explanation: {
      says: hearsSshd
        ? `sshd has seen no login as ${key.osUser} and none with this key since the push.${beingDropped(penalties)}`
        : "No login was seen. On this host the agent cannot hear sshd's own words, so there may have been one.",
    },
  }
}

const DROPPED_BY = {
  'max-startups': 'too-many-connections',
  penalty: 'source-penalised',
  hosts: 'never-arrived',
} as const satisfies Record<string, LoginCause>

function whyDropped(
  { because, address, penalty }: Extract<SshdWord, { readonly kind: 'dropped' }>,
  penalties: readonly Penalty[],
): string {
  if (because === 'hosts') return 'the host refuses that address (/etc/hosts.deny).'
  if (because === 'max-startups') return LOGIN_CAUSES['too-many-connections'].says
  const what =
    penalty === undefined
      ? LOGIN_CAUSES['source-penalised'].says
      : `it penalises that address for "${penalty}" (PerSourcePenalties).`
  const found = penaltyOf(address, penalties)
  return found === undefined ? what : `${what} This goes on for ${found.secondsLeft} s or longer.`
}

const MAX_TOLD = 3

/** Under a flood sshd does not say of each connection that it drops it: this one may have been among them. */
function beingDropped(penalties: readonly Penalty[]): string {
  const networks = [...new Set(penalties.map(({ network }) => network))]
  if (networks.length === 0) return ''
  const more = networks.length - MAX_TOLD
  const told = networks.slice(0, MAX_TOLD).join(', ')
  return ` It drops connections from ${told}${more > 0 ? ` and ${more} more` : ''} for a while (PerSourcePenalties).`
}

function reasonOf({ cause = 'unknown', says }: Finding): Reason {
  return { cause, says }
}

const OFFERED: Seen = { isOffered: true }
const NOT_OFFERED: Seen = { isOffered: false }

function refusal({ cause, says }: Reason, { address, isOffered }: Seen) {
  return {
    kind: 'refused',
    seen: true,
    isOffered,
    explanation: { cause, says: printable(says), ...from(address) },
  } as const
}

/** What would stop a login, when none was seen. */
const unseen = (reason: Reason, address?: string): Verdict => ({
  ...refusal(reason, { address, isOffered: false }),
  seen: false,
})

const from = (address: string | undefined) =>
  address === undefined ? {} : { sourceAddress: address }
