import type { Finding } from '@fleetkey/domain/finding'
import { LOGIN_CAUSES, type LoginCause } from '@fleetkey/domain/login-cause'
import type { Explanation } from '@fleetkey/wire/agent/messages'
import { printable } from '../examination/say.ts'
import type { HeardWord } from '../sshd-words/sshd-word.ts'
import { explainTry, type PushedKey, type Reason } from './explain-try.ts'
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
  /** Since the push, oldest first. */
  readonly words: readonly HeardWord[]
  readonly notes: readonly HeardNote[]
  /** Whether sshd's words can be heard on this host at all. */
  readonly hearsSshd: boolean
  /** Undefined when the host was not examined. */
  readonly findings: readonly Finding[] | undefined
}

/** What the evidence comes to. `seen`: whether a login that concerns the key was seen, and not only the host's settings. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly explanation: Explanation }
  | {
      readonly kind: 'refused'
      readonly seen: boolean
      readonly explanation: Explanation & { readonly cause: LoginCause }
    }
  /** A login was refused, and an examination may tell why. */
  | { readonly kind: 'unexplained'; readonly explanation: Explanation }
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
    case 'refused':
      return refusal(latest.outcome, latest.tried.address)
    case 'unexplained': {
      const { address } = latest.tried
      const noted = byNotes(evidence, undefined)
      if (noted?.kind === 'refused') return refusal(noted.explanation, address)
      if (found !== undefined) return refusal(reasonOf(found), address)
      return unexplained(latest.outcome.isOffered, { address, findings })
    }
    case 'accepted':
    case 'undecided':
    case undefined:
      return byNotes(evidence, found) ?? bySettings(evidence, found)
  }
}

function unexplained(
  isOffered: boolean,
  told: { readonly address: string | undefined; readonly findings: readonly Finding[] | undefined },
): Verdict {
  const { address, findings } = told
  const says = isOffered
    ? 'sshd was offered the key and did not take it, and nothing on the host tells why.'
    : 'sshd let the login end without having been offered the key.'
  if (findings === undefined || !isOffered) {
    return { kind: 'unexplained', explanation: { says, ...from(address) } }
  }
  return refusal({ cause: 'unknown', says }, address)
}

/** Where sshd is not heard. The helper is asked only for users who may log in, for keys of algorithms that sshd accepts. */
function byNotes({ key, notes }: LoginEvidence, found: Finding | undefined): Verdict | undefined {
  const own = notes.filter(({ fingerprint }) => fingerprint === key.fingerprint)
  const offered = own.filter(({ osUser }) => osUser === key.osUser)
  if (offered.some(({ live }) => live)) {
    if (found !== undefined) return refusal(reasonOf(found), undefined)
    return {
      kind: 'nothing',
      explanation: {
        says: 'sshd asked for the key and was given it; what came of it is not heard.',
      },
    }
  }
  const late = offered.findLast(({ bootAt }) => bootAt >= key.deadline)
  if (late !== undefined) {
    return refusal({ cause: 'key-expired', says: LOGIN_CAUSES['key-expired'].says }, undefined)
  }
  const elsewhere = own.find(({ osUser }) => osUser !== key.osUser)
  if (elsewhere !== undefined) {
    const says = `The key was offered for ${elsewhere.osUser}, and it was pushed for ${key.osUser}.`
    return refusal({ cause: 'other-user', says }, undefined)
  }
  const other = notes.find(({ osUser }) => osUser === key.osUser)
  if (other === undefined) return undefined
  const says = `The client offered ${other.fingerprint}, and the key that was pushed is ${key.fingerprint}.`
  return refusal({ cause: 'other-key-offered', says }, undefined)
}

/** No login was seen: what would stop one. */
function bySettings({ words, key, hearsSshd }: LoginEvidence, found: Finding | undefined): Verdict {
  const dropped = words.map(({ word }) => word).findLast((word) => word.kind === 'dropped')
  if (dropped !== undefined) {
    const cause = dropped.because === 'penalty' ? 'source-penalised' : 'too-many-connections'
    const says = `sshd has dropped connections since the push, the last from ${dropped.address}: ${LOGIN_CAUSES[cause].says}`
    return { ...refusal({ cause, says }, dropped.address), seen: false }
  }
  if (found !== undefined) return { ...refusal(reasonOf(found), undefined), seen: false }
  return {
    kind: 'nothing',
    explanation: {
      says: hearsSshd
        ? `sshd has seen no login as ${key.osUser} and none with this key since the push.`
        : "No login was seen. On this host the agent cannot hear sshd's own words, so there may have been one.",
    },
  }
}

function reasonOf({ cause = 'unknown', says }: Finding): Reason {
  return { cause, says }
}

function refusal({ cause, says }: Reason, address: string | undefined) {
  return {
    kind: 'refused',
    seen: true,
    explanation: { cause, says: printable(says), ...from(address) },
  } as const
}

const from = (address: string | undefined) =>
  address === undefined ? {} : { sourceAddress: address }
