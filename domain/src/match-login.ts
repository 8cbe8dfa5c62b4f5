import type { LoginMethod, UnexplainedCause } from './ssh-session.ts'

/** A login as the host saw it. Times are hundredths of a second since boot. */
export interface SeenLogin {
  readonly osUser: string
  /** Undefined when the host could not tell. */
  readonly uid: number | undefined
  readonly method: LoginMethod
  /** `SHA256:…`; undefined without a key, or when it is not known. */
  readonly fingerprint: string | undefined
  readonly at: number
}

/** A grant that the host had installed, live or over. */
export interface SeenGrant {
  readonly grantId: string
  readonly osUser: string
  readonly uid: number
  readonly fingerprint: string
  /** No login before then is by it. */
  readonly from: number
  /** Its deadline. */
  readonly until: number
}

export type LoginMatch =
  | { readonly kind: 'grant'; readonly grantId: string }
  | { readonly kind: 'unexplained'; readonly cause: UnexplainedCause }
  /** Too little is known of the login to say either. */
  | { readonly kind: 'unknown' }

/**
 * A session opens some time after its key was accepted: other proofs, PAM. sshd gives all of it LoginGraceTime, 120 s unless configured
 * otherwise (sshd_config(5)).
 */
export const LOGIN_GRACE = 12_000

/**
 * Which grant a login is by: same key, same account by name and uid, while it was live or within LOGIN_GRACE after. Of several the last that
 * was installed. A login by a static key, a certificate or without any key is unexplained, also beside a live grant of another key.
 */
export function matchLogin(login: SeenLogin, grants: readonly SeenGrant[]): LoginMatch {
  if (login.method === 'unknown') return { kind: 'unknown' }
  if (login.method !== 'publickey' && login.method !== 'certificate') {
    return { kind: 'unexplained', cause: 'other-method' }
  }
  // Grants are of plain keys; that of a certificate may be pushed too, and still it is the CA that let it in.
  if (login.method === 'certificate') return { kind: 'unexplained', cause: 'other-key' }
  if (login.fingerprint === undefined) return { kind: 'unknown' }
  const ofKey = grants.filter(
    ({ fingerprint, from }) => fingerprint === login.fingerprint && from <= login.at,
  )
  const ofAccount = ofKey.filter((grant) => isOfAccount(grant, login))
  const [last] = ofAccount
    .filter(({ until }) => login.at <= until + LOGIN_GRACE)
    .toSorted((one, other) => other.from - one.from)
  if (last !== undefined) return { kind: 'grant', grantId: last.grantId }
  if (ofAccount.length > 0) return { kind: 'unexplained', cause: 'grant-over' }
  const cause = ofKey.length > 0 ? 'grant-of-other-account' : 'other-key'
  return { kind: 'unexplained', cause }
}

const isOfAccount = (grant: SeenGrant, { osUser, uid }: SeenLogin) =>
  grant.osUser === osUser && (uid === undefined || grant.uid === uid)
