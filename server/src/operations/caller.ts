import type { Principal } from '@fleetkey/domain/principal'
import type { PolicySet } from '@fleetkey/iam/policy-set'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { WebIdentity } from '../oidc/web-identity.ts'
import type { PasswordRow } from '../store/credential-store.ts'

/** Who asks, proven, with all that decides what they may do. */
export interface Caller {
  readonly principal: Principal
  /** Empty when the proof was no signature. */
  readonly accessKeyId: string
  /** Service of the signature's scope. */
  readonly service: string
  /** Names this very request: the signature, or a new id where there is none. */
  readonly signature: string
  readonly policies: PolicySet
  /** Condition keys that come with the principal and its session, e.g. `aws:PrincipalTag/team`, `aws:TokenIssueTime`. */
  readonly context: ReadonlyMap<string, ContextValue>
  /** Undefined for long-term keys. */
  readonly session: CallerSession | undefined
  /** When a second factor was shown in this very request, if it was. */
  readonly mfaAt?: number
  /** Of who signs in: the password that theirs was checked against. A sign-in ends with nothing when it is another by then. */
  readonly password?: PasswordRow
  /** Of who came with the token of an OIDC provider: all that it says. */
  readonly webIdentity?: WebIdentity
}

/** What a temporary credential is made of, as far as operations and the trail ask. */
export interface CallerSession {
  readonly kind: 'root' | 'user' | 'role'
  /** The key that asked for it; undefined when a provider or a password vouched. */
  readonly parentKeyId: string | undefined
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** When a second factor was shown, if it was. */
  readonly mfaAt: number | undefined
  readonly sourceIdentity: string | undefined
  /** Of one that a browser has as a cookie. */
  readonly console?: ConsoleSession
  /** Session tags that go on to the sessions made from this one. */
  readonly transitiveTags: ReadonlyMap<string, string>
  readonly webIdentity:
    | {
        readonly provider: string
        readonly subject: string
        readonly audience: string
        readonly displayName?: string
      }
    | undefined
}

export interface ConsoleSession {
  /** What a page shows to prove that it could read an answer of ours; made of the session's secret, which nobody is told. */
  readonly csrfToken: string
  /** When whoever has it last showed all that they sign in with. */
  readonly provenAt: number
  /** As it stands in the database, which may be behind (http/console/session-uses.ts). */
  readonly lastUsedAt: number
}
