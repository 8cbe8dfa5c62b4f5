/** What a user proves who they are with instead of a code, or of all else (WebAuthn Level 3). */
export interface PasskeyRow {
  /** `AMFA` and 17 characters, as of every second factor. */
  readonly passkeyId: string
  readonly userId: string
  /** As the authenticator names it, base64url. Nobody else has one by that name. */
  readonly credentialId: string
  /** COSE key (RFC 9052 §7), base64url. */
  readonly publicKey: string
  /** The host name that it is for (relying party id): browsers show it nowhere else. */
  readonly rpId: string
  /** How often it signed, as it said last; 0 for ever where it does not count. */
  readonly counter: number
  /** How browsers reach it, as they said: `internal`, `usb`, `hybrid` … */
  readonly transports: readonly string[]
  /** Whether it is kept by more than one device of its owner. */
  readonly isSynced: boolean
  /** For its owner. */
  readonly name: string
  readonly createdAt: number
  readonly lastUsedAt?: number
}

export type PasskeyPurpose = 'sign in' | 'second factor' | 'prove again' | 'register'

/** What an authenticator is to sign, once. */
export interface PasskeyChallenge {
  /** SHA-256, base64. */
  readonly hash: string
  readonly purpose: PasskeyPurpose
  readonly rpId: string
  /** Whose answer it must be; undefined where who it is is found out by the answer. */
  readonly userId?: string
  readonly expiresAt: number
}

export interface PasskeyStore {
  /** False when the credential is somebody's already, or the user has `limit` second factors. Rejects when there is no such user. */
  create(row: Omit<PasskeyRow, 'lastUsedAt'>, limit: number): Promise<boolean>
  get(passkeyId: string): Promise<PasskeyRow | undefined>
  byCredential(credentialId: string): Promise<PasskeyRow | undefined>
  /** A user's, or all of them when undefined; by creation. */
  list(userId: string | undefined): Promise<readonly PasskeyRow[]>
  /** Changes no right. False when there is none. */
  rename(passkeyId: string, name: string): Promise<boolean>
  /** Ends no session. False when there is none. */
  delete(passkeyId: string): Promise<boolean>
  /**
   * It signed, and says that it has done so `counter` times. False when that is not more than what it said before (it may have been copied,
   * WebAuthn §6.1.1), or it is gone. Changes no right.
   */
  noteUse(
    passkeyId: string,
    used: { readonly counter: number; readonly at: number },
  ): Promise<boolean>
  /**
   * Forgets what is expired, and of one user and purpose all but the newest four. False when it is of no user, and there are `limit` of such.
   * Changes no right.
   */
  addChallenge(challenge: PasskeyChallenge, now: number, limit: number): Promise<boolean>
  /** It is gone then: each is for one answer. Undefined when there is none, or it is expired. Changes no right. */
  takeChallenge(hash: string, now: number): Promise<PasskeyChallenge | undefined>
}
